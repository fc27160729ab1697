"""Dots of all splits, each split with its share of them."""

import numpy as np

from pipelines.data.preview.points import points


def test_every_row_of_a_small_set_is_a_dot(toy):
    looked = toy("moons", n=200)
    found = points(looked, "x1", "x2")
    assert sorted(found.rows) == list(range(200)) and found.sampled == 0
    np.testing.assert_allclose(np.column_stack([found.x, found.y]), looked.data.x[found.rows], rtol=1e-6)
    np.testing.assert_array_equal(found.labels, looked.labels[found.rows])
    assert {split: int((found.splits == split).sum()) for split in looked.rows} == {
        split: len(rows) for split, rows in looked.rows.items()
    }


def test_a_large_set_is_sampled_in_proportion(toy):
    looked = toy("spiral", n=20_000)
    found = points(looked, "x1", "x2")
    assert len(found.rows) == found.sampled == 3000
    assert (found.splits == "train").mean() == 0.7


def test_the_number_to_predict_may_be_an_axis(toy):
    looked = toy("sine")
    found = points(looked, looked.source.feature_names[0], looked.source.target_name)
    np.testing.assert_allclose(found.y, looked.numbers[found.rows])
