"""What probes find, as plain arrays. No keras: pages read these."""

from dataclasses import dataclass

import numpy as np

from pipelines.runs.facts import Split


@dataclass(frozen=True, slots=True, eq=False)
class LayerWeights:
    """The kernel of one layer, unscaled.

    Attributes:
        name: of the layer. kind: its Keras class.
        images: float32 of shape `(filters, height, width, channels)`: one image a filter, in the order of the layer's
            output channels; None where the weights are no images.
        matrix: float32 of shape `(features, units)`, given where `images` is not.
        rows: names of the matrix's rows where they are the features of the data; else empty.
        sees_input: the weights lie directly on the pixels or features of the data, so that they look like them.
    """

    name: str
    kind: str
    images: np.ndarray | None
    matrix: np.ndarray | None = None
    rows: tuple[str, ...] = ()
    sees_input: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Filters:
    """Kernels of every convolution and of the first Dense layer, from the input to the output."""

    layers: tuple[LayerWeights, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LayerOutput:
    """What one layer made of one example.

    Attributes:
        values: float32 without the batch dimension: `(height, width, channels)` after a convolution, `(units,)` after
            a Dense layer, or whatever shape the layer gives.
    """

    name: str
    kind: str
    values: np.ndarray

    @property
    def is_maps(self) -> bool:
        """Whether `values` is one image a channel."""
        return self.values.ndim == 3

    @property
    def dead_share(self) -> float:
        """Share of the values that are exactly 0: what a ReLU has switched off, in [0, 1]."""
        return float((self.values == 0).mean()) if self.values.size else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMaps:
    """One example on its way through a network.

    Attributes:
        row: position in the split. split: where the example is from.
        x: the raw example, `(height, width, channels)` or `(features,)`.
        true: its class name, or its number as text.
        predicted: likewise, what the network says.
        output: float32 `(units,)`: the last layer's values.
        layers: every layer's output, in the order of computation, the input left out.
    """

    row: int
    split: Split
    x: np.ndarray
    true: str
    predicted: str
    output: np.ndarray
    layers: tuple[LayerOutput, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Where a classifier errs on one split.

    Attributes:
        labels: class names, by class id.
        matrix: int64 `(classes, classes)`: row = true class, column = predicted class.
        num_wrong: misclassified rows in all; the arrays below hold the first `limit` of them, most confident first.
        rows: int64 `(n,)`: positions in the split.
        x: `(n, ...)` raw examples.
        true, predicted: int64 `(n,)` class ids.
        probability: float32 `(n,)`: what the network gave to its wrong answer.
        true_probability: float32 `(n,)`: what it gave to the right one.
    """

    split: Split
    labels: tuple[str, ...]
    matrix: np.ndarray
    num_wrong: int
    rows: np.ndarray
    x: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    probability: np.ndarray
    true_probability: np.ndarray

    @property
    def accuracy(self) -> float:
        """Share of the rows that are right, in [0, 1]."""
        return float(np.trace(self.matrix) / self.matrix.sum())

    @property
    def recall(self) -> np.ndarray:
        """Of each true class the share found: float64 `(classes,)`, NaN for a class without rows."""
        return _shares(np.diag(self.matrix), self.matrix.sum(axis=1))

    @property
    def precision(self) -> np.ndarray:
        """Of each predicted class the share that is right: float64 `(classes,)`, NaN for a class never predicted."""
        return _shares(np.diag(self.matrix), self.matrix.sum(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """How far a regression is off on one split. residual = predicted - true, in the target's unit.

    Attributes:
        target: what is predicted.
        true, predicted: float32 `(rows,)`, in the split's order.
        worst: int64 `(n,)`: positions in the split, largest absolute residual first.
        x: `(n, features)` raw examples of `worst`.
        feature_names: of the columns of x; empty for images.
    """

    split: Split
    target: str
    true: np.ndarray
    predicted: np.ndarray
    worst: np.ndarray
    x: np.ndarray
    feature_names: tuple[str, ...]

    @property
    def residual(self) -> np.ndarray:
        """Predicted - true: float32 `(rows,)`."""
        return self.predicted - self.true

    @property
    def mean_absolute_error(self) -> float:
        """Mean of |residual|, in the target's unit."""
        return float(np.abs(self.residual).mean())

    @property
    def r2(self) -> float:
        """Coefficient of determination: 1 is perfect, 0 no better than the mean; NaN where the target is constant."""
        spread = float(np.square(self.true - self.true.mean(dtype=np.float64)).sum())
        return 1 - float(np.square(self.residual.astype(np.float64)).sum()) / spread if spread else float("nan")


def _shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
