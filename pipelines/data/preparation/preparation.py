"""Preparation: all that happens to raw rows before the network sees them, fitted on training rows. No keras here.

A run keeps it as preparation.npz beside its network; `keras_preparation` makes Keras layers of it.
"""

import json
import math
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from models.errors import NetloomError
from pipelines.data.encoding.encoding import Encoding, TokensEncoding, encoded_shape, scaled_features
from pipelines.data.encoding.fit_encoding import encoding_of
from pipelines.data.files.mapped import let_go
from pipelines.data.preparation.projection import Projection, fit_projection, refuse_components
from pipelines.data.preparation.scaling import Scaling, fit_scaling
from pipelines.data.spec import DataSpec

FILE = "preparation.npz"
_OLD_FILE = "scaling.json"
_PART_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """From raw rows to what the network is fed.

    Attributes:
        encoding: of raw rows as numbers.
        scaling: of those; None: token ids, which are left as they are.
        projection: of the scaled ones on their principal components; None: they are not projected.
    """

    encoding: Encoding
    scaling: Scaling | None
    projection: Projection | None = None

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Encoded rows, `(rows, *encoded_shape(encoding))`, as the network is fed: float32, or int32 token ids."""
        if self.scaling is None:
            return np.asarray(x)
        scaled = self.scaling.apply(x)
        return self.projection.apply(scaled) if self.projection else scaled

    def write(self, folder: Path) -> Path:
        """Writes preparation.npz into `folder`, whole or not at all; `read` gives back the same numbers to the bit."""
        arrays: dict[str, Any] = {"encoding": np.frombuffer(self.encoding.model_dump_json().encode(), np.uint8)}
        for name, part in (("scaling", self.scaling), ("projection", self.projection)):
            arrays |= {f"{name}.{field.name}": getattr(part, field.name) for field in fields(part)} if part else {}
        unfinished = folder / f"unfinished-{FILE}"
        np.savez(unfinished, **arrays)
        return unfinished.replace(folder / FILE)


def read(folder: Path, spec: DataSpec) -> Preparation:
    """The preparation that a run left in `folder`.

    Args:
        spec: of its data, which says what is missing where an older Netloom left scaling.json alone.

    Raises:
        NetloomError: there is none, or it is damaged.
    """
    path = folder / FILE
    try:
        if not path.exists() and (folder / _OLD_FILE).exists():
            text = (folder / _OLD_FILE).read_text(encoding="utf-8")
            return Preparation(encoding_of(spec), Scaling.from_json(json.loads(text)))
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            arrays = dict(stored)
        encoding = TypeAdapter(Encoding).validate_json(arrays["encoding"].tobytes())
        scaling = Scaling(**_part(arrays, "scaling")) if "scaling.offset" in arrays else None
        projection = Projection(**_part(arrays, "projection")) if "projection.mean" in arrays else None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        reason = "it is damaged" if isinstance(error, ValidationError) else str(error)
        raise NetloomError(
            f"The preparation of the data in {folder} cannot be read: {reason}", "Train the run again."
        ) from error
    return Preparation(encoding, scaling, projection)


def fit_preparation(spec: DataSpec, encoding: Encoding, x_train: np.ndarray) -> Preparation:
    """The preparation that `spec` means, fitted on the encoded training rows; these may be larger than memory.

    Args:
        spec: what is asked for.
        encoding: as `Splits.encoding`.
        x_train: as `Splits.x["train"]`, shape `(rows, *encoded_shape(encoding))`.

    Raises:
        NetloomError: no rows, values that are not finite, or more principal components than there can be.
    """
    refuse_pca(spec, encoding, len(x_train))
    scaled = scaled_features(encoding)
    if scaled == ():
        return Preparation(encoding, None)
    scaling = fit_scaling(spec.scaling, x_train)
    if scaled is not None:
        chosen = np.array(scaled)
        scaling = Scaling(np.where(chosen, scaling.offset, 0.0), np.where(chosen, scaling.scale, 1.0))
    if spec.pca is None:
        return Preparation(encoding, scaling)
    features = math.prod(encoded_shape(encoding))
    parts = (scaling.apply(part) for part in in_parts(x_train))
    return Preparation(encoding, scaling, fit_projection(spec.pca, parts, len(x_train), features))


def refuse_pca(spec: DataSpec, encoding: Encoding, train_rows: int) -> None:
    """Raises: NetloomError where `spec` asks for principal components that its data does not have."""
    if spec.pca and isinstance(encoding, TokensEncoding):
        raise NetloomError("Sequences of words have no principal components.", "Take texts as counts or TF-IDF.")
    if spec.pca:
        refuse_components(spec.pca, train_rows, math.prod(encoded_shape(encoding)))


def in_parts(x: np.ndarray, part_bytes: int = _PART_BYTES) -> Iterator[np.ndarray]:
    """`x` a few rows at a time, as many as take `part_bytes` in float32."""
    rows = max(1, part_bytes // max(1, 4 * math.prod(x.shape[1:])))
    for start in range(0, len(x), rows):
        yield x[start : start + rows]
        let_go(x)


def _part(arrays: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    return {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}
