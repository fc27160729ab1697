"""Nothing is learned from validation and test rows: whatever they hold, encoding and preparation stay as they are."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.data.encoding.fit_encoding import encoding_of, fitted
from pipelines.data.spec import ColumnSpec, DataSpec, PcaSpec, SplitSpec, TableSource, TextSpec

ROWS = 90
COLUMNS = (
    ColumnSpec(name="mean", type="numeric", missing="mean"),
    ColumnSpec(name="median", type="numeric"),
    ColumnSpec(name="usual", type="numeric", missing="most_frequent"),
    ColumnSpec(name="binned", type="numeric", bins=4),
    ColumnSpec(name="kind", type="categorical", max_categories=3),
    ColumnSpec(name="filled", type="categorical", missing="most_frequent"),
    ColumnSpec(name="day", type="date"),
    ColumnSpec(name="words", type="text"),
)


def _frame(seed: int) -> pd.DataFrame:
    """Rows whose values, missing ones and words all depend on the seed; no two seeds share a category or a word."""
    draw = np.random.default_rng(seed)
    numbers = {name: draw.normal(100 * seed, 1 + seed, ROWS).round(1) for name in ("mean", "median", "usual", "binned")}
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 300, ROWS) + 1000 * seed, "D")
    frame = pd.DataFrame(numbers).assign(
        kind=[f"kind{seed}{number}" for number in draw.integers(0, 5, ROWS)],
        filled=[f"fill{seed}{number}" for number in draw.integers(0, 5, ROWS)],
        day=days.strftime("%Y-%m-%d"),
        words=[" ".join(f"word{seed}{number}" for number in draw.integers(0, 9, 8)) for _ in range(ROWS)],
    )
    return frame.mask(draw.random(frame.shape) < 0.1 * seed)


@pytest.fixture
def spec(home: Path) -> DataSpec:
    (home / "uploads").mkdir()
    return DataSpec(
        source=TableSource(path="rows.csv", target=("target",), target_type="categorical", columns=COLUMNS),
        split=SplitSpec(stratify=False),
        scaling="standardise",
        text=TextSpec(mode="tf_idf", max_tokens=20),
        pca=PcaSpec(components=3, whiten=True),
    )


def _with_other_rows(home: Path, spec: DataSpec) -> None:
    """Everything that is not trained on is another."""
    old, new = _frame(1), _frame(3)
    train = np.isin(np.arange(ROWS), fitted(spec).rows["train"])
    _write(home, old.where(train[:, np.newaxis] & np.ones(old.shape, bool), new))


def _write(home: Path, frame: pd.DataFrame) -> None:
    frame.assign(target=np.where(np.arange(ROWS) % 2, "a", "b")).to_csv(home / "uploads" / "rows.csv", index=False)


def test_encodings(home: Path, spec: DataSpec):
    _write(home, _frame(1))
    before = encoding_of(spec)
    _with_other_rows(home, spec)
    assert encoding_of(spec) == before
    assert "kind3" in (home / "uploads" / "rows.csv").read_text()
    _write(home, _frame(3))
    assert encoding_of(spec) != before


@pytest.mark.slow
def test_scaling_and_components(home: Path, spec: DataSpec):
    from pipelines.training.prepare import prepare

    _write(home, _frame(1))
    before = prepare(spec)
    _with_other_rows(home, spec)
    after = prepare(spec)
    assert np.array_equal(after.x["train"], before.x["train"])
    assert not np.array_equal(after.x["test"], before.x["test"])
    for part in ("scaling", "projection"):
        old, new = getattr(before.preparation, part), getattr(after.preparation, part)
        for name in old.__slots__:
            assert np.array_equal(getattr(old, name), getattr(new, name)), name
