"""From a DataSpec to the arrays that a network is fed."""

import json
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from pipelines.data import keras_datasets
from pipelines.data.facts import DataFacts
from pipelines.data.keras_scaling import scaling_layer
from pipelines.data.scaling import Scaling, fit_scaling
from pipelines.data.spec import DataSpec
from pipelines.runs.facts import Split

_ROWS_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a network is fed.

    Attributes:
        x: by split, float32 of shape `(rows, *facts.input_shape)`, scaled.
        y: by split, shape `(rows,)`.
        scaling: fitted on the training rows.
    """

    facts: DataFacts
    x: dict[Split, np.ndarray]
    y: dict[Split, np.ndarray]
    scaling: Scaling


def prepare(spec: DataSpec) -> Prepared:
    """Load (after a download where one is needed), split, and scale with the layer that the exported model will carry.

    Raises:
        NetloomError: the data is not here, or cannot be split or scaled as asked.
    """
    splits = keras_datasets.load(spec)
    scaling = fit_scaling(spec.scaling, splits.x["train"])
    layer = scaling_layer(scaling)
    return Prepared(splits.facts, {split: _apply(layer, x) for split, x in splits.x.items()}, splits.y, scaling)


def write_scaling(scaling: Scaling, path: Path) -> None:
    """Write scaling.json; `Scaling.from_json(json.loads(...))` reads it."""
    path.write_text(json.dumps(scaling.as_json()) + "\n", encoding="utf-8")


def _apply(layer: keras.Layer, x: np.ndarray) -> np.ndarray:
    """In parts, so that a GPU never holds a data set whole for this."""
    parts = (x[start : start + _ROWS_AT_ONCE] for start in range(0, len(x), _ROWS_AT_ONCE))
    return np.concatenate([keras.ops.convert_to_numpy(layer(part)) for part in parts])
