import doctest
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.errors import NetloomError
from pipelines.data import splitting
from pipelines.data.registry import source_of
from pipelines.data.source import RawData, Source
from pipelines.data.spec import BundledSource, CorruptSpec, DataSpec, KerasSource, SplitSpec, TableSource, Task
from pipelines.data.splitting import own_splits, row_counts, share_out, split_sizes
from pipelines.runs.facts import Split

shares = st.floats(0.01, 0.45)
seeds = st.integers(0, 2**31 - 1)
DEFAULT = SplitSpec()


def made(
    num_rows: int, labels: np.ndarray | None = None, keys: pd.DataFrame | None = None, tasks: tuple[Task, ...] = (),
    class_names: tuple[str, ...] = (), **own: np.ndarray,
) -> Source:  # fmt: skip
    """A source of so many rows."""
    task: Task = "regression" if labels is None else "multiclass" if labels.ndim == 1 else "multilabel"
    num_classes = 0 if labels is None else labels.max() + 1 if labels.ndim == 1 else labels.shape[1]
    return Source(
        name="made", title="Made", kind="table", tasks=tasks or (task,), input_shape=(1,), target_name="y",
        dtype="float32", num_rows=num_rows, code="", notes="", licence="", own=own,  # type: ignore[arg-type]
        class_names=class_names or tuple(str(label) for label in range(int(num_classes))),
        read=lambda: RawData(
            np.zeros((num_rows, 1), np.float32), np.zeros(num_rows, np.float32) if labels is None else labels, keys
        ),
    )  # fmt: skip


def found(source: Source, split: SplitSpec = DEFAULT, **others) -> dict[Split, np.ndarray]:
    return share_out(DataSpec(split=split, **others), source, source.read())


def complete(rows: dict[Split, np.ndarray], num_rows: int) -> None:
    """They are disjoint and complete, and none is empty."""
    np.testing.assert_array_equal(np.sort(np.concatenate(list(rows.values()))), np.arange(num_rows))
    assert list(rows) == ["train", "val", "test"]
    assert all(len(part) and part.dtype == np.int64 for part in rows.values())


def test_doctests():
    assert doctest.testmod(splitting).failed == 0


@given(st.integers(10, 2000), st.integers(0, 300), st.integers(0, 300), shares, shares, seeds)
def test_splits_are_disjoint_complete_and_of_the_promised_size(free, own_test, own_val, val, test, seed):
    num_rows = free + own_test + own_val
    rows = np.random.default_rng(seed).permutation(num_rows)
    source = made(num_rows, test=rows[:own_test], val=rows[own_test : own_test + own_val])
    spec = SplitSpec(val=val, test=test, seed=seed)
    got = found(source, spec)
    complete(got, num_rows)
    assert {split: len(part) for split, part in got.items()} == row_counts(DataSpec(split=spec), source)
    for split, own in (("test", own_test), ("val", own_val)):
        if own:
            np.testing.assert_array_equal(got[split], source.own[split])
    anew = SplitSpec(val=val, test=test, seed=seed, own=False)
    assert {split: len(part) for split, part in found(source, anew).items()} == split_sizes(num_rows, anew)
    assert (own_splits(spec, source), own_splits(anew, source)) == (("test", "val"), ())


