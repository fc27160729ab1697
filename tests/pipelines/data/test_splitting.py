import doctest

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.errors import NetloomError
from pipelines.data import splitting
from pipelines.data.spec import SplitSpec
from pipelines.data.splitting import split_rows, split_sizes

shares = st.floats(0.01, 0.45)
seeds = st.integers(0, 2**31 - 1)


def test_doctests():
    assert doctest.testmod(splitting).failed == 0


@given(st.integers(10, 2000), st.integers(0, 1000), shares, shares, seeds)
def test_plain_splits_are_disjoint_complete_and_of_the_promised_size(free, own_test, val, test, seed):
    spec = SplitSpec(val=val, test=test, seed=seed, stratify=False)
    found = split_rows(spec, free + own_test, own_test)
    assert {split: len(rows) for split, rows in found.items()} == split_sizes(free + own_test, own_test, spec)
    together = np.concatenate(list(found.values()))
    np.testing.assert_array_equal(np.sort(together), np.arange(free + own_test))
    if own_test:
        np.testing.assert_array_equal(found["test"], np.arange(free, free + own_test))


@given(st.lists(st.integers(10, 60), min_size=2, max_size=5), shares, shares, seeds)
def test_stratified_splits_keep_the_class_shares(counts, val, test, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    spec = SplitSpec(val=val, test=test, seed=seed)
    sizes = split_sizes(len(labels), 0, spec)
    assume(min(sizes.values()) >= len(counts))
    found = split_rows(spec, len(labels), labels=labels)
    np.testing.assert_array_equal(np.sort(np.concatenate(list(found.values()))), np.arange(len(labels)))
    for split, rows in found.items():
        ideal = np.array(counts) * sizes[split] / len(labels)
        assert np.abs(np.bincount(labels[rows], minlength=len(counts)) - ideal).max() < 2


@given(shares, shares, seeds)
def test_equal_specs_give_equal_splits(val, test, seed):
    labels = np.arange(300) % 3
    spec = SplitSpec(val=val, test=test, seed=seed)
    first, second = (split_rows(spec, 300, labels=labels) for _ in range(2))
    for split in first:
        np.testing.assert_array_equal(first[split], second[split])


@given(shares, shares, seeds, st.booleans())
def test_the_val_share_leaves_the_test_rows_alone(val, other_val, seed, stratify):
    labels = np.arange(300) % 3
    one, two = (
        split_rows(SplitSpec(val=share, test=0.2, seed=seed, stratify=stratify), 300, labels=labels)
        for share in (val, other_val)
    )
    np.testing.assert_array_equal(one["test"], two["test"])


def test_another_seed_gives_another_split():
    one, two = (split_rows(SplitSpec(seed=seed), 300) for seed in (0, 1))
    assert not np.array_equal(one["test"], two["test"])


def test_rows_are_shuffled_not_in_the_order_of_the_file():
    train = split_rows(SplitSpec(), 300)["train"]
    assert not np.array_equal(train, np.sort(train))


def test_a_class_of_one_row_is_named():
    labels = np.array([0] * 50 + [1])
    with pytest.raises(NetloomError, match=r"Class 'rare' has too few rows .* Switch stratify off"):
        split_rows(SplitSpec(), 51, labels=labels, class_names=("common", "rare"))
    assert len(split_rows(SplitSpec(stratify=False), 51, labels=labels)["train"]) == 35


@given(st.integers(2, 6), seeds)
def test_a_class_too_rare_for_three_splits_is_refused_plainly_or_split(count, seed):
    labels = np.array([0] * 60 + [1] * count)
    try:
        found = split_rows(SplitSpec(val=0.4, test=0.4, seed=seed), len(labels), labels=labels)
    except NetloomError as error:
        assert "Class '1'" in error.message
    else:
        assert sum(len(rows) for rows in found.values()) == len(labels)


def test_a_split_smaller_than_the_number_of_classes_is_refused():
    with pytest.raises(NetloomError, match="A split of 2 rows cannot hold each of the 10 classes"):
        split_rows(SplitSpec(val=0.02), 100, labels=np.arange(100) % 10)


def test_too_few_rows_for_three_splits():
    with pytest.raises(NetloomError, match="too few rows to share out: 2 rows"):
        split_rows(SplitSpec(), 2)
    assert split_sizes(3, 0, SplitSpec()) == {"train": 1, "val": 1, "test": 1}
