"""One run from its spec to its artifacts. What it raises is the cause of its failure."""

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keras

from models.errors import NetloomError
from pipelines.data.files.unchanged import remember
from pipelines.data.preparation.preparation import FILE as PREPARATION
from pipelines.outputs import targets
from pipelines.runs.batch_curve import BatchCurve
from pipelines.runs.facts import BatchPoint, Cause, MetricPoint, Run, Status
from pipelines.runs.specs import spec_of
from pipelines.runs.states import BACKUP, SNAPSHOTS, START
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec
from pipelines.training import checkpoint, devices
from pipelines.training.callbacks.averaged_weights import AveragedWeights
from pipelines.training.callbacks.batch_losses import BatchLosses
from pipelines.training.callbacks.checkpointing import Checkpointing
from pipelines.training.callbacks.early_stopping import EarlyStopping
from pipelines.training.callbacks.finite_guard import FiniteGuard
from pipelines.training.callbacks.plateau import PlateauCallback
from pipelines.training.callbacks.store_logger import StoreLogger
from pipelines.training.clock import Clock, Position
from pipelines.training.compiling import compiled_model
from pipelines.training.failures import divergence_hint
from pipelines.training.feed import evaluation_batch_size, evaluation_batches, training_batches
from pipelines.training.heartbeat import Heartbeat
from pipelines.training.jit import paced
from pipelines.training.log import logger
from pipelines.training.memory import Memory
from pipelines.training.pace import steps_per_execution
from pipelines.training.prepare import prepare
from pipelines.training.rate_in_use import RateInUse
from pipelines.training.rates import leave_plain
from pipelines.training.several import network_of
from pipelines.training.snapshots import Snapshots


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, as `RunStore.finish` takes it."""

    status: Status
    error: str | None = None
    stopped_epoch: int | None = None
    best_epoch: int | None = None
    cause: Cause | None = None


class Session:
    """Trains one run: `Session(...).run()`.

    Args:
        store: where it reports.
        run: claimed; its device decides where it computes.
        heartbeat: beating; it hears of a request to stop.

    Attributes:
        suspect: what a failure is to be blamed on where it does not say so itself.
    """

    def __init__(self, store: RunStore, run: Run, heartbeat: Heartbeat) -> None:
        self._store = store
        self._run = run
        self._heartbeat = heartbeat
        self._folder = store.run_dir(run.uid)
        self._backup = self._folder / BACKUP
        self.suspect: Cause | None = None

    def run(self) -> Outcome:
        """Load, build, fit, test, keep. Raises whatever keeps it from that."""
        self._spec = spec = read_spec(self._run, self._folder)
        devices.use(self._run.device or "cpu", spec.train.backend, spec.train.deterministic)
        remember(spec.data.source, self._folder)
        self.suspect = "data"
        self._data = prepare(spec.data, targets(spec.model), spec.train.class_weights)
        self._data.preparation.write(self._folder)  # snapshots can be looked at while it trains
        self.suspect = None
        keras.utils.set_random_seed(spec.seed)  # here, so that nothing that loading does can shift what is drawn
        self._model = compiled_model(spec, self._data.facts)
        self._begin()
        self._fit()
        return self._end()

    def _begin(self) -> None:
        """Start the clock, and all that remembers, where the last whole checkpoint left them, as a fork, or anew."""
        train = self._spec.train
        rows = len(self._data.x["train"])
        found = checkpoint.latest(self._backup)
        fork = self._fork() if found is None and self._spec.start else None
        begin = found or fork
        stopping = train.early_stopping
        self._clock = clock = Clock(
            train.epochs,
            train.steps_in_epoch(rows),
            rows,
            every=stopping and stopping.every_steps,
            start=begin and begin.position,
        )
        self._stopping = EarlyStopping(stopping, clock) if stopping else None
        self._averaged = AveragedWeights()
        self._plateau = PlateauCallback(train, clock) if train.schedule and train.schedule.kind == "plateau" else None
        others = {"plateau": self._plateau} if self._plateau else {}
        self._memory = Memory(self._spec, self._model, clock, self._stopping, self._averaged, others)
        if found:
            self._memory.resume(found)
        elif fork:
            self._memory.fork(fork)
        if self._run.started_at is not None or begin:
            # Whatever an earlier start logged after that checkpoint will be measured anew.
            self._store.truncate(self._run.uid, after_step=clock.step if begin else -1)
        if begin:
            logger.info("going on after %s of %d epochs", _told(begin.position), train.epochs)

    def _fork(self) -> checkpoint.Checkpoint:
        found = checkpoint.latest(self._folder / START)
        if found is None:
            raise NetloomError(
                "The state that this run is to begin with is not there, or cannot be read.",
                "Fork the other run again, from an epoch that it still has.",
            )
        return found

    def _fit(self) -> None:
        spec, data, clock = self._spec, self._data, self._clock
        batch_size = spec.train.rows_in_batch(clock.rows)
        rate = RateInUse(spec.train, self._model.optimizer, clock)
        self._heartbeat.learning_rate = rate.now
        self._heartbeat.clock = clock
        heartbeat, stopping = self._heartbeat, self._stopping
        if clock.is_over or (stopping and stopping.has_stopped):
            return
        if heartbeat.stop_requested or heartbeat.pause_requested:
            return
        guard = FiniteGuard(clock, lambda: divergence_hint(spec, self._model, data.sample()))
        curve = BatchCurve(self._logged_batches())
        losses = BatchLosses(self._store, self._run.uid, clock, batch_size, curve)
        callbacks = [
            self._averaged,
            StoreLogger(self._store, self._run.uid, clock, heartbeat, guard, rate),
            losses,
            guard,
            *([self._plateau] if self._plateau else []),
            *([stopping] if stopping else []),
            Checkpointing(self._backup, clock, self._memory.checkpoint, self._snapshots()),
        ]
        val = evaluation_batches(data, "val", self._evaluation_batch_size)
        most = steps_per_execution(spec.train, spec.model, batch_size)
        first = partial(training_batches, data, batch_size, spec.seed, 0, 1)
        pace = paced(self._model, spec.train, most, first, self._folder)
        clock.steps_per_execution, pace.hear = pace.most, losses.hear
        heartbeat.each_beat = losses.flush
        try:
            for stretch in clock.stretches():
                batches = training_batches(data, batch_size, spec.seed, stretch.epoch, clock.epochs, stretch.step)
                self._model.fit(
                    batches,
                    steps_per_epoch=pace.executions(stretch.steps),
                    initial_epoch=stretch.first,
                    epochs=stretch.end,
                    shuffle=False,
                    validation_data=val,
                    callbacks=callbacks,
                    verbose=0,
                )
                if self._model.stop_training:
                    break
        finally:
            losses.flush(end=True)

    def _logged_batches(self) -> list[BatchPoint]:
        buckets = self._store.batch_history(self._run.uid)
        rows = buckets.astype(object).where(buckets.notna(), None).itertuples(index=False)
        return [BatchPoint(*row) for row in rows]

    def _snapshots(self) -> Snapshots | None:
        wanted = self._spec.train.snapshots
        if wanted is None:
            return None
        snapshots = Snapshots(self._folder / SNAPSHOTS, wanted)
        snapshots.forget_after(self._clock.finished_epochs)
        return snapshots

    def _end(self) -> Outcome:
        """Choose the weights to keep, test them, save them."""
        clock, stopping = self._clock, self._stopping
        complete = clock.is_over or (stopping and stopping.has_stopped)
        if self._heartbeat.pause_requested and not self._heartbeat.stop_requested and not complete:
            return Outcome("paused")
        if clock.step == 0:
            return Outcome("stopped", "It was stopped before its first update, so there is no trained model.")
        self._test(*self._keep_weights())
        self._save()
        return Outcome(
            "finished" if complete else "stopped",
            stopped_epoch=clock.epoch_of(stopping.stopped_epoch) if stopping and stopping.has_stopped else None,
            best_epoch=clock.epoch_of(stopping.best_epoch) if stopping and stopping.best_weights else None,
        )

    def _keep_weights(self) -> tuple[int, int]:
        """Put the weights to keep into the model; returns the 0-based epoch and the step that they are of."""
        clock, stopping = self._clock, self._stopping
        if stopping and stopping.best_weights:
            self._model.set_weights(stopping.best_weights)
            return clock.epoch_of(stopping.best_epoch), clock.end_of(stopping.best_epoch)
        if not clock.cut_short:
            return clock.epoch_of(clock.interval - 1), clock.step
        # The curve ends with the last whole interval, and so do the weights; a resumed run goes on from there too.
        found = checkpoint.latest(self._backup)
        if found and found.position.updates == clock.began and clock.began:
            self._memory.resume(found)
            return clock.epoch_of(clock.interval - 1), clock.began
        return clock.epoch_of(clock.interval), clock.step

    def _test(self, epoch: int, step: int) -> None:
        """Evaluate on the test rows, the only time that they are used."""
        test = evaluation_batches(self._data, "test", self._evaluation_batch_size)
        results = self._model.evaluate(test, return_dict=True, verbose=0)
        points = [MetricPoint(name, "test", epoch, step, value) for name, value in results.items()]
        self._store.log_epoch(self._run.uid, points, self._heartbeat.progress(), pid=os.getpid())
        logger.info("test  %s", "  ".join(f"{name} {value:.6g}" for name, value in results.items()))

    def _save(self) -> None:
        # Under another name first: what is called model.keras is always whole.
        unfinished = self._folder / "unfinished.keras"
        leave_plain(self._model)
        network_of(self._model, self._spec.model).save(unfinished)
        unfinished.replace(self._folder / "model.keras")
        for name, kind in (("model.keras", "model"), (PREPARATION, "preparation")):
            self._store.add_artifact(self._run.uid, self._folder / name, kind)

    @property
    def _evaluation_batch_size(self) -> int:
        return evaluation_batch_size(
            self._data.facts.input_shape, self._spec.train.rows_in_batch(len(self._data.x["train"]))
        )


def _told(position: Position) -> str:
    return f"epoch {position.epoch}" + (f" and {position.step} updates" if position.step else "")


def read_spec(run: Run, folder: Path) -> RunSpec:
    """The spec of a run as the store has it; the copy in its folder is for people, and is put right here.

    Raises:
        SpecError: it is not a RunSpec of this version.
    """
    spec = spec_of(run)
    copy, text = folder / "spec.json", spec.model_dump_json(indent=1)
    try:
        whole = copy.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        whole = False
    if not whole:
        logger.warning("spec.json differed from the spec in the run store, which is the one that counts; written anew")
        copy.write_text(text, encoding="utf-8")
    return spec