@given(st.lists(st.integers(10, 60), min_size=2, max_size=5), shares, shares, seeds)
def test_stratified_splits_keep_the_class_shares_to_within_one_row(counts, val, test, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    spec = SplitSpec(val=val, test=test, seed=seed)
    sizes = split_sizes(len(labels), spec)
    assume(min(sizes.values()) >= len(counts))
    got = found(made(len(labels), labels), spec)
    complete(got, len(labels))
    in_test = np.bincount(labels[got["test"]], minlength=len(counts))
    assert np.abs(in_test - np.array(counts) * sizes["test"] / len(labels)).max() < 1
    rest = np.array(counts) - in_test  # of which val and train are drawn
    for split in ("val", "train"):
        ideal = rest * sizes[split] / rest.sum()
        assert np.abs(np.bincount(labels[got[split]], minlength=len(counts)) - ideal).max() < 1


METHODS = {
    "random": {},
    "group": {"method": "group", "column": "patient"},
    "time": {"method": "time", "column": "day"},
    "column": {"method": "column", "column": "part"},
}


def keyed(num_rows: int, seed: int, parts: tuple[str, ...] = ("train", "val", "test")) -> Source:
    random = np.random.default_rng(seed)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, num_rows, num_rows), unit="D")
    words = random.choice(parts, num_rows)
    words[: len(parts)] = parts
    keys = pd.DataFrame(
        {"patient": random.integers(0, max(6, num_rows // 5), num_rows).astype(str), "day": days, "part": words}
    )
    return made(num_rows, np.arange(num_rows) % 3, keys)


@pytest.mark.parametrize("method", METHODS)
@given(val=shares, test=shares, seed=seeds)
def test_equal_specs_give_equal_splits(method, val, test, seed):
    source = keyed(300, 0)
    spec = SplitSpec(val=val, test=test, seed=seed, **METHODS[method])
    first, second = found(source, spec), found(source, spec)
    complete(first, 300)
    for split in first:
        np.testing.assert_array_equal(first[split], second[split])


@pytest.mark.parametrize("method", METHODS)
@given(val=st.floats(0.05, 0.45), other_val=st.floats(0.05, 0.45), seed=seeds, stratify=st.booleans())
def test_the_val_share_leaves_the_test_rows_alone(method, val, other_val, seed, stratify):
    source = keyed(300, seed, parts=("train", "test"))
    one, two = (
        found(source, SplitSpec(val=share, test=0.2, seed=seed, stratify=stratify, **METHODS[method]))
        for share in (val, other_val)
    )
    np.testing.assert_array_equal(one["test"], two["test"])


@given(st.integers(20, 400), shares, shares, seeds)
def test_groups_are_never_divided_and_shares_are_of_rows(num_rows, val, test, seed):
    source = keyed(num_rows, seed)
    patients = source.read().keys["patient"].to_numpy()
    spec = SplitSpec(val=val, test=test, seed=seed, **METHODS["group"])
    got = found(source, spec)
    complete(got, num_rows)
    groups = [set(patients[rows]) for rows in got.values()]
    assert not (groups[0] & groups[1] or groups[0] & groups[2] or groups[1] & groups[2])
    largest = pd.Series(patients).value_counts().max()
    asked = split_sizes(num_rows, spec)
    assert all(abs(len(got[split]) - asked[split]) <= largest for split in ("val", "test"))


def test_one_large_group_stays_whole_and_leaves_each_split_its_own():
    keys = pd.DataFrame({"patient": ["large"] * 96 + ["a", "b", "c", None]})
    for seed in range(20):
        got = found(made(100, keys=keys), SplitSpec(seed=seed, **METHODS["group"]))
        complete(got, 100)
        assert len(got["train"]) >= 96


@given(st.integers(10, 400), shares, shares, seeds)
def test_time_is_never_reversed(num_rows, val, test, seed):
    source = keyed(num_rows, seed)
    days = source.read().keys["day"]
    spec = SplitSpec(val=val, test=test, seed=seed, **METHODS["time"])
    got = found(source, spec)
    complete(got, num_rows)
    assert {split: len(rows) for split, rows in got.items()} == row_counts(DataSpec(split=spec), source)
    assert days[got["train"]].max() <= days[got["val"]].min()
    assert days[got["val"]].max() <= days[got["test"]].min()


def test_time_may_be_a_number():
    keys = pd.DataFrame({"day": np.arange(100.0)[::-1]})
    got = found(made(100, keys=keys), SplitSpec(**METHODS["time"]))
    np.testing.assert_array_equal(np.sort(got["test"]), np.arange(15))


def test_a_column_says_where_a_row_goes():
    keys = pd.DataFrame({"part": [" Train", "TEST", "val ", "train"] * 25})
    got = found(made(100, keys=keys), SplitSpec(**METHODS["column"]))
    np.testing.assert_array_equal(got["val"], np.arange(2, 100, 4))
    np.testing.assert_array_equal(got["test"], np.arange(1, 100, 4))
    assert len(got["train"]) == 50


def test_what_a_column_does_not_name_is_drawn_from_its_training_rows():
    keys = pd.DataFrame({"part": ["train", "test"] * 50})
    got = found(made(100, keys=keys), SplitSpec(val=0.2, **METHODS["column"]))
    complete(got, 100)
    np.testing.assert_array_equal(got["test"], np.arange(1, 100, 2))
    assert len(got["val"]) == 10


@given(seeds, st.integers(2, 5))
def test_label_sets_keep_their_shares_where_they_can(seed, num_labels):
    random = np.random.default_rng(seed)
    labels = (random.random((400, num_labels)) < 0.3).astype(np.float32)
    got = found(made(400, labels), SplitSpec(val=0.25, test=0.25, seed=seed))
    complete(got, 400)
    none = ~labels.any(axis=1)  # the most frequent set is never among the pooled
    assert abs(none[got["test"]].sum() - none.sum() / 4) < 1


def test_label_sets_that_are_all_alone_are_shared_out_by_chance():
    labels = np.array([[row >> bit & 1 for bit in range(6)] for row in range(64)], np.float32)
    complete(found(made(64, labels)), 64)


def test_what_is_reconstructed_is_stratified_where_it_can_be_and_never_refused():
    labels = np.array([0] * 50 + [1])
    complete(found(made(51, labels, tasks=("reconstruction", "binary"))), 51)
    even = np.arange(300) % 3
    got = found(made(300, even, tasks=("reconstruction",)))
    assert set(np.bincount(even[got["test"]])) == {15}


OLD = [  # found when a split knew only shares, a seed and stratify
    (DataSpec(), "79fe4a08241a 69d5a2b55135 a8c2abdae2dd"),
    (DataSpec(split=SplitSpec(val=0.2, test=0.1, seed=7, stratify=False)), "be9069ba8142 b73d0ec7c63c ffad229f1593"),
    (
        DataSpec(source=BundledSource(name="breast_cancer"), split=SplitSpec(seed=3)),
        "69be1006c5d0 8f2cd06bff34 acd35c931838",
    ),
    (DataSpec(source=BundledSource(name="diabetes")), "b3e6d222d436 039e603b53e5 937a767a6634"),
    (DataSpec(source=KerasSource(), split=SplitSpec(seed=1, val=0.1)), "f3d7e23c5706 5554cb79bcaf 8d294bd1e841"),
    (DataSpec(source=KerasSource(), split=SplitSpec(stratify=False)), "511f6d8466e1 07db65d9d5d9 8d294bd1e841"),
]


@pytest.mark.parametrize(("spec", "hashes"), OLD)
def test_an_old_spec_gives_the_rows_that_it_always_gave(spec: DataSpec, hashes: str, request: pytest.FixtureRequest):
    if spec.source.kind == "keras":
        request.getfixturevalue("mnist_home")
    source = source_of(spec.source)
    got = share_out(spec, source, source.read())
    assert [hashlib.sha256(rows.tobytes()).hexdigest()[:12] for rows in got.values()] == hashes.split()
    assert {split: len(rows) for split, rows in got.items()} == row_counts(spec, source)


def test_another_seed_gives_another_split():
    one, two = (found(made(300), SplitSpec(seed=seed)) for seed in (0, 1))
    assert not np.array_equal(one["test"], two["test"])
    assert not np.array_equal(one["train"], np.sort(one["train"]))  # shuffled, not in the order of the file


@given(st.integers(20, 500), st.floats(0.05, 1), seeds)
def test_fewer_training_rows_leave_val_and_test_alone(num_rows, share, seed):
    labels = np.arange(num_rows) % 2
    source = made(num_rows, labels)
    corrupt = CorruptSpec(train_rows=share, seed=seed)
    whole, fewer = found(source), found(source, corrupt=corrupt)
    for split in ("val", "test"):
        np.testing.assert_array_equal(whole[split], fewer[split])
    assert set(fewer["train"]) <= set(whole["train"])
    assert {split: len(rows) for split, rows in fewer.items()} == row_counts(DataSpec(corrupt=corrupt), source)


def test_a_class_of_one_row_is_named():
    source = made(51, np.array([0] * 50 + [1]), class_names=("common", "rare"))
    with pytest.raises(NetloomError, match=r"Class 'rare' has too few rows"):
        found(source)
    assert len(found(source, SplitSpec(stratify=False))["train"]) == 35


@given(st.integers(2, 6), seeds)
def test_a_class_too_rare_for_three_splits_is_refused_plainly_or_split(count, seed):
    labels = np.array([0] * 60 + [1] * count)
    try:
        got = found(made(len(labels), labels), SplitSpec(val=0.4, test=0.4, seed=seed))
    except NetloomError as error:
        assert "Class '1'" in error.message
    else:
        complete(got, len(labels))


def test_a_split_smaller_than_the_number_of_classes_is_refused():
    with pytest.raises(NetloomError, match="A split of 2 rows cannot hold each of the 10 classes"):
        found(made(100, np.arange(100) % 10), SplitSpec(val=0.02))


def test_too_few_rows_for_three_splits():
    with pytest.raises(NetloomError, match="too few rows to share out: 2 rows"):
        found(made(2))
    with pytest.raises(NetloomError, match="too few rows to share out: 9 rows"):
        found(made(9, test=np.arange(8)))
    assert split_sizes(3, SplitSpec()) == {"train": 1, "val": 1, "test": 1}


NO_TIME = pd.Series(pd.to_datetime(["2020-01-01"] * 97 + [None] * 3))


@pytest.mark.parametrize(
    ("method", "values", "message"),
    [
        ("group", ["a", "b"] * 50, "Column 'c' has too few groups to share out"),
        ("time", NO_TIME, r"Column 'c' has no time in 3 of 100 rows"),
        ("time", ["Monday"] * 100, "Column 'c' holds words, which have no order in time. Received: 'Monday'"),
        ("column", ["train", "test", "holdout", None] * 25, r"does not in 50 of 100. Received: 'holdout', a missing"),
        ("column", ["val", "test"] * 50, "Column 'c' leaves no rows to train on"),
        ("column", [0.0, 1.0] * 50, "Received: '0.0', '1.0'"),
    ],
)
def test_a_column_that_cannot_be_split_by(method, values, message):
    source = made(100, keys=pd.DataFrame({"c": values}))
    with pytest.raises(NetloomError, match=message):
        found(source, SplitSpec(method=method, column="c"))


@pytest.mark.parametrize("keys", [None, pd.DataFrame({"a": [1.0] * 100})])
def test_a_column_that_is_not_there(keys):
    with pytest.raises(NetloomError, match="no column 'day' to split by"):
        found(made(100, keys=keys), SplitSpec(**METHODS["time"]))


def test_the_rows_of_a_file_are_counted_once(home: Path):
    (home / "uploads").mkdir()
    path = home / "uploads/rows.csv"
    path.write_text("patient\n")
    source = keyed(100, 0)
    reads: list[int] = []
    counting = Source(**{
        **{name: getattr(source, name) for name in Source.__slots__},
        "read": lambda: reads.append(1) or source.read(),
    })  # fmt: skip
    spec = DataSpec(source=TableSource(path="rows.csv"), split=SplitSpec(**METHODS["group"]))
    counts = [row_counts(spec, counting) for _ in range(3)]
    assert counts == [{split: len(rows) for split, rows in share_out(spec, source, source.read()).items()}] * 3
    assert len(reads) == 1
    path.write_text("patient\nanother\n")
    row_counts(spec, counting)
    assert len(reads) == 2
