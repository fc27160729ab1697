"""`train`: the process of one run, from its first word to the run store to its last."""

import contextlib
import gc
import os
from pathlib import Path

import psutil

from pipelines.runs.facts import TakenOver
from pipelines.runs.store import RunStore
from pipelines.training import log
from pipelines.training.failures import cause_of, explain
from pipelines.training.heartbeat import Heartbeat
from pipelines.training.peak import peak_bytes
from pipelines.training.session import Outcome, Session

PATIENCE_S = 600  # a run that has trained for hours is not lost to a backup that holds the database


def train(home: Path, uid: str) -> None:
    """Train a claimed run to its end, whatever that is: finished, stopped or failed, with the cause in the store.

    To be called once in a process of its own, in which Keras's backend has not started: it chooses the device and the
    seed, and sends the process's output to the run's log.

    Args:
        home: root folder of everything.
        uid: of the run, whole.

    Raises:
        NetloomError: there is no such run, no usable store, or the run was ended by somebody else at the last moment.
    """
    gc.freeze()  # what was imported stays: looking through it for garbage takes a quarter of a second each time
    with contextlib.suppress(OSError):  # where memory runs out the kernel takes this process, not the app's
        Path("/proc/self/oom_score_adj").write_text("500")
    store = RunStore(home, patience_s=PATIENCE_S)
    try:
        run = store.get(uid)
        with log.written_to(store.run_dir(run.uid) / "log.txt"):
            store.started(run.uid, os.getpid(), psutil.Process().create_time())
            log.logger.info("run %s starts on %s, attempt %d, pid %d", run.uid, run.device, run.attempt, os.getpid())
            with Heartbeat(store, run.uid, run.device or "cpu") as heartbeat:
                heartbeat.heard(run.request)
                session = Session(store, run, heartbeat)
                try:
                    outcome = session.run()
                except TakenOver as error:
                    log.logger.error("nothing more is written: %s", error)
                    return
                except Exception as error:  # the top of this process: whatever it was, people learn of it
                    log.logger.exception("the run failed")
                    outcome = Outcome("failed", str(explain(error)), cause=cause_of(error) or session.suspect)
            store.finish(
                run.uid,
                outcome.status,
                outcome.error,
                outcome.stopped_epoch,
                outcome.best_epoch,
                pid=os.getpid(),
                cause=outcome.cause,
                memory_bytes=peak_bytes(run.device or "cpu"),
            )
            log.logger.info("%s%s", outcome.status, f": {outcome.error}" if outcome.error else "")
    finally:
        store.close()
