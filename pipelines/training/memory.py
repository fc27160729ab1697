"""Memory: all that a run has to remember, gathered into a checkpoint and given back from one."""

from collections.abc import Mapping
from typing import Any, Protocol

import keras
from pydantic import ValidationError

from models.schedules.shifted import Shifted
from pipelines.schedules.planned import settled
from pipelines.spec import RunSpec, TrainSpec
from pipelines.training.callbacks.averaged_weights import AveragedWeights
from pipelines.training.callbacks.early_stopping import EarlyStopping
from pipelines.training.checkpoint import Checkpoint, restore, restore_network, restore_optimizer, state_of
from pipelines.training.clock import Clock
from pipelines.training.log import logger
from pipelines.training.rates import inner

_GOES_BY = {"train", "data", "seed"}
# What may be another in a run that goes on to the bit.
_CHANGES_NO_NUMBER = {"epochs", "snapshots", "steps_per_execution", "device"}
_RATES = ("learning_rate", "adjustable_rate")


class Remembering(Protocol):
    """A callback whose memory survives the process."""

    def counters(self) -> dict[str, Any]:
        """What it remembers, as JSON data."""
        ...

    def restore(self, counters: dict[str, Any]) -> None:
        """Go on from `counters()`."""
        ...


class Memory:
    """The state of a run between two intervals.

    Args:
        spec: of the run.
        model: compiled.
        clock: where the run is.
        stopping: its early stopping; None: it has none.
        averaged: the weights that it trains, where it keeps averages.
        others: callbacks that remember something, by a name that stays.
    """

    def __init__(
        self,
        spec: RunSpec,
        model: keras.Model,
        clock: Clock,
        stopping: EarlyStopping | None,
        averaged: AveragedWeights,
        others: Mapping[str, Remembering],
    ) -> None:
        self._spec = spec
        self._model = model
        self._clock = clock
        self._stopping = stopping
        self._averaged = averaged
        self._others = others

    def checkpoint(self) -> Checkpoint:
        """The state of now."""
        clock, stopping = self._clock, self._stopping
        now = clock.position
        variables, names = state_of(self._model)
        return Checkpoint(
            epoch=now.epoch,
            epochs=clock.epochs,
            steps=clock.steps,
            step=now.step,
            updates=now.updates,
            variables=variables,
            names=names,
            early_stopping=stopping and stopping.counters(),
            best_weights=(stopping and stopping.best_weights) or (),
            counters={name: other.counters() for name, other in self._others.items()},
            training_weights=self._averaged.training_weights,
            spec=self._spec.model_dump(mode="json", include=_GOES_BY),
        )

    def resume(self, found: Checkpoint) -> None:
        """Go on as if nothing had been; with more epochs, with new patience.

        Raises:
            NetloomError: `found` was written for another network or optimizer.
        """
        restore(self._model, found)
        self._averaged.restore(found.training_weights)
        for name, counters in found.counters.items():
            if name in self._others:
                self._others[name].restore(counters)
        if self._stopping and found.early_stopping:
            self._stopping.restore(found.early_stopping, found.best_weights)
            if self._clock.epochs != found.epochs:
                self._stopping.renew()

    def fork(self, found: Checkpoint) -> None:
        """Begin with the state of another run, of which all is taken that still fits what is asked of this one.

        Where nothing was changed that does, that is everything, and the curve goes on to the bit. Else the network goes
        on, and the optimizer if it is of the same kind; patience begins anew.

        Raises:
            NetloomError: the networks differ.
        """
        before = _train_of(found)
        if before is not None and self._is_the_same(found, before):
            self.resume(found)
            return
        restore_network(self._model, found)
        if found.training_weights:
            for variable, value in zip(self._model.trainable_variables, found.training_weights, strict=True):
                variable.assign(value)
        optimizer: Any = self._model.optimizer
        train = self._spec.train
        known = before or train
        rate_stays = settled(known).schedule == settled(train).schedule and known.optimizer.config.get(
            "learning_rate"
        ) == train.optimizer.config.get("learning_rate")
        leave = () if rate_stays else _RATES
        if known.optimizer.kind == train.optimizer.kind and restore_optimizer(self._model, found, leave):
            logger.info("the optimizer goes on where it was")
            if found.steps != self._clock.steps:  # schedules are in epochs
                inner(optimizer)._iterations.assign(self._batches_behind)
            return
        logger.info("the optimizer begins anew")
        schedule = inner(optimizer)._learning_rate
        if isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule) and self._batches_behind:
            optimizer.learning_rate = Shifted(schedule, self._batches_behind)

    @property
    def _batches_behind(self) -> int:
        """Of this run's size, in the epochs that are done."""
        return self._clock.start.epoch * self._clock.steps + self._clock.start.step

    def _is_the_same(self, found: Checkpoint, before: TrainSpec) -> bool:
        now = self._spec.model_dump(mode="json", include=_GOES_BY - {"train"})
        then = {name: value for name, value in (found.spec or {}).items() if name != "train"}
        same = settled(before).model_dump(exclude=_CHANGES_NO_NUMBER)
        return now == then and same == settled(self._spec.train).model_dump(exclude=_CHANGES_NO_NUMBER)


def _train_of(found: Checkpoint) -> TrainSpec | None:
    try:
        return TrainSpec.model_validate(found.spec["train"]) if found.spec else None
    except ValidationError:  # another version's
        return None
