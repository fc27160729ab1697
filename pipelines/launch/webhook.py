"""Telling another program that a run has ended: a POST of JSON to an address that the settings name.

The setting "webhook" is `{"url": "https://...", "when": ["finished", "failed", "lost"]}`. What is posted:

    {"event": "run ended", "uid": "...", "name": "...", "experiment": "...", "status": "finished",
     "error": null, "cause": null, "device": "cpu", "epochs": 20, "best_epoch": 17,
     "created_at": 1700000000.0, "started_at": ..., "ended_at": ..., "seconds": 12.5,
     "metrics": {"val accuracy": 0.98, ...}, "text": "Run digits finished after 20 epochs: val accuracy 0.98"}

Times are seconds since 1970 (UTC), `seconds` is between the last two of them, epochs count from 1, a metric is the last
value of its series. `text` is what chat programs show. Any answer from 200 to 299 is a success; redirections are not
followed. A message may come twice, where the answer to the first was lost; uid and ended_at tell.
"""

import http.client
import json
import logging
import queue
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any, get_args

import pandas as pd

from models.errors import NetloomError
from pipelines.runs.facts import ENDED, Run, RunNotFound, Status
from pipelines.runs.store import RunStore

SETTING = "webhook"
TOLD_SETTING = "webhook.told"  # ended_at of the last run that was told, or that nobody wanted to be told of
WHEN: tuple[Status, ...] = ("finished", "failed", "lost")
RETRIES_S = (2.0, 10.0, 60.0, 300.0)  # before the second try, the third, ...
TIMEOUT_S = 10.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookSetting:
    """Where ended runs are told, and with which statuses."""

    url: str
    when: tuple[Status, ...] = WHEN

    def as_json(self) -> dict[str, object]:
        """As `RunStore.set_setting` takes it."""
        return {"url": self.url, "when": list(self.when)}


def checked(value: object) -> WebhookSetting | None:
    """The setting as it stands in the store; None: there is none.

    Raises:
        NetloomError: it is no http address, or there is no such status to tell of.
    """
    if not value:
        return None
    url, when = (value.get("url"), value.get("when", WHEN)) if isinstance(value, dict) else (None, WHEN)
    parts = urllib.parse.urlsplit(url) if isinstance(url, str) else None
    if not isinstance(url, str) or parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise NetloomError(
            f"A webhook's address begins with http:// or https:// and names a server. Received: {url!r}.",
            "Copy the address from the program that is to be told.",
        )
    if not isinstance(when, Sequence) or not set(when) <= set(ENDED):
        raise NetloomError(
            f"A webhook tells of runs that have ended as {', '.join(ENDED)}. Received: {when!r}.",
            "Choose from these.",
        )
    return WebhookSetting(url, tuple(status for status in get_args(Status) if status in when))


