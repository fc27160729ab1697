"""What probes find, as plain arrays. No keras: pages read these."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

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
        x: the encoded example, `(height, width, channels)`, `(features,)` or `(tokens,)`.
        true: its class, classes or number in words.
        predicted: likewise, what the network says.
        output: float32: the last layer's values.
        layers: every layer's output, in the order of computation, the input left out.
        raw: one row, as the table has it; None: there is no table.
    """

    row: int
    split: Split
    x: np.ndarray
    true: str
    predicted: str
    output: np.ndarray
    layers: tuple[LayerOutput, ...]
    raw: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True, eq=False)
class AttentionScores:
    """Where one layer looked, for one example.

    Attributes:
        scores: float32 `(heads, queries, keys)`: how much each query step looked at each key step; from 0, and over
            all keys of a query they sum to 1 (over those shown, at most).
        queries, keys: names of the steps: tokens, or numbers from 1.
    """

    name: str
    kind: str
    scores: np.ndarray
    queries: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Attention:
    """Where a network looked in one example.

    Attributes:
        row: position in the split. split: where the example is from.
        x: the encoded example.
        layers: one a layer that attends, in the order of computation.
        raw: one row, as the table has it; None: there is no table.
    """

    row: int
    split: Split
    x: np.ndarray
    layers: tuple[AttentionScores, ...]
    raw: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Where a classifier errs on one split.

    Attributes:
        labels: class names, by class id.
        matrix: int64 `(classes, classes)`: row = true class, column = predicted class.
        num_wrong: misclassified rows in all; the arrays below hold the first `limit` of them, most confident first.
        rows: int64 `(n,)`: positions in the split.
        x: `(n, ...)` encoded examples.
        true, predicted: int64 `(n,)` class ids.
        probability: float32 `(n,)`: what the network gave to its wrong answer.
        true_probability: float32 `(n,)`: what it gave to the right one.
        raw: n rows, as the table has them; None: there is no table.
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
    raw: pd.DataFrame | None = None

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
        target: what is predicted. targets: names of all numbers that are, one of which this is.
        true, predicted: float32 `(rows,)`, in the split's order.
        worst: int64 `(n,)`: positions in the split, largest absolute residual first.
        x: `(n, ...)` encoded examples of `worst`.
        feature_names: of the columns of x; empty for images.
        raw: n rows, as the table has them; None: there is no table.
    """

    split: Split
    target: str
    true: np.ndarray
    predicted: np.ndarray
    worst: np.ndarray
    x: np.ndarray
    feature_names: tuple[str, ...]
    targets: tuple[str, ...] = ()
    raw: pd.DataFrame | None = None

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


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Which labels of several a network gives, on one split.

    Attributes:
        labels: names, by label id.
        true, predicted: bool `(rows, labels)`.
        rows: int64 `(n,)`: positions in the split of the rows below, the most wrong labels first.
        probability: float32 `(n, labels)`: what the network gave to each label.
        x: `(n, ...)` encoded examples.
        raw: n rows, as the table has them; None: there is no table.
    """

    split: Split
    labels: tuple[str, ...]
    true: np.ndarray
    predicted: np.ndarray
    rows: np.ndarray
    probability: np.ndarray
    x: np.ndarray
    raw: pd.DataFrame | None = None

    @property
    def exact(self) -> float:
        """Share of the rows whose labels are all right, in [0, 1]."""
        return float((self.true == self.predicted).all(axis=1).mean())

    @property
    def accuracy(self) -> np.ndarray:
        """Of each label the share of the rows on which it is right: float64 `(labels,)`."""
        return (self.true == self.predicted).mean(axis=0)

    @property
    def recall(self) -> np.ndarray:
        """Of each label's rows the share found: float64 `(labels,)`, NaN for a label that no row has."""
        return _shares((self.true & self.predicted).sum(axis=0), self.true.sum(axis=0))

    @property
    def precision(self) -> np.ndarray:
        """Of each label given the share that is right: float64 `(labels,)`, NaN for a label never given."""
        return _shares((self.true & self.predicted).sum(axis=0), self.predicted.sum(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Reconstruction:
    """How well a network gives its inputs back, on one split.

    Attributes:
        error: float32 `(rows,)`: mean squared error of each row, as the network is fed, in the split's order.
        rows: int64 `(n,)`: positions in the split of the examples below.
        original: `(n, ...)` encoded examples.
        fed: float32 `(n, ...)`: the same as noisy and masked as they were fed; None: they were fed as they are.
        given_back: float32 `(n, ...)`: what the network made of them, in the originals' own range.
        feature_error: float64 `(features,)`: mean squared error of each input of a table; None for images.
        feature_names: of tables; empty for images.
    """

    split: Split
    error: np.ndarray
    rows: np.ndarray
    original: np.ndarray
    fed: np.ndarray | None
    given_back: np.ndarray
    feature_error: np.ndarray | None
    feature_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """Which classes a network sees in the pixels of one split. Pixels of the ignored class count nowhere.

    Attributes:
        labels: class names, by class id.
        ignore: id of the ignored class; None: there is none.
        matrix: int64 `(classes, classes)` pixels: row = true class, column = predicted class.
        accuracy: float32 `(images,)`: share of the pixels of each image that are right; NaN where all are ignored.
        rows: int64 `(n,)`: positions in the split of the images below.
        x: `(n, height, width, channels)` encoded images.
        true, predicted: uint8 `(n, height, width)` class ids; predicted has the ignored class where true has it.
    """

    split: Split
    labels: tuple[str, ...]
    ignore: int | None
    matrix: np.ndarray
    accuracy: np.ndarray
    rows: np.ndarray
    x: np.ndarray
    true: np.ndarray
    predicted: np.ndarray

    @property
    def pixel_accuracy(self) -> float:
        """Share of the pixels that are right, in [0, 1]."""
        return float(np.trace(self.matrix) / max(1, self.matrix.sum()))

    @property
    def iou(self) -> np.ndarray:
        """Intersection over union of each class: float64 `(classes,)`, NaN for one that is neither there nor seen."""
        both = np.diag(self.matrix)
        return _shares(both, self.matrix.sum(axis=0) + self.matrix.sum(axis=1) - both)


def _shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
