"""A trained run: its spec, its network as it was left or at a snapshot, its preparation, its data.

Probes and exports begin here.
"""

import functools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import keras
import numpy as np

from models import layers
from models.build import build
from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.data.encoding.fit_encoding import source_fingerprint
from pipelines.data.files.unchanged import refuse_changed
from pipelines.data.keras_loading import load
from pipelines.data.loading import Splits
from pipelines.data.preparation.preparation import Preparation, in_parts, read
from pipelines.data.spec import DataSpec
from pipelines.inspection.snapshots import snapshot_file, snapshot_version
from pipelines.inspection.version import version_of
from pipelines.runs.facts import Run, Split
from pipelines.runs.specs import spec_of
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec
from pipelines.training.several import Several

BATCH_BYTES = 4 * 2**20  # of inputs; what layers make of them is many times as large


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A run whose network can be used.

    Attributes:
        run: as the store knows it.
        folder: of the run.
        spec: what was trained.
        model: the core network: takes prepared inputs.
        preparation: what comes before it.
        version: changes when the network is trained further: caches hang on it.
        epoch: finished epochs of the snapshot that the network is; None: it is as the run left it.
    """

    run: Run
    folder: Path
    spec: RunSpec
    model: keras.Model
    preparation: Preparation
    version: str
    epoch: int | None = None

    @property
    def data(self) -> Splits:
        """The encoded rows that the run was given, split as it saw them. Raises: NetloomError if they have changed."""
        source = self.spec.data.source
        refuse_changed(source, self.folder)
        return _load(self.spec.data.model_dump_json(), source_fingerprint(source))

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The main output for encoded rows, of which there is one at least: `(rows, ...)` to float32 `(rows, ...)`."""
        return np.concatenate([to_numpy(given[0]) for given in self._given(x)])

    def outputs(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Every output for encoded rows, by the names and in the order of `ModelSpec.output_names`."""
        parts = [[to_numpy(output) for output in given] for given in self._given(x)]
        whole = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        return dict(zip(self.spec.model.output_names, whole, strict=True))

    def _given(self, x: np.ndarray) -> Iterator[list[Any]]:
        for part in in_parts(x, BATCH_BYTES):
            yield keras.tree.flatten(self.model(self.preparation.apply(part), training=False))


def trained(home: Path, run_uid: str, epoch: int | None = None) -> Trained:
    """The run with this uid (or unique prefix), with its network. Kept warm for the next call.

    Args:
        epoch: finished epochs of one of its snapshots, which a run may have that still trains; None: the network as the
            run left it.

    Raises:
        RunNotFound: no such run.
        NetloomError: it has no trained network (yet), no such snapshot, or its files cannot be read.
    """
    store = _store(Path(home))
    run = store.get(run_uid)
    folder = store.run_dir(run.uid)
    version = version_of(run, folder) if epoch is None else snapshot_version(folder, epoch)
    spec = spec_of(run)
    if epoch is None:
        model = _left(folder / "model.keras", version)
    else:
        model = _snapshot(snapshot_file(folder, epoch), spec.model.model_dump_json(), version)
    return Trained(run, folder, spec, model, _preparation(folder, spec.data.model_dump_json(), version), version, epoch)


def rows_of(subject: Trained, split: Split) -> tuple[np.ndarray, np.ndarray]:
    """Encoded x and y of one split. Raises: NetloomError for a split that the data does not have."""
    data = subject.data
    if split not in data.x:
        raise NetloomError(f"There is no split {split!r}; there are {', '.join(data.x)}.")
    return data.x[split], data.y[split]


def to_numpy(tensor: Any) -> np.ndarray:
    """A backend's tensor or a Keras variable as a float32 array."""
    return np.asarray(keras.ops.convert_to_numpy(tensor), dtype=np.float32)


@functools.lru_cache(maxsize=4)
def _store(home: Path) -> RunStore:
    return RunStore(home)


@functools.lru_cache(maxsize=2)
def _load(spec_json: str, _version: str) -> Splits:
    return load(DataSpec.model_validate_json(spec_json))


@functools.lru_cache(maxsize=4)
def _left(path: Path, _version: str) -> keras.Model:
    layers.register()
    try:
        return cast("keras.Model", keras.saving.load_model(path, compile=False, safe_mode=True))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NetloomError(
            f"The trained network in {path.parent} cannot be read: {error}", "Train the run again."
        ) from error


@functools.lru_cache(maxsize=4)
def _snapshot(path: Path, model_json: str, _version: str) -> keras.Model:
    """The network of a spec in the state of a checkpoint, whose first variables are those of what was trained."""
    spec = ModelSpec.model_validate_json(model_json)
    network = build(spec)
    variables = (network if len(network.outputs) == 1 else Several(network, spec)).variables
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            for index, variable in enumerate(variables):
                variable.assign(arrays[f"variable_{index}"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise NetloomError(f"The snapshot {path.name} cannot be read: {error}", "Choose another epoch.") from error
    return network


@functools.lru_cache(maxsize=4)
def _preparation(folder: Path, data_json: str, _version: str) -> Preparation:
    return read(folder, DataSpec.model_validate_json(data_json))
