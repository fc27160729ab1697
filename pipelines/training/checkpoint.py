"""A checkpoint: all that a run needs to go on to the bit, in one file that is written whole or not at all."""

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import keras
import numpy as np

from models.errors import NetloomError
from pipelines.runs.states import file_name
from pipelines.training.clock import Position
from pipelines.training.log import logger

KEPT = 2
_PATTERN = "epoch-*.npz"
_RANDOM = "seed_generator_state"


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """State between two intervals.

    Attributes:
        epoch: finished epochs.
        epochs: planned when it was written.
        steps: optimizer updates in an epoch.
        variables: of the model as it predicts, random layers' seed states included, then of the optimizer, in Keras's
            order.
        names: of the variables, as Keras calls them within their layer.
        early_stopping: its counters, or None.
        best_weights: what early stopping keeps; may be empty.
        step: optimizer updates done in the epoch after the finished ones.
        updates: since the run began; None: as many as the epochs and steps say.
        counters: of all else that has a memory, by its name.
        training_weights: what training goes on with where the model predicts with averages of them; else empty.
        spec: what of the RunSpec training goes by (`train`, `data`, `seed`), as JSON data; None: not known.
    """

    epoch: int
    epochs: int
    steps: int
    variables: Sequence[np.ndarray]
    names: Sequence[str]
    early_stopping: dict[str, Any] | None = None
    best_weights: Sequence[np.ndarray] = ()
    step: int = 0
    updates: int | None = None
    counters: dict[str, dict[str, Any]] = field(default_factory=dict)
    training_weights: Sequence[np.ndarray] = ()
    spec: dict[str, Any] | None = None

    @property
    def position(self) -> Position:
        """Where the run was."""
        updates = self.epoch * self.steps + self.step if self.updates is None else self.updates
        return Position(self.epoch, self.step, updates)

    @property
    def file_name(self) -> str:
        """By which the later of two sorts behind the earlier."""
        return file_name(self.epoch, self.step)


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
    if not _fits(variables, checkpoint.variables, checkpoint.names):
        raise NetloomError(
            "The checkpoint of this run was written for another network or optimizer, so it cannot go on from there.",
            "Start it as a new run.",
        )
    for variable, value in zip(variables, checkpoint.variables, strict=True):
        _assign(variable, value)


def restore_network(model: keras.Model, checkpoint: Checkpoint) -> None:
    """Give a compiled model the network of another run: its weights, and what its random layers drew last.

    The seed states are taken where there are as many; a network with more dropout has more of them.

    Raises:
        NetloomError: the networks differ.
    """
    count = len(checkpoint.names) - _optimizer_variables(checkpoint)
    given = list(zip(checkpoint.names[:count], checkpoint.variables[:count], strict=True))
    for random in (False, True):
        variables = [variable for variable in model.variables if (variable.name == _RANDOM) == random]
        values = [(name, value) for name, value in given if (name == _RANDOM) == random]
        if _fits(variables, [value for _, value in values], [name for name, _ in values]):
            for variable, (_, value) in zip(variables, values, strict=True):
                _assign(variable, value)
        elif not random:
            raise NetloomError(
                "The run that this one begins from has another network, so its weights do not fit in here.",
                "Fork it with the same layers; dropout, and how it is trained, may change.",
            )


def restore_optimizer(model: keras.Model, checkpoint: Checkpoint, leave: Sequence[str] = ()) -> bool:
    """Give the optimizer its state of `checkpoint`, but for variables named in `leave`. False: it is another one's."""
    count = _optimizer_variables(checkpoint)
    names, values = list(checkpoint.names)[-count:], list(checkpoint.variables)[-count:]
    kept = [(name, value) for name, value in zip(names, values, strict=True) if name not in leave]
    variables = [variable for variable in model.optimizer.variables if variable.name not in leave]
    if not _fits(variables, [value for _, value in kept], [name for name, _ in kept]):
        return False
    for variable, (_, value) in zip(variables, kept, strict=True):
        _assign(variable, value)
    return True


def write(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write into `folder`, keeping the one before: a process killed at any moment leaves a whole one behind.

    Args:
        folder: made if missing. The newest KEPT stay in it.
        checkpoint: the state to keep.

    Returns:
        The file that was written.

    Raises:
        OSError: the disk is full, say; what was there is untouched.
    """
    folder.mkdir(exist_ok=True)
    facts = {name: getattr(checkpoint, name) for name in _FACTS} | {"names": list(checkpoint.names)}
    arrays = {"facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)}
    for prefix, values in (
        ("variable", checkpoint.variables),
        ("best", checkpoint.best_weights),
        ("training", checkpoint.training_weights),
    ):
        arrays |= {f"{prefix}_{i}": value for i, value in enumerate(values)}
    path = folder / checkpoint.file_name
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
    return path


def latest(folder: Path) -> Checkpoint | None:
    """The newest whole checkpoint in `folder`, or None. A damaged one is passed over, and the log says so."""
    for path in _newest_first(folder):
        try:
            return read(path)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            logger.warning("checkpoint %s is damaged and was passed over: %s", path.name, error)
    return None


def read(path: Path) -> Checkpoint:
    """The checkpoint in a file. Raises: OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile."""
    # zip's own checksums tell a damaged file.
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        facts = json.loads(arrays["facts"].tobytes())
        variables = [arrays[f"variable_{i}"] for i in range(len(facts["names"]))]
        best, training = ([arrays[n] for n in arrays.files if n.startswith(kind)] for kind in ("best_", "training_"))
    return Checkpoint(variables=variables, best_weights=best, training_weights=training, **facts)


_FACTS = [
    fact.name
    for fact in fields(Checkpoint)
    if fact.name not in ("variables", "names", "best_weights", "training_weights")
]


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob(_PATTERN), reverse=True)


def _variables(model: keras.Model) -> list[keras.Variable]:
    return [*model.variables, *model.optimizer.variables]


def _optimizer_variables(checkpoint: Checkpoint) -> int:
    """How many of the last variables are the optimizer's: the first of them counts its updates."""
    names = list(checkpoint.names)
    return len(names) - names.index("iteration") if "iteration" in names else 0


def _fits(variables: Sequence[keras.Variable], values: Sequence[np.ndarray], names: Sequence[str]) -> bool:
    return [tuple(variable.shape) for variable in variables] == [value.shape for value in values] and [
        variable.name for variable in variables
    ] == list(names)


def _assign(variable: keras.Variable, value: np.ndarray) -> None:
    # numpy's files know no bfloat16 and give its bytes back without a type.
    variable.assign(value.view(variable.numpy().dtype) if value.dtype.kind == "V" else value)
