import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.data.changes import corruption
from pipelines.data.changes.corruption import kept_rows, num_kept, wrong_labels
from pipelines.data.spec import CorruptSpec

seeds = st.integers(0, 2**31 - 1)


def test_doctests():
    assert doctest.testmod(corruption).failed == 0


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.floats(0.01, 1), st.floats(0.01, 1), seeds)
def test_kept_rows_are_nested_stratified_and_in_order(counts, one, two, seed):
    random = np.random.default_rng(seed)
    labels = random.permutation(np.repeat(np.arange(len(counts)), counts))
    rows = random.permutation(1000)[: len(labels)]
    small, large = (kept_rows(rows, share, seed, labels) for share in sorted((one, two)))
    assert set(small) <= set(large) <= set(rows)
    for kept, share in zip((small, large), sorted((one, two)), strict=True):
        assert len(kept) == num_kept(len(rows), share) == len(set(kept))
        np.testing.assert_array_equal(kept, rows[np.isin(rows, kept)])
        of_class = np.bincount(labels[np.isin(rows, kept)], minlength=len(counts))
        assert np.abs(of_class - np.array(counts) * len(kept) / len(rows)).max() <= 1
    np.testing.assert_array_equal(kept_rows(rows, 1.0, seed, labels), rows)
    assert len(kept_rows(rows, one, seed)) == num_kept(len(rows), one)


def test_another_seed_keeps_others():
    rows = np.arange(100)
    assert not np.array_equal(kept_rows(rows, 0.5, 0), kept_rows(rows, 0.5, 1))


@given(st.integers(2, 6), st.integers(1, 300), st.floats(0, 1), st.floats(0, 1), seeds)
def test_exactly_the_share_of_classes_is_wrong_and_nested(num_classes, num_rows, one, two, seed):
    y = np.random.default_rng(seed).integers(0, num_classes, num_rows)
    before = y.copy()
    task = "binary" if num_classes == 2 else "multiclass"
    small, large = (
        wrong_labels(y, task, num_classes, CorruptSpec(wrong_labels=share, seed=seed)) for share in sorted((one, two))
    )
    np.testing.assert_array_equal(y, before)
    for (wrong, rows), share in zip((small, large), sorted((one, two)), strict=True):
        np.testing.assert_array_equal(np.flatnonzero(wrong != y), rows)
        assert len(rows) == round(share * num_rows)
        assert wrong.dtype == y.dtype
        assert set(wrong) <= set(range(num_classes))
    assert set(small[1]) <= set(large[1])
    np.testing.assert_array_equal(small[0][small[1]], large[0][small[1]])


def test_each_other_class_is_as_likely():
    y = np.full(30_000, 2)
    wrong, rows = wrong_labels(y, "multiclass", 5, CorruptSpec(wrong_labels=0.9))
    shares = np.bincount(wrong[rows], minlength=5) / len(rows)
    assert shares[2] == 0
    np.testing.assert_allclose(shares[[0, 1, 3, 4]], 0.25, atol=0.01)


def test_a_multilabel_row_has_one_label_flipped():
    y = (np.random.default_rng(0).random((200, 4)) < 0.4).astype(np.float32)
    wrong, rows = wrong_labels(y, "multilabel", 4, CorruptSpec(wrong_labels=0.25))
    flipped = np.abs(wrong - y)
    np.testing.assert_array_equal(np.flatnonzero(flipped.sum(axis=1)), rows)
    np.testing.assert_array_equal(flipped[rows].sum(axis=1), 1)
    assert len(rows) == 50
    assert (flipped.sum(axis=0) > 0).all()


@pytest.mark.parametrize("task", ["regression", "reconstruction", "segmentation"])
def test_other_tasks_have_no_labels_to_get_wrong(task):
    y = np.arange(10.0)
    wrong, rows = wrong_labels(y, task, 3, CorruptSpec(wrong_labels=1))
    assert wrong is y
    assert len(rows) == 0
