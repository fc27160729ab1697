"""Raw rows, shared out: who has classes, who has numbers, and that samples are the same each time."""

import numpy as np
import pytest

from pipelines.data.preview.looked import draw, look_at
from pipelines.data.spec import BundledSource, DataSpec


def test_rows_go_where_training_has_them_go(bundled):
    from pipelines.data.loading import load

    looked, loaded = bundled("iris"), load(DataSpec(source=BundledSource(name="iris")))
    for split, rows in looked.rows.items():
        np.testing.assert_array_equal(rows, loaded.rows[split])
        np.testing.assert_array_equal(looked.frame(rows), loaded.x[split])


def test_classes_are_known_also_where_inputs_are_reconstructed(bundled):
    looked = bundled("digits", task="reconstruction")
    assert looked.task == "reconstruction"
    assert looked.labels is not None and looked.numbers is None


def test_numbers_to_predict_are_no_classes(bundled):
    looked = bundled("diabetes")
    assert looked.labels is None
    assert looked.numbers is not None and len(looked.numbers) == 442


def test_data_that_was_read_before_is_not_read_again(bundled):
    read = bundled("iris").data
    assert look_at(DataSpec(source=BundledSource(name="iris")), read).data is read


def test_a_sample_is_of_the_split_and_the_same_each_time(bundled):
    looked = bundled("iris")
    some = looked.some("train", 10)
    assert len(np.unique(some)) == 10 and set(some) <= set(looked.rows["train"])
    np.testing.assert_array_equal(some, looked.some("train", 10))
    np.testing.assert_array_equal(draw(np.array([5, 3, 4]), 9), [3, 4, 5])


def test_images_have_no_columns(photos):
    with pytest.raises(TypeError, match="ImageFiles"):
        photos.frame(np.arange(2))
    assert len(photos.files()) == 398


def test_arrays_are_no_files(bundled):
    with pytest.raises(TypeError, match="ndarray"):
        bundled("iris").files()
