"""One run from its spec to its artifacts. What it raises is the cause of its failure."""

import os
from dataclasses import dataclass
from pathlib import Path

import keras
from pydantic import ValidationError

from models.errors import SpecError
from pipelines.data.files.unchanged import remember
from pipelines.data.preparation.preparation import FILE as PREPARATION
from pipelines.outputs import targets
from pipelines.runs.facts import MetricPoint, Run, Status
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec
from pipelines.training import checkpoint, devices
from pipelines.training.callbacks.checkpointing import Checkpointing
from pipelines.training.callbacks.early_stopping import EarlyStopping
from pipelines.training.callbacks.finite_guard import FiniteGuard
from pipelines.training.callbacks.store_logger import StoreLogger
from pipelines.training.clock import Clock
from pipelines.training.compiling import compiled_model
from pipelines.training.failures import divergence_hint
from pipelines.training.feed import evaluation_batch_size, evaluation_batches, training_batches
from pipelines.training.heartbeat import Heartbeat
from pipelines.training.log import logger
from pipelines.training.prepare import prepare
from pipelines.training.several import network_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, as `RunStore.finish` takes it."""

    status: Status
    error: str | None = None
    stopped_epoch: int | None = None
    best_epoch: int | None = None


class Session:
    """Trains one run: `Session(...).run()`.

    Args:
        store: where it reports.
        run: claimed; its device decides where it computes.
        heartbeat: beating; it hears of a request to stop.
    """

    def __init__(self, store: RunStore, run: Run, heartbeat: Heartbeat) -> None:
        self._store = store
        self._run = run
        self._heartbeat = heartbeat
        self._folder = store.run_dir(run.uid)
        self._backup = self._folder / "backup"

    def run(self) -> Outcome:
        """Load, build, fit, test, keep. Raises whatever keeps it from that."""
        self._spec = spec = read_spec(self._run, self._folder)
        devices.use(self._run.device or "cpu")
        remember(spec.data.source, self._folder)
        self._data = prepare(spec.data, targets(spec.model))
        keras.utils.set_random_seed(spec.seed)  # here, so that nothing that loading does can shift what is drawn
        self._model = compiled_model(spec, self._data.facts)
        self._resume()
        self._fit()
        return self._end()

    def _resume(self) -> None:
        """Start the clock and early stopping where the last whole checkpoint left them, or anew."""
        train = self._spec.train
        rows = len(self._data.x["train"])
        found = checkpoint.latest(self._backup)
        done = found.epoch if found else 0
        self._clock = Clock(train.epochs, train.steps_in_epoch(rows), rows, resumed_from=done)
        self._stopping = EarlyStopping(train.early_stopping, self._clock) if train.early_stopping else None
        if self._run.started_at is not None or found:
            # Whatever an earlier start logged after that checkpoint will be measured anew.
            self._store.truncate(self._run.uid, after_step=self._clock.step if found else -1)
        if found is None:
            return
        checkpoint.restore(self._model, found)
        if self._stopping and found.early_stopping:
            self._stopping.restore(found.early_stopping, found.best_weights)
            if train.epochs != found.epochs:
                self._stopping.renew()
        logger.info("going on after epoch %d of %d", done, train.epochs)

    def _fit(self) -> None:
        spec, data, clock = self._spec, self._data, self._clock
        self._heartbeat.clock = clock
        over = clock.finished_epochs >= clock.epochs or (self._stopping and self._stopping.has_stopped)
        if over or self._heartbeat.stop_requested:
            return
        guard = FiniteGuard(lambda: divergence_hint(spec, self._model, data.sample()))
        callbacks = [
            StoreLogger(self._store, self._run.uid, clock, self._heartbeat, guard),
            guard,
            *([self._stopping] if self._stopping else []),
            Checkpointing(self._backup, clock, self._stopping),
        ]
        batches = training_batches(
            data, spec.train.rows_in_batch(len(data.x["train"])), spec.seed, clock.finished_epochs, clock.epochs
        )
        val = evaluation_batches(data, "val", self._evaluation_batch_size)
        self._model.fit(
            batches,
            steps_per_epoch=clock.steps,
            initial_epoch=clock.finished_epochs,
            epochs=clock.epochs,
            shuffle=False,
            validation_data=(val["x"], val["y"]) if "y" in val else val["x"],
            validation_batch_size=val.get("batch_size"),
            callbacks=callbacks,
            verbose=0,
        )

    def _end(self) -> Outcome:
        """Choose the weights to keep, test them, save them."""
        clock, stopping = self._clock, self._stopping
        if clock.step == 0:
            return Outcome("stopped", "It was stopped before its first update, so there is no trained model.")
        epoch = self._keep_weights()
        self._test(epoch)
        self._save()
        complete = clock.finished_epochs >= clock.epochs or (stopping and stopping.has_stopped)
        return Outcome(
            "finished" if complete else "stopped",
            stopped_epoch=stopping.stopped_epoch if stopping and stopping.has_stopped else None,
            best_epoch=stopping.best_epoch if stopping and stopping.best_weights else None,
        )

    def _keep_weights(self) -> int:
        """Put the weights to keep into the model; returns the 0-based epoch that they are of."""
        clock, stopping = self._clock, self._stopping
        if stopping and stopping.best_weights:
            self._model.set_weights(stopping.best_weights)
            return stopping.best_epoch
        if clock.cut_short and clock.finished_epochs:
            # The curve ends with the last whole epoch, and so do the weights; a resumed run goes on from there too.
            found = checkpoint.latest(self._backup)
            if found and found.epoch == clock.finished_epochs:
                checkpoint.restore(self._model, found)
        return max(0, clock.finished_epochs - 1)

    def _test(self, epoch: int) -> None:
        """Evaluate on the test rows, the only time that they are used."""
        clock = self._clock
        test = evaluation_batches(self._data, "test", self._evaluation_batch_size)
        results = self._model.evaluate(**test, return_dict=True, verbose=0)
        step = (epoch + 1) * clock.steps if clock.finished_epochs else clock.step
        points = [MetricPoint(name, "test", epoch, step, value) for name, value in results.items()]
        self._store.log_epoch(self._run.uid, points, clock.progress(), pid=os.getpid())
        logger.info("test  %s", "  ".join(f"{name} {value:.6g}" for name, value in results.items()))

    def _save(self) -> None:
        self._data.preparation.write(self._folder)
        # Under another name first: what is called model.keras is always whole.
        unfinished = self._folder / "unfinished.keras"
        network_of(self._model, self._spec.model).save(unfinished)
        unfinished.replace(self._folder / "model.keras")
        for name, kind in (("model.keras", "model"), (PREPARATION, "preparation")):
            self._store.add_artifact(self._run.uid, self._folder / name, kind)

    @property
    def _evaluation_batch_size(self) -> int:
        return evaluation_batch_size(
            self._data.facts.input_shape, self._spec.train.rows_in_batch(len(self._data.x["train"]))
        )


def read_spec(run: Run, folder: Path) -> RunSpec:
    """The spec of a run as the store has it; the copy in its folder is for people, and is put right here.

    Raises:
        SpecError: it is not a RunSpec of this version.
    """
    try:
        spec = RunSpec.model_validate_json(run.spec_json)
    except ValidationError as error:
        raise SpecError.from_validation(error, f"The spec of run {run.uid}") from error
    copy, text = folder / "spec.json", spec.model_dump_json(indent=1)
    try:
        whole = copy.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        whole = False
    if not whole:
        logger.warning("spec.json differed from the spec in the run store, which is the one that counts; written anew")
        copy.write_text(text, encoding="utf-8")
    return spec
