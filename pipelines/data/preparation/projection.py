"""Principal components of scaled inputs: fitted on training rows, and from then on a fixed linear layer. No keras."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA, IncrementalPCA

from models.errors import NetloomError
from pipelines.data.spec import PcaSpec

LARGE_BYTES = 512 * 2**20
"""Training rows of more, in float64, are never all in memory: their components are learned a part at a time."""

_SMALLEST_SHARE = 1e-5
_PART_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """`projected = (x - mean) @ components.T / scale`.

    Attributes:
        mean: float64 of shape `(features,)`, of the scaled training rows.
        components: float64 of shape `(components, features)`, orthonormal rows, most variance first.
        scale: float64 of shape `(components,)`: the standard deviations where they are whitened, else ones.
        explained: float64 of shape `(components,)`: the share of the training rows' variance that each tells.
    """

    mean: np.ndarray
    components: np.ndarray
    scale: np.ndarray
    explained: np.ndarray

    @property
    def kernel(self) -> np.ndarray:
        """float32 of shape `(features, components)`, of the linear layer that it is."""
        return (self.components.T / self.scale).astype(np.float32)

    @property
    def bias(self) -> np.ndarray:
        """float32 of shape `(components,)`, of the linear layer that it is."""
        return (-(self.components @ self.mean) / self.scale).astype(np.float32)

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Scaled rows, float32 of shape `(rows, ...)`, to float32 of shape `(rows, components)`."""
        return x.reshape(len(x), -1) @ self.kernel + self.bias


def refuse_components(pca: PcaSpec, rows: int, features: int) -> None:
    """Raises: NetloomError where so many training rows of so many features have fewer components than asked for."""
    most = min(rows, features)
    if pca.components > most:
        what = f"{rows:,} training rows" if rows < features else f"{features:,} inputs"
        raise NetloomError(
            f"{what} have at most {most:,} principal components; {pca.components:,} are asked for.",
            f"Ask for {most:,} or fewer.",
        )


def fit_projection(pca: PcaSpec, parts: Iterable[np.ndarray], rows: int, features: int) -> Projection:
    """The principal components of the scaled training rows.

    scikit-learn's PCA; above LARGE_BYTES its IncrementalPCA (Ross et al. 2008), which sees each row once.

    Args:
        pca: how many components, and whether to whiten.
        parts: the scaled rows, a part at a time, of shape `(some rows, ...)`.
        rows: in all.
        features: of a row, flattened.

    Raises:
        NetloomError: more components than rows or features.
    """
    refuse_components(pca, rows, features)
    flat = (part.reshape(len(part), -1).astype(np.float64) for part in parts)
    found: PCA | IncrementalPCA
    with np.errstate(invalid="ignore"):  # rows that are all alike have no variance to share
        if rows * features * 8 <= LARGE_BYTES:
            found = PCA(pca.components, random_state=0).fit(np.concatenate(list(flat)))
        else:
            found = IncrementalPCA(pca.components)
            for batch in _batches(flat, max(2 * pca.components, _PART_BYTES // (8 * features))):
                found.partial_fit(batch)
    std = np.sqrt(found.explained_variance_)
    # Where rows vary no more than rounding makes them, whitening would blow the rounding up.
    varies = std > _SMALLEST_SHARE * std[0]
    scale = np.where(varies, std, 1.0) if pca.whiten else np.ones_like(std)
    explained = np.nan_to_num(found.explained_variance_ratio_)
    return Projection(found.mean_, found.components_, scale, explained)


def _batches(parts: Iterable[np.ndarray], rows: int) -> Iterator[np.ndarray]:
    """The same rows in batches of at least so many."""
    waiting: list[np.ndarray] = []
    ready: np.ndarray | None = None
    for part in parts:
        waiting.append(part)
        if sum(map(len, waiting)) >= rows:
            if ready is not None:
                yield ready
            ready, waiting = np.concatenate(waiting), []
    yield np.concatenate([*([] if ready is None else [ready]), *waiting])
