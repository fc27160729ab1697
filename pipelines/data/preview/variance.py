"""What principal components keep of the scaled inputs: the variance that each explains."""

from dataclasses import dataclass

import numpy as np

from models.errors import NetloomError
from pipelines.data.loading import Splits
from pipelines.data.preparation.preparation import fit_preparation
from pipelines.data.preview.looked import draw
from pipelines.data.spec import DataSpec

SHARES = (0.9, 0.95, 0.99)
_ROWS, _ROWS_OF_MANY, _MANY_FEATURES = 2_000, 1_000, 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Variance:
    """Variance explained by the components of some training rows.

    Attributes:
        explained: share of each component, largest first, float64 of shape `(components,)`, summing to 1; of `rows`
            rows there are at most `rows - 1`.
        needed: share of the variance, as in SHARES -> how many components keep it.
        sampled: training rows that were looked at, where those are not all; else 0.
    """

    explained: np.ndarray
    needed: dict[float, int]
    sampled: int


def variance(splits: Splits, spec: DataSpec) -> Variance:
    """Looks at encoded training rows, scaled as the network is fed them.

    The variances are the eigenvalues of the covariance matrix, or of the Gram matrix, which has the same ones, where
    there are fewer rows than features.

    Raises:
        NetloomError: the inputs are sequences of words, or all rows are alike.
    """
    x_train = splits.x["train"]
    features = int(np.prod(x_train.shape[1:]))
    rows = draw(np.arange(len(x_train)), _ROWS if features <= _MANY_FEATURES else _ROWS_OF_MANY)
    some = x_train[rows]
    preparation = fit_preparation(spec.replace(pca=None), splits.encoding, some)
    if preparation.scaling is None:
        raise NetloomError("Sequences of words have no principal components.", "Take texts as counts or TF-IDF.")
    scaled = preparation.scaling.apply(some).reshape(len(rows), features).astype(np.float64)
    scaled -= scaled.mean(axis=0)
    squares = scaled @ scaled.T if len(rows) < features else scaled.T @ scaled
    values = np.maximum(np.linalg.eigvalsh(squares)[::-1][: max(1, len(rows) - 1)], 0)
    if not values.sum():
        raise NetloomError("All training rows are alike: they have no variance to explain.", "Take other data.")
    explained = values / values.sum()
    cumulative = np.cumsum(explained)
    needed = {share: int(np.searchsorted(cumulative, share - 1e-9) + 1) for share in SHARES}
    return Variance(explained, needed, len(rows) if len(rows) < len(x_train) else 0)