def body(store: RunStore, run: Run) -> dict[str, Any]:
    """What is posted of a run that has ended."""
    row = store.frame(uids=[run.uid]).iloc[0]
    metrics = {
        str(name): float(row[name])
        for name in row.index
        if str(name).startswith(("train ", "val ", "test ")) and pd.notna(row[name])
    }
    seconds = run.ended_at - run.started_at if run.ended_at and run.started_at else None
    facts = {key: getattr(run, key) for key in (
        "uid", "name", "experiment", "status", "error", "cause", "device", "created_at", "started_at", "ended_at"
    )}  # fmt: skip
    best = None if run.best_epoch is None else run.best_epoch + 1
    return {"event": "run ended", **facts, "epochs": run.progress.epoch, "best_epoch": best, "seconds": seconds,
            "metrics": metrics, "text": _text(run, metrics)}  # fmt: skip


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: the library would ask there without the message, and take the answer for a success."""

    def redirect_request(self, *_: Any) -> None:
        """Leaves the answer the error that it is."""


_opener = urllib.request.build_opener(_Unmoved)


def post(url: str, message: dict[str, Any]) -> None:
    """Send it once. Raises: OSError, which an HTTP status outside 200 to 299 is too; ValueError: no such address."""
    about = {"Content-Type": "application/json", "User-Agent": "Netloom"}
    data = json.dumps(message, allow_nan=False).encode()
    request = urllib.request.Request(url, data, about)  # noqa: S310  `checked` lets http and https through alone
    try:
        with _opener.open(request, timeout=TIMEOUT_S):
            pass
    except http.client.HTTPException as error:  # what answers does not speak HTTP
        raise OSError(f"it gave no proper answer ({str(error).strip()})") from error


def try_out(setting: WebhookSetting) -> None:
    """Send a message that says that this works. Raises: NetloomError where it does not."""
    try:
        post(setting.url, {"event": "test", "text": "Netloom can tell you here when runs end."})
    except (OSError, ValueError) as error:
        raise NetloomError(
            f"The webhook did not take the message: {_plain(error)}.", "Check the address, and that its server answers."
        ) from error


class Webhook:
    """A thread that tells of ended runs, one after the other, and tries again where nobody answers.

    Nothing waits for it. What a supervisor that is gone did not tell, the next one does.

    Args:
        store: safe to use from a thread.
        retries_s: waits between tries; after the last one the run is given up, and the log says so.
    """

    def __init__(self, store: RunStore, retries_s: Sequence[float] = RETRIES_S) -> None:
        self._store, self._retries_s = store, retries_s
        self._ended: queue.Queue[str | None] = queue.Queue()
        self._told: set[tuple[str, float]] = set()
        self._thread = Thread(target=self._work, name="webhook", daemon=True)
        self._thread.start()

    def ended(self, uid: str) -> None:
        """Have it told that a run has ended, where the settings ask for that. Returns at once."""
        self._ended.put(uid)

    @property
    def busy(self) -> bool:
        """Whether something is yet to be told."""
        return self._ended.unfinished_tasks > 0

    def close(self, wait_s: float = 1.0) -> None:
        """End once what is at hand is done, at most so many seconds later. What is left is told next time."""
        self._ended.put(None)
        self._thread.join(wait_s)

    def _work(self) -> None:
        with suppress(Exception):
            self._catch_up()
        while (uid := self._ended.get()) is not None:
            try:
                self._tell(uid)
            except Exception:  # a locked database, a setting that makes no sense: the next run is told all the same
                _log.exception("nobody was told of %s", uid)
            finally:
                self._ended.task_done()

    def _catch_up(self) -> None:
        """What ended while nobody looked. A webhook that is set for the first time does not tell of old runs."""
        told = self._store.setting(TOLD_SETTING)
        if told is None or self._store.setting(SETTING) is None:
            self._store.set_setting(TOLD_SETTING, self._store.clock())
            return
        missed = [run for run in self._store.find(statuses=ENDED) if (run.ended_at or 0) > told]
        for run in sorted(missed, key=lambda run: run.ended_at or 0):
            self.ended(run.uid)

    def _tell(self, uid: str) -> None:
        try:
            run = self._store.get(uid)
        except RunNotFound:
            return
        if (
            run.active or run.ended_at is None or (uid, run.ended_at) in self._told
        ):  # it goes on, or was missed by nobody
            return
        self._told.add((uid, run.ended_at))
        setting = checked(self._store.setting(SETTING))
        if setting is not None and run.status in setting.when:
            self._deliver(setting.url, body(self._store, run))
        self._store.set_setting(TOLD_SETTING, run.ended_at)

    def _deliver(self, url: str, message: dict[str, Any]) -> None:
        for wait_s in (*self._retries_s, None):
            try:
                post(url, message)
                return
            except (OSError, ValueError) as error:
                final = wait_s is None or not _may_pass(error)
                _log.warning("the webhook did not take %s (%s)%s", message["uid"], _plain(error),
                             "; it is given up" if final else f"; again in {wait_s:g} s")  # fmt: skip
                if final:
                    return
            time.sleep(wait_s or 0)


def _may_pass(error: Exception) -> bool:
    """Whether it may go well another time: an address that refuses the message (4xx) will refuse it again."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code >= 500 or error.code in (408, 425, 429)
    return isinstance(error, OSError)


def _plain(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        moved = f" and names another address, {to}" if (to := error.headers.get("Location")) else ""
        return f"it answered {error.code} {error.reason}{moved}"
    return str(getattr(error, "reason", None) or error or type(error).__name__)


def _text(run: Run, metrics: dict[str, float]) -> str:
    epochs = f" after {run.progress.epoch} epoch{'s' if run.progress.epoch != 1 else ''}" if run.progress.epoch else ""
    values = ", ".join(f"{name} {value:.4g}" for name, value in metrics.items() if not name.startswith("train "))
    why = f": {run.error}" if run.error else f": {values}" if values else ""
    status = {"lost": "was lost", "stopped": "was stopped", "paused": "was paused"}.get(run.status, run.status)
    return f"Run {run.name} {status}{epochs}{why}"
