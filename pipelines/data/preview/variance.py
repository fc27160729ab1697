"""What principal components keep of the scaled inputs: the variance that each explains."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.decomposition import PCA

from pipelines.data.preview.looked import draw
from pipelines.data.scaling import fit_scaling

SHARES = (0.9, 0.95, 0.99)
_ROWS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Variance:
    """Variance explained by the components of some training rows.

    Attributes:
        explained: share of each component, largest first, float64 of shape `(components,)`, summing to 1.
        needed: how many components keep 90, 95 and 99 % of the variance, by that share.
        sampled: training rows that were looked at, where those are not all; else 0.
    """

    explained: np.ndarray
    needed: dict[float, int]
    sampled: int


def variance(x_train: np.ndarray, scaling: Literal["none", "standardise", "rescale", "symmetric"] = "none") -> Variance:
    """Looks at encoded training rows, scaled as the network is fed them.

    Args:
        x_train: shape `(rows, ...)`, as `pipelines.data.loading.load` gives it.
        scaling: as in the DataSpec.
    """
    rows = draw(np.arange(len(x_train)), _ROWS)
    scaled = fit_scaling(scaling, x_train).apply(x_train[rows]).reshape(len(rows), -1)
    explained = np.nan_to_num(PCA(svd_solver="full").fit(scaled).explained_variance_ratio_.astype(np.float64))
    cumulative = np.cumsum(explained)
    needed = {share: int(np.searchsorted(cumulative, share - 1e-9) + 1) for share in SHARES}
    return Variance(explained, needed, len(rows) if len(rows) < len(x_train) else 0)
