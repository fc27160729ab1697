"""A checkpoint: all that a run needs to go on to the bit, in one file that is written whole or not at all."""

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from models.errors import NetloomError
from pipelines.training.log import logger

KEPT = 2
_PATTERN = "epoch-*.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """State after whole epochs.

    Attributes:
        epoch: finished epochs.
        epochs: planned when it was written.
        steps: optimizer updates in an epoch.
        variables: of the model, random layers' seed states included, then of the optimizer, in Keras's order.
        names: of the variables, as Keras calls them within their layer.
        early_stopping: its counters, or None.
        best_weights: what early stopping keeps; may be empty.
    """

    epoch: int
    epochs: int
    steps: int
    variables: Sequence[np.ndarray]
    names: Sequence[str]
    early_stopping: dict[str, Any] | None = None
    best_weights: Sequence[np.ndarray] = ()


def state_of(model: keras.Model) -> tuple[list[np.ndarray], list[str]]:
    """Values and names of every variable that training changes: weights, seed states, the optimizer's."""
    variables = _variables(model)
    return [keras.ops.convert_to_numpy(variable) for variable in variables], [v.name for v in variables]


def restore(model: keras.Model, checkpoint: Checkpoint) -> None:
    """Put a compiled model into the state of `checkpoint`.

    Raises:
        NetloomError: it was written for another network or optimizer.
    """
    variables = _variables(model)
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != [value.shape for value in checkpoint.variables] or [v.name for v in variables] != checkpoint.names:
        raise NetloomError(
            "The checkpoint of this run was written for another network or optimizer, so it cannot go on from there.",
            "Start it as a new run.",
        )
    for variable, value in zip(variables, checkpoint.variables, strict=True):
        # numpy's files know no bfloat16 and give its bytes back without a type.
        variable.assign(value.view(variable.numpy().dtype) if value.dtype.kind == "V" else value)


def write(folder: Path, checkpoint: Checkpoint) -> None:
    """Write into `folder`, keeping the one before: a process killed at any moment leaves a whole one behind."""
    folder.mkdir(exist_ok=True)
    facts = {
        "epoch": checkpoint.epoch,
        "epochs": checkpoint.epochs,
        "steps": checkpoint.steps,
        "names": list(checkpoint.names),
        "early_stopping": checkpoint.early_stopping,
    }
    arrays = {"facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)}
    arrays |= {f"variable_{i}": value for i, value in enumerate(checkpoint.variables)}
    arrays |= {f"best_{i}": value for i, value in enumerate(checkpoint.best_weights)}
    path = folder / f"epoch-{checkpoint.epoch:06d}.npz"
    unfinished = path.with_suffix(".tmp")
    try:
        with unfinished.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        os.replace(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)  # on a full disk it leaves room to write that it is full
        raise
    for old in _newest_first(folder)[KEPT:]:
        old.unlink()


def latest(folder: Path) -> Checkpoint | None:
    """The newest whole checkpoint in `folder`, or None. A damaged one is passed over, and the log says so."""
    for path in _newest_first(folder):
        try:
            return _read(path)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            logger.warning("checkpoint %s is damaged and was passed over: %s", path.name, error)
    return None


def _read(path: Path) -> Checkpoint:
    # zip's own checksums tell a damaged file.
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        facts = json.loads(arrays["facts"].tobytes())
        variables = [arrays[f"variable_{i}"] for i in range(len(facts["names"]))]
        best = [arrays[name] for name in arrays.files if name.startswith("best_")]
    return Checkpoint(variables=variables, best_weights=best, **facts)


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob(_PATTERN), reverse=True)


def _variables(model: keras.Model) -> list[keras.Variable]:
    return [*model.variables, *model.optimizer.variables]
