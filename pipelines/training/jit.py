"""Compiling by XLA or not: `auto` tries both on the run's own network and batches, and keeps the quicker.

On a CPU it was 1.3 times as fast on small networks, and twice as slow on LeNet-5: nobody can tell without trying.
"""

import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from pipelines.runs.states import CHOICES
from pipelines.spec import TrainSpec
from pipelines.training.log import logger
from pipelines.training.pace import Pace

_BATCHES = 8
_ROUNDS = 3
_ROUND_S = 0.1
_WORTH = 1.05  # times as fast: less would not pay for compiling


def paced(
    model: keras.Model, train: TrainSpec, most: int, batches: Callable[[], tf.data.Dataset], folder: Path
) -> Pace:
    """The pace of a compiled model that is about to train, compiled by XLA or not, as `train.jit` says.

    A trial leaves no trace in the model: its variables are put back to the bit.

    Args:
        model: compiled for Keras, with what it starts from.
        train: how to train.
        most: updates in an execution.
        batches: gives training batches to try it on.
        folder: of the run, where the choice is kept.
    """
    if train.jit != "auto" or keras.config.backend() != "tensorflow":
        return Pace(model, most)
    kept = _kept(folder)
    if kept is not None:
        model.jit_compile = kept
        return Pace(model, most)
    with warnings.catch_warnings(action="ignore"):  # that it cannot be, which is said below
        model.jit_compile = True
    if not model.jit_compile:
        return _keep(folder, False, "a layer cannot be compiled by XLA", Pace(model, most))
    return _tried(model, most, batches(), folder)


def _tried(model: keras.Model, most: int, batches: tf.data.Dataset, folder: Path) -> Pace:
    variables = [*model.variables, *model.optimizer.variables]
    before = [keras.ops.convert_to_numpy(variable).copy() for variable in variables]
    sides = {}
    for compiled in (False, True):
        model.jit_compile = compiled
        pace = Pace(model, most)
        model.make_train_function(force=most == 1)
        sides[compiled] = pace, model.train_function
    seconds: dict[bool, float] = {}
    try:
        row = iter(batches.take(_BATCHES).cache().repeat())
        for compiled, (pace, function) in sides.items():
            pace.executions(most)
            _updates(function, row)  # traced, and compiled
            seconds[compiled] = np.inf
        for _ in range(_ROUNDS):
            for compiled, (_, function) in sides.items():
                seconds[compiled] = min(seconds[compiled], _round(function, row) / most)
        why = f"with XLA {1000 * seconds[True]:.3g} ms an update, without {1000 * seconds[False]:.3g} ms"
    except (tf.errors.OpError, ValueError, NotImplementedError) as error:
        if False not in seconds:  # it is not XLA's fault
            raise
        seconds[True] = np.inf
        why = f"XLA refuses this network: {str(error).splitlines()[0]}"
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
        model.reset_metrics()
    compiled = _pays(seconds)
    model.jit_compile = compiled
    pace, model.train_function = sides[compiled]
    return _keep(folder, compiled, why, pace)


def _pays(seconds: dict[bool, float]) -> bool:
    """Whether updates are quicker with XLA (True) than without by enough.

    >>> _pays({False: 2.0, True: 1.0}), _pays({False: 1.0, True: 2.0}), _pays({False: 1.0, True: 0.99})
    (True, False, False)
    """
    return seconds[False] > _WORTH * seconds[True]


def _updates(function: Callable, row: object) -> None:
    logs = function(row)
    float(logs["loss"])  # until they are done


def _round(function: Callable, row: object) -> float:
    """Seconds of an execution."""
    began, times = time.perf_counter(), 0
    while times == 0 or time.perf_counter() - began < _ROUND_S:
        _updates(function, row)
        times += 1
    return (time.perf_counter() - began) / times


def _kept(folder: Path) -> bool | None:
    try:
        return bool(json.loads((folder / CHOICES).read_text(encoding="utf-8"))["jit"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path, compiled: bool, why: str, pace: Pace) -> Pace:
    logger.info("%s by XLA: %s", "compiled" if compiled else "not compiled", why)
    (folder / CHOICES).write_text(json.dumps({"jit": compiled}), encoding="utf-8")
    return pace
