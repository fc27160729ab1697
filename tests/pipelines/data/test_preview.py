import numpy as np
import pytest

from pipelines.data.loading import load
from pipelines.data.preview import content_hash, preview
from pipelines.data.spec import BundledSource, DataSpec, SplitSpec


def _load(name: str, **split):
    return load(DataSpec(source=BundledSource(name=name), split=SplitSpec(**split)))


@pytest.mark.parametrize("name", ["digits", "iris", "breast_cancer", "diabetes"])
def test_the_table_of_splits_is_what_numpy_says(name: str):
    splits = _load(name)
    table = preview(splits).splits.set_index("split")
    assert list(table.index) == ["train", "val", "test"]
    assert table["share"].sum() == pytest.approx(1)
    for split, x in splits.x.items():
        row, exact = table.loc[split], x.astype(np.float64)
        assert (row["rows"], row["x_shape"], row["x_dtype"]) == (len(x), x.shape, str(x.dtype))
        assert (row["y_shape"], row["y_dtype"]) == ((len(x),), str(splits.y[split].dtype))
        assert row["bytes"] == x.nbytes + splits.y[split].nbytes
        assert (row["min"], row["max"]) == (exact.min(), exact.max())
        np.testing.assert_allclose([row["mean"], row["std"]], [exact.mean(), exact.std()], rtol=1e-9)


def test_class_balance():
    balance = preview(_load("iris")).balance
    assert list(balance["class"].unique()) == ["setosa", "versicolor", "virginica"]
    assert balance["rows"].sum() == 150
    assert balance.groupby("split")["share"].sum().tolist() == pytest.approx([1, 1, 1])


def test_a_class_that_a_split_lacks_has_a_row_of_zero():
    balance = preview(_load("iris", val=0.01, test=0.02, stratify=False)).balance
    assert len(balance) == 9
    assert (balance["rows"] == 0).any()


def test_regression_has_a_target_table_and_no_balance():
    splits = _load("diabetes")
    found = preview(splits)
    assert found.balance.empty
    assert list(found.balance.columns) == ["split", "class", "rows", "share"]
    train = found.target.set_index("split").loc["train"]
    assert train["mean"] == pytest.approx(splits.y["train"].mean(dtype=np.float64))
    assert preview(_load("iris")).target.empty


def test_the_head_of_a_table_shows_rows_with_class_names():
    splits = _load("iris")
    head = preview(splits, head=5).head
    assert head is not None
    assert list(head.columns) == [*splits.facts.feature_names, "species"]
    assert list(head.index) == list(splits.rows["train"][:5])
    np.testing.assert_array_equal(head.iloc[:, :4].to_numpy(), splits.x["train"][:5])
    assert list(head["species"]) == [splits.facts.class_names[label] for label in splits.y["train"][:5]]
    assert preview(splits).examples == ()


def test_examples_are_training_images_of_their_class():
    splits = _load("digits")
    found = preview(splits, examples=3)
    assert found.head is None
    assert found.value_range == (0, 16)
    assert [example.class_name for example in found.examples] == list("0123456789")
    labels = dict(zip(splits.rows["train"].tolist(), splits.y["train"].tolist(), strict=True))
    for example in found.examples:
        assert example.images.shape == (3, 8, 8, 1)
        assert [labels[row] for row in example.rows.tolist()] == [example.label] * 3


def test_features_are_of_the_training_rows():
    splits = _load("diabetes")
    features = preview(splits).features.set_index("feature")
    np.testing.assert_allclose(features["mean"], splits.x["train"].mean(axis=0, dtype=np.float64))
    assert features.loc["sex", "max"] == 2
    assert list(preview(_load("digits")).features["feature"]) == ["channel 0"]


def test_equal_data_has_equal_hashes_and_a_changed_value_another():
    splits = _load("iris")
    assert content_hash(splits) == content_hash(_load("iris"))
    assert content_hash(splits) != content_hash(_load("iris", seed=1))
    splits.x["train"][0, 0] += 1
    assert content_hash(splits) != content_hash(_load("iris"))
