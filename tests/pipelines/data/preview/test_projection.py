"""Projections: bounded, the same each time, and classes that lie apart stay apart."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from pipelines.data.preview.projection import projection


def test_numbers_are_standardised_and_projected_as_scikit_learn_does(bundled):
    looked = bundled("iris")
    found = projection(looked)
    x = looked.data.x[np.sort(looked.rows["train"])].astype(np.float64)
    expected = PCA(2).fit(StandardScaler().fit_transform(x)).explained_variance_ratio_
    np.testing.assert_allclose(found.explained, expected, rtol=1e-6)
    assert set(found.rows) == set(looked.rows["train"])
    setosa, virginica = (found.points[found.labels == label, 0] for label in (0, 2))
    assert max(setosa.min(), virginica.min()) > min(setosa.max(), virginica.max())
    np.testing.assert_array_equal(found.points, projection(looked).points)


def test_mixed_columns_with_missing_values(titanic):
    found = projection(titanic)
    assert np.isfinite(found.points).all() and found.points.shape == (len(titanic.rows["train"]), 2)
    assert 0 < found.explained[1] <= found.explained[0] < 1


def test_texts_of_one_class_lie_together(messages):
    found = projection(messages)
    assert "TF-IDF" in found.method and len(found.points) == 2000
    ham, spam = (found.points[found.labels == label].mean(axis=0) for label in (0, 1))
    assert np.linalg.norm(ham - spam) > 0.3 * found.points.std(axis=0).mean()


def test_images_and_files(bundled, photos):
    assert projection(bundled("digits")).points.shape == (1257, 2)
    found = projection(photos)
    assert len(found.points) == len(photos.rows["train"])
    assert found.numbers is None and set(found.labels) == {0, 1}


def test_a_file_that_is_broken_has_no_point(tmp_path, home, monkeypatch, data_dir):
    from pipelines.data.preview.looked import look_at
    from pipelines.data.spec import DataSpec, ImagesSource

    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))
    for name in ("ants", "bees"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for file in sorted((data_dir / "hymenoptera/train" / name).iterdir())[:12]:
            (tmp_path / "set" / name / file.name).write_bytes(file.read_bytes())
    looked = look_at(DataSpec(source=ImagesSource(path=str(tmp_path / "set"))))
    files = looked.files()
    (files.root / files.names[looked.rows["train"][0]]).write_bytes(b"gone")
    found = projection(looked)
    assert len(found.points) == len(looked.rows["train"]) - 1
    assert looked.rows["train"][0] not in found.rows


@pytest.mark.parametrize("name", ["not-gate", "sine"])
def test_one_number_spans_no_plane(toy, name):
    assert projection(toy(name)) is None


def test_regression_keeps_its_numbers(bundled):
    looked = bundled("diabetes")
    found = projection(looked)
    np.testing.assert_array_equal(found.numbers, looked.numbers[found.rows])
