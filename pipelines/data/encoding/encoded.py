"""Encoded rows in the cache: under which name they lie there, in which order, and how they are read. No keras here."""

import functools
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.data.encoding.encoding import Encoding, encoded_dtype, encoded_shape
from pipelines.data.encoding.fit_encoding import encoding_of, fitted, source_fingerprint, task_of
from pipelines.data.files.cache import key_of
from pipelines.data.registry import source_of
from pipelines.data.spec import DataSpec
from pipelines.data.splitting import share_out
from pipelines.runs.facts import Split

LARGE_BYTES = 512 * 2**20
"""Encoded rows of more than this lie in the cache split by split, so that a split is a part of one mapped file."""

INPUTS, MASKS = "x.npy", "masks.npy"
_VERSION = "2"


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is encoded for a DataSpec whose rows are not numbers yet.

    Attributes:
        key: of the folder in the cache, with INPUTS and, for masks that are files, MASKS.
        encoding: of its rows.
        rows: by split, int64 row numbers of `RawData.x`.
        y: of all rows, as `RawData.y`; None where it is masks, which are in the folder, or nothing.
        order: the row numbers in the order in which they lie in the folder.
        by_split: they lie split by split; else as the data set has them.
    """

    key: str
    encoding: Encoding
    rows: Mapping[Split, np.ndarray]
    y: np.ndarray | None
    order: np.ndarray
    by_split: bool

    def part(self, array: np.ndarray, split: Split) -> np.ndarray:
        """The rows of one split of an array in the folder: in memory, or mapped where they are large."""
        if not self.by_split:
            return np.asarray(array[self.rows[split]])
        start = 0
        for name, rows in self.rows.items():
            if name == split:
                break
            start += len(rows)
        return array[start : start + len(self.rows[split])]


def plan_of(spec: DataSpec) -> Plan:
    """The plan of `spec`. Raises: NetloomError."""
    return _plan(spec.model_dump_json(), source_fingerprint(spec.source))


def is_large(encoding: Encoding, rows: int) -> bool:
    """Whether so many encoded rows are more than should be held in memory for no need."""
    return rows * math.prod(encoded_shape(encoding)) * np.dtype(encoded_dtype(encoding)).itemsize > LARGE_BYTES


def mapped(folder: Path, name: str) -> np.ndarray | None:
    """An array of the folder, mapped and read-only; None where there is none."""
    path = folder / name
    return np.load(path, mmap_mode="r", allow_pickle=False) if path.exists() else None


@functools.lru_cache(maxsize=8)
def _plan(spec_json: str, version: str) -> Plan:
    spec = DataSpec.model_validate_json(spec_json)
    source, encoding = source_of(spec.source), encoding_of(spec)
    if source.dtype == "table":
        found = fitted(spec)
        rows, y = found.rows, found.y
    else:
        data = source.read()
        rows = share_out(spec, source, data)
        y = data.y if isinstance(data.y, np.ndarray) and task_of(spec, source) != "segmentation" else None
    order = np.arange(source.num_rows)
    layout = "as they come"
    large = is_large(encoding, source.num_rows)
    if large:
        order = np.concatenate(list(rows.values()))
        layout = hashlib.sha256(np.ascontiguousarray(order).data).hexdigest()
    key = key_of("encoded", _VERSION, spec.source.model_dump_json(), version, encoding.model_dump_json(), layout)
    return Plan(key, encoding, rows, y, order, large)
