"""`load`: a DataSpec becomes arrays, split but not yet scaled."""

from dataclasses import dataclass

import numpy as np

from pipelines.data.facts import DataFacts, facts
from pipelines.data.registry import source_of
from pipelines.data.spec import DataSpec
from pipelines.data.splitting import share_out
from pipelines.runs.facts import Split


@dataclass(frozen=True, slots=True)
class Splits:
    """Raw data, shared out.

    Attributes:
        facts: what the data is.
        x: by split, shape `(rows, *facts.input_shape)`, dtype `facts.dtype`, unscaled.
        y: by split, shape `(rows,)`: int64 class ids from 0, or float32 for regression. Keras's losses and metrics
            take this shape beside outputs of shape `(rows, 1)` (binary, regression) and `(rows, classes)` (sparse
            multiclass losses); they add the axis themselves.
        rows: by split, int64 row numbers in the data set's own order. Row i of `x[split]` is row `rows[split][i]`.
    """

    facts: DataFacts
    x: dict[Split, np.ndarray]
    y: dict[Split, np.ndarray]
    rows: dict[Split, np.ndarray]


def load(spec: DataSpec) -> Splits:
    """Reads and splits the data that `spec` names. Equal specs give equal arrays. Nothing is cached here.

    Raises:
        NetloomError: the data is not on this machine yet, is damaged, or cannot be split as asked.
    """
    source = source_of(spec.source)
    known = facts(spec)
    data = source.read()
    if not isinstance(data.x, np.ndarray):
        raise NotImplementedError
    rows = share_out(spec, source, data)
    y = data.x if known.task == "reconstruction" else data.y
    if not isinstance(y, np.ndarray):
        raise NotImplementedError
    return Splits(
        facts=known,
        x={split: data.x[chosen] for split, chosen in rows.items()},
        y={split: y[chosen] for split, chosen in rows.items()},
        rows=rows,
    )
