"""Everything that was done with the data is said, whether they are still there or not."""

import doctest

import numpy as np
import pytest

from pages.ui import data_words as module
from pages.ui.data_words import data_words
from pipelines.data.spec import DataSpec

TOY = {"kind": "toy", "name": "moons", "n": 200, "noise": 0.2, "seed": 3}
TABLE = {
    "kind": "table",
    "path": "gone.csv",
    "target": ["survived"],
    "columns": [
        {"name": "age", "type": "numeric", "missing": "mean", "bins": 4},
        {"name": "sex", "type": "categorical"},
        {"name": "port", "type": "categorical", "missing": "constant", "fill": "S"},
        {"name": "story", "type": "text", "missing": "drop"},
    ],
}


def words(**spec):
    return data_words(DataSpec.model_validate(spec))


def test_doctests():
    assert doctest.testmod(module).failed == 0


def test_what_was_not_asked_for_is_not_said():
    assert list(words()) == ["Data", "Task", "Split", "Scaling"]


def test_a_toy_problem_names_how_it_was_made():
    said = words(source=TOY)
    assert said["Data"].endswith("200 rows, noise 0.2, seed 3") and said["Task"] == "Two classes"


def test_preparation_augmentation_and_corruption():
    said = words(
        scaling="symmetric",
        image={"height": 16, "width": 16, "colour": "grey"},
        pca={"components": 5, "whiten": True},
        augment=[{"kind": "RandomRotation", "config": {"factor": 0.1}}, {"kind": "MixUp"}],
        corrupt={"noise": 0.1, "mask": 0.25, "wrong_labels": 0.1, "train_rows": 0.5, "seed": 4},
    )
    assert said["Images"] == "16 × 16, grey, cropped, bilinear"
    assert said["Scaling"] == "Rescaled to −1–1"
    assert said["PCA"] == "5 components, whitened"
    assert said["Augmentation"] == "RandomRotation(factor 0.1), then MixUp"
    assert said["Corruption"] == (
        "Noise of 0.1, 25% of the inputs set to 0, 10% of the training labels wrong, "
        "50% of the training rows kept, seed 4"
    )


@pytest.mark.parametrize(
    ("split", "said"),
    [
        ({"method": "time", "column": "day"}, "15% for validation, 15% for the test, the latest by day"),
        (
            {"method": "group", "column": "who"},
            "15% for validation, 15% for the test, seed 0, rows of one who together",
        ),
        ({"method": "column", "column": "part"}, "As the column part says"),
        ({"stratify": False}, "15% for validation, 15% for the test, seed 0"),
    ],
)
def test_how_rows_were_shared_out(home, split, said):
    assert words(source=TABLE, split=split)["Split"] == said


def test_a_table_that_is_gone_is_still_described(home):
    said = words(source=TABLE, task="binary", text={"mode": "tf_idf", "max_tokens": 2000, "ngrams": 2})
    assert said["Data"] == "gone.csv (not here any more, or changed)"
    assert said["Task"] == "Two classes"
    assert said["Columns"] == (
        "age (numeric, missing: mean, 4 bins), sex (categorical), port (categorical, missing: S), "
        "story (text, rows without it dropped)"
    )
    assert said["Texts"].startswith("How often words occur, rare ones") and "up to 2 words together" in said["Texts"]


def test_several_numbers_and_labels(home):
    (home / "uploads").mkdir()
    x = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
    np.savez(home / "uploads" / "made.npz", x=x, y=x[:, :2])
    said = words(source={"kind": "arrays", "path": "made.npz"}, task="regression")
    assert said["Task"] == "2 numbers"
