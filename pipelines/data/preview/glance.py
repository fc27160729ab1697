"""A data set at a glance: rows, shapes, ranges and bytes of each split, what was done on purpose, and its hash."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.data.changes.corruption import wrong_labels
from pipelines.data.files.files import fingerprint, resolve
from pipelines.data.images.files import ImageFiles
from pipelines.data.preview.looked import Looked, draw
from pipelines.data.preview.missing import missing_counts
from pipelines.data.source import RawRows
from pipelines.data.splitting import own_splits

_CHUNK_VALUES = 1 << 22
_WEIGHED_ROWS = 2_000  # of a table, to tell what its texts take


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """A data set at a glance.

    Attributes:
        splits: a row a split: split, rows, share (of all rows), shape (of x, None where it differs), own (whether the
            set brings it), min, max, mean, std (of all values of an array; NaN for others), missing (values of a
            table), bytes (x and y; of image files on disk).
        dtype: of x: numpy's name; `table`; or `rgb`, `grey` of image files.
        left_out: training rows that are left out on purpose, to study fewer rows.
        wrong_labels: training rows that get another class on purpose.
        content_hash: SHA-256 (64 hex characters) of the data and of which row went where. Of files it is that of the
            file, or of the names, sizes and times of change in a folder.
    """

    splits: pd.DataFrame
    dtype: str
    left_out: int
    wrong_labels: int
    content_hash: str

    @property
    def rows(self) -> int:
        """Rows of all splits."""
        return int(self.splits["rows"].sum())

    @property
    def bytes(self) -> int:
        """Of all splits."""
        return int(self.splits["bytes"].sum())

    @property
    def value_range(self) -> tuple[float, float] | None:
        """Least and greatest value of an array; None for a table or files."""
        low, high = float(self.splits["min"].min()), float(self.splits["max"].max())
        return (low, high) if np.isfinite(low) and np.isfinite(high) else None


def glance(looked: Looked) -> Glance:
    """Looks at every value of arrays and tables, and at no pixel of files."""
    x = looked.data.x
    own = own_splits(looked.spec.split, looked.source)
    total = sum(map(len, looked.rows.values()))
    frame = looked.table
    shape = looked.source.input_shape if frame is None else (frame.shape[1],)
    lacking = missing_counts(looked)
    table = pd.DataFrame(
        {
            "split": split,
            "rows": len(rows),
            "share": len(rows) / total,
            "shape": (len(rows), *shape),
            "own": split in own,
            **_moments(x, rows),
            "missing": int(lacking[split].sum()),
            "bytes": _bytes(x, rows) + (0 if looked.data.y is None else _bytes(looked.data.y, rows)),
        }
        for split, rows in looked.rows.items()
    )
    return Glance(
        splits=table,
        dtype=x.mode if isinstance(x, ImageFiles) else looked.source.dtype,
        left_out=looked.source.num_rows - total,
        wrong_labels=_wrong(looked),
        content_hash=content_hash(looked),
    )


def _wrong(looked: Looked) -> int:
    y = looked.data.y
    if not isinstance(y, np.ndarray):
        return 0
    labels = y[looked.rows["train"]]
    return len(wrong_labels(labels, looked.task, len(looked.source.class_names), looked.spec.corrupt)[1])


def content_hash(looked: Looked) -> str:
    """SHA-256 of the data and of the row numbers of each split; equal data and splits have equal hashes."""
    digest = hashlib.sha256()
    path = getattr(looked.spec.source, "path", None)
    if path is not None:
        settings = looked.spec.source.model_dump_json(exclude={"path"})
        digest.update(f"{fingerprint(resolve(path))} {settings};".encode())
    else:
        _update(digest, looked.data.x)
        if looked.data.y is not None:
            _update(digest, looked.data.y)
    for split, rows in looked.rows.items():
        digest.update(f"{split};".encode())
        _update(digest, rows)
    return digest.hexdigest()


def _update(digest: "hashlib._Hash", values: RawRows) -> None:
    if isinstance(values, np.ndarray):
        digest.update(f"{values.dtype.str} {values.shape};".encode())
        digest.update(np.ascontiguousarray(values).data)
    elif isinstance(values, ImageFiles):
        digest.update("\x00".join(values.names).encode())
    else:
        digest.update(f"{list(values.columns)};".encode())
        digest.update(pd.util.hash_pandas_object(values, index=False).to_numpy().data)


def _moments(x: RawRows, rows: np.ndarray) -> dict[str, float]:
    """Of all values together, in float64, a piece at a time."""
    if not isinstance(x, np.ndarray) or not len(rows) or not x.size:
        return dict.fromkeys(("min", "max", "mean", "std"), np.nan)
    pieces = np.array_split(rows, max(1, len(rows) * (x.size // len(x)) // _CHUNK_VALUES))
    found = [_byte_sums(x[piece]) if x.dtype == np.uint8 else _sums(x[piece]) for piece in pieces]
    lows, highs, counts, means, squares = (np.array(column) for column in zip(*found, strict=True))
    mean = float(np.average(means, weights=counts))
    variance = (squares.sum() + (counts * (means - mean) ** 2).sum()) / counts.sum()
    return {"min": float(lows.min()), "max": float(highs.max()), "mean": mean, "std": float(np.sqrt(variance))}


def _sums(values: np.ndarray) -> tuple[float, float, int, float, float]:
    """Least, greatest, how many, mean, and the sum of squared differences from it."""
    exact = values.astype(np.float64)
    mean = exact.mean()
    return exact.min(), exact.max(), exact.size, mean, np.square(exact - mean).sum()


def _byte_sums(values: np.ndarray) -> tuple[float, float, int, float, float]:
    """The same of bytes, by how often each of the 256 occurs."""
    counts = np.bincount(values.reshape(-1), minlength=256)
    levels = np.flatnonzero(counts)
    often = counts[levels]
    mean = np.average(levels, weights=often)
    return levels[0], levels[-1], values.size, mean, (often * (levels - mean) ** 2).sum()


def _bytes(values: RawRows, rows: np.ndarray) -> int:
    if isinstance(values, np.ndarray):
        return len(rows) * (values.nbytes // max(1, len(values)))
    if isinstance(values, ImageFiles):
        return sum(_size(values, row) for row in rows.tolist())
    some = draw(rows, _WEIGHED_ROWS)
    return round(values.iloc[some].memory_usage(index=False, deep=True).sum() * len(rows) / max(1, len(some)))


def _size(files: ImageFiles, row: int) -> int:
    try:
        return (files.root / files.names[row]).stat().st_size
    except OSError:  # has vanished; where it is drawn, that is said
        return 0
