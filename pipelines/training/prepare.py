"""From a DataSpec to what a network is fed: whole arrays where they are small, else rows that a stream prepares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import keras
import numpy as np

from pipelines.class_weights import ClassWeights, class_weights
from pipelines.data import keras_loading
from pipelines.data.facts import DataFacts
from pipelines.data.preparation.keras_preparation import layers_of
from pipelines.data.preparation.preparation import Preparation, fit_preparation
from pipelines.data.spec import DataSpec
from pipelines.runs.facts import Split

IN_MEMORY_BYTES = 512 * 2**20
"""What a network is fed may take so much memory; more is prepared batch by batch."""

_ROWS_AT_ONCE = 8192
_SAMPLE_ROWS = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What a network is fed, or what that is made of.

    Attributes:
        spec: of the data.
        facts: of the data.
        preparation: fitted on the training rows.
        x: by split: where `ready`, as the network is fed, shape `(rows, *facts.input_shape)` of `facts.input_dtype`;
            else encoded, `(rows, *facts.encoded_shape)` of `facts.dtype`, and mapped from disk where it is large.
        y: by split, shape `(rows, *facts.target_shape)`. Where `facts.mixed_labels` of many classes, those of val and
            test are float32 one-hot; x itself where the inputs are reconstructed.
        ready: nothing is left to do for a batch.
        targets: where the network has several outputs, what each that is judged is compared with, by its name.
        class_weights: what a training row of a class counts in the loss, by class id, float32; None: all the same.
    """

    spec: DataSpec
    facts: DataFacts
    preparation: Preparation
    x: dict[Split, np.ndarray]
    y: dict[Split, np.ndarray]
    ready: bool
    targets: Mapping[str, Literal["label", "input"]] = field(default_factory=dict)
    class_weights: np.ndarray | None = None

    def asked(self, x: Any, y: Any) -> Any:
        """The targets as the network wants them: `y`, or by the names of its outputs.

        Args:
            x: rows as they are fed, not noisy or masked.
            y: their labels.
        """
        return {name: x if target == "input" else y for name, target in self.targets.items()} or y

    def sample(self) -> np.ndarray:
        """Some training rows as the network is fed."""
        rows = self.x["train"][:_SAMPLE_ROWS]
        return rows if self.ready else self.preparation.apply(rows)


def prepare(
    spec: DataSpec, targets: Mapping[str, Literal["label", "input"]] | None = None, weights: ClassWeights = None
) -> Prepared:
    """Load (after a download and the encoding, where they are needed), split, and fit what comes before the network.

    Args:
        spec: of the data.
        targets: as in `Prepared`.
        weights: of the classes, as `TrainSpec.class_weights`.

    Raises:
        NetloomError: the data is not here, or cannot be split, encoded, scaled or projected as asked.
    """
    splits = keras_loading.load(spec)
    known = splits.facts
    x: dict[Split, np.ndarray] = splits.x
    y: dict[Split, np.ndarray] = splits.y
    preparation = fit_preparation(spec, splits.encoding, x["train"])
    fed_bytes = 4 * int(np.prod(known.input_shape)) * sum(map(len, x.values()))
    ready = not (spec.augment or spec.corrupt.noise or spec.corrupt.mask) and fed_bytes <= IN_MEMORY_BYTES
    if ready:
        layers = layers_of(preparation)
        x = {split: _apply(layers, rows) for split, rows in x.items()}
    if known.task == "reconstruction":
        y = x
    elif known.mixed_labels:
        y = {split: ids if split == "train" else _shares(ids, known) for split, ids in y.items()}
    weighed = class_weights(weights, known.class_names, splits.y["train"]) if weights else None
    return Prepared(spec, known, preparation, x, y, ready, targets or {}, weighed)


def _shares(ids: np.ndarray, known: DataFacts) -> np.ndarray:
    """Class ids as augmented batches have them: shares of the classes, float32."""
    return ids.astype(np.float32) if known.task == "binary" else np.eye(known.num_classes, dtype=np.float32)[ids]


def _apply(layers: list[keras.layers.Layer], x: np.ndarray) -> np.ndarray:
    """In parts, so that a GPU never holds a data set whole for this."""
    if not layers:
        return x
    parts = (x[start : start + _ROWS_AT_ONCE] for start in range(0, len(x), _ROWS_AT_ONCE))
    return np.concatenate([keras.ops.convert_to_numpy(_through(layers, part)) for part in parts])


def _through(layers: list[keras.layers.Layer], part: Any) -> Any:
    for layer in layers:
        part = layer(part)
    return part
