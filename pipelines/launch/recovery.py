"""What becomes of a run whose process died."""

import logging
from datetime import UTC, datetime

from pipelines.runs.facts import Cause, Run
from pipelines.runs.store import RunStore

ATTEMPTS = 2  # a run whose worker dies is started once more by itself
_log = logging.getLogger(__name__)


def bury(store: RunStore, run: Run, why: str, hint: str = "", kind: Cause = "died") -> None:
    """The first time the run is queued again by itself, to resume; the second time it is lost.

    Args:
        store: of the supervisor.
        run: as it was when its process was gone.
        why: of its death, to stand after "Its process died: ".
        hint: how to mend that.
        kind: of that cause.
    """
    where = f"in epoch {run.progress.epoch + 1}" if run.progress.epochs else "before its first epoch"
    if run.attempt < ATTEMPTS:
        reason = f"Its process died {where}: {why}. It starts again by itself, from its last checkpoint."
        store.requeue(run.uid, reason)
    else:
        reason = f"Its process died {where}, for the second time: {why}. {hint}".strip()
        store.finish(run.uid, "lost", error=reason, cause=kind)
    say(store, run.uid, reason)


def say(store: RunStore, uid: str, sentence: str) -> None:
    """One line in the run's log, with the time as the worker writes it, and in the supervisor's."""
    _log.warning("%s: %s", uid, sentence)
    with (store.run_dir(uid) / "log.txt").open("a", encoding="utf-8") as log:
        log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z supervisor: {sentence}\n")
