"""Going on with a run that has ended: from its last checkpoint, with the same epochs or with more."""

from pydantic import ValidationError

from models.errors import NetloomError, SpecError
from pipelines.data.files.unchanged import refuse_changed
from pipelines.launch.submit import ensure_supervisor
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


def resume(store: RunStore, uid: str) -> Run:
    """Queue a run that was stopped, failed or lost again: it goes on from its last checkpoint.

    Raises:
        RunNotFound: there is no such run.
        NetloomError: it is under way, or has finished.
    """
    run = store.get(uid)
    if run.status == "finished":
        raise NetloomError(
            f"Run {run.uid} has finished, so there is nothing left to resume.", "Extend it to train for more epochs."
        )
    return _again(store, run, _spec_of(run))


def extend(store: RunStore, uid: str, epochs: int) -> Run:
    """Queue a run that has ended again, to train until `epochs` epochs are done in all.

    Args:
        epochs: the new total, as `train.epochs` of its spec.

    Raises:
        RunNotFound: there is no such run.
        NetloomError: it is under way, has done as many epochs already, or early stopping ended it before just as many.
    """
    run = store.get(uid)
    done = run.progress.epoch
    spec = _spec_of(run)
    if epochs <= done:
        raise NetloomError(
            f"Run {run.uid} has done {done} epochs already. Received: epochs={epochs}.",
            "The number counts all of the run's epochs, so give a greater one.",
        )
    if run.stopped_epoch is not None and epochs == spec.train.epochs:
        # It would end again at once, as a run does that died after early stopping had ended it.
        raise NetloomError(
            f"Early stopping ended run {run.uid} after {done} of these {epochs} epochs.",
            "Any other number above that lets it train on, with new patience.",
        )
    try:
        longer = spec.replace(train=spec.train.replace(epochs=epochs))
    except ValidationError as error:
        raise SpecError.from_validation(error, "The longer run") from error
    return _again(store, run, longer)


def _again(store: RunStore, run: Run, spec: RunSpec) -> Run:
    refuse_changed(spec.data.source, store.run_dir(run.uid))  # now, while the run is still what it was
    queued = store.extend(run.uid, spec)
    ensure_supervisor(store.home)
    return queued


def _spec_of(run: Run) -> RunSpec:
    try:
        return RunSpec.model_validate_json(run.spec_json)
    except ValidationError as error:
        raise SpecError.from_validation(error, f"The spec of run {run.uid}") from error
