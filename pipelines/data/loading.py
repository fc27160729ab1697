"""`load`: a DataSpec becomes arrays of numbers, split but not yet scaled. No keras here.

Rows that are numbers already are read as they are. Tables, texts and image files are encoded by Keras once
(`pipelines.data.keras_loading.prepare`); from then on they are mapped from the cache.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.errors import NetloomError
from pipelines.data.changes.corruption import wrong_labels
from pipelines.data.encoding.encoded import INPUTS, MASKS, mapped, plan_of
from pipelines.data.encoding.encoding import ArrayEncoding, Encoding
from pipelines.data.encoding.fit_encoding import encoding_of
from pipelines.data.facts import DataFacts, facts
from pipelines.data.files.cache import found
from pipelines.data.registry import source_of
from pipelines.data.source import RawRows, taken
from pipelines.data.spec import DataSpec
from pipelines.data.splitting import share_out
from pipelines.runs.facts import Split


class NotPrepared(NetloomError):
    """The data must be encoded first, by `pipelines.data.keras_loading.prepare` in a Keras process."""


@dataclass(frozen=True, slots=True)
class Splits:
    """Encoded data, shared out. Treat the arrays as read-only; those larger than memory are mapped from disk.

    Attributes:
        facts: what the data is.
        encoding: how its raw rows became these numbers.
        x: by split, shape `(rows, *facts.encoded_shape)`, dtype `facts.dtype`, unscaled.
        y: by split, shape `(rows, *facts.target_shape)`: int64 class ids from 0 (uint8 for each pixel of a mask),
            float32 numbers, float32 0/1 for multilabel, or x itself where the inputs are reconstructed. Keras's losses
            and metrics take class ids beside outputs of shape `(rows, 1)` (binary) and `(rows, classes)` (sparse
            multiclass losses); they add the axis themselves. Training rows have the wrong labels that are asked for.
        rows: by split, int64 row numbers in the data set's own order. Row i of `x[split]` is row `rows[split][i]`.
    """

    facts: DataFacts
    encoding: Encoding
    x: dict[Split, np.ndarray]
    y: dict[Split, np.ndarray]
    rows: dict[Split, np.ndarray]


def load(spec: DataSpec) -> Splits:
    """Reads and splits the data that `spec` names. Equal specs give equal arrays.

    Raises:
        NotPrepared: it must be encoded first.
        NetloomError: the data is not on this machine yet, is damaged, or cannot be split as asked.
    """
    encoding = encoding_of(spec)
    x, y, rows = _as_they_are(spec) if isinstance(encoding, ArrayEncoding) else _from_cache(spec)
    known = facts(spec)
    if known.task == "reconstruction":
        y = x
    else:
        y["train"], _ = wrong_labels(y["train"], known.task, known.num_classes, spec.corrupt)
    return Splits(known, encoding, x, y, rows)


def raw_rows(spec: DataSpec, split: Split, limit: int | None = None) -> RawRows:
    """Rows of one split as they came, in the order of `Splits.rows`: what an exported model is tried with.

    Args:
        split: `train`, `val` or `test`.
        limit: at most so many, the first ones; None: all.

    Returns:
        As `RawData.x`: an array, a DataFrame (`encoding.raw_tensors` makes a model's inputs of it), or ImageFiles.

    Raises:
        NetloomError: as `load`.
    """
    source = source_of(spec.source)
    data = source.read()
    return taken(data.x, share_out(spec, source, data)[split][:limit])


Arrays = dict[Split, np.ndarray]


def _as_they_are(spec: DataSpec) -> tuple[Arrays, Arrays, Arrays]:
    source = source_of(spec.source)
    data = source.read()
    rows = share_out(spec, source, data)
    x, y = data.x, data.y
    if not isinstance(x, np.ndarray):
        raise TypeError(f"rows that need no encoding are an array. Received: {type(x)}")
    targets = y if isinstance(y, np.ndarray) else x
    return {split: x[chosen] for split, chosen in rows.items()}, _parts(targets, rows), rows


def _from_cache(spec: DataSpec) -> tuple[Arrays, Arrays, Arrays]:
    plan = plan_of(spec)
    folder = found(plan.key)
    inputs = mapped(folder, INPUTS) if folder else None
    if folder is None or inputs is None:
        raise NotPrepared(
            "The data has not been prepared for training yet.", "Netloom does so once, when it is first needed."
        )
    x: Arrays = {split: plan.part(inputs, split) for split in plan.rows}
    masks = mapped(folder, MASKS)
    if masks is not None:
        y: Arrays = {split: plan.part(masks, split) for split in plan.rows}
    else:
        y = x.copy() if plan.y is None else _parts(plan.y, plan.rows)
    return x, y, dict(plan.rows)


def _parts(array: np.ndarray, rows: Mapping[Split, np.ndarray]) -> Arrays:
    return {split: array[chosen] for split, chosen in rows.items()}
