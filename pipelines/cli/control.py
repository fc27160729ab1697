"""Verbs that change what becomes of runs: ended, paused, resumed, forked, deleted, and their order in the queue."""

import argparse
from collections.abc import Callable

from pipelines.cli.common import (
    FINISHED,
    add_settings,
    add_verb,
    add_wait,
    each,
    not_negative,
    positive,
    told,
    uids_of,
)
from pipelines.cli.printing import print_json, print_runs
from pipelines.cli.reading import spec_of_run
from pipelines.cli.waiting import wait
from pipelines.launch.again import clone, extend, fork, pause, resume
from pipelines.launch.keeper import ensure_supervisor
from pipelines.runs.store import RunStore


def add_to(verbs: argparse._SubParsersAction) -> None:
    """Add these verbs to the command line's grammar."""
    for name, what, success in (
        ("stop", "ask runs to end within their epoch, keeping their best weights", ""),
        ("kill", "end runs at once; they can be resumed from their last finished epoch", ""),
        ("pause", "have runs end after their epoch, to be resumed later; those that wait are held", ""),
        (
            "resume",
            "go on with runs that were paused, stopped, killed, lost or failed, from their last checkpoint",
            FINISHED,
        ),
    ):
        add_wait(add_verb(verbs, name, what, several=True), success)

    longer = add_verb(verbs, "extend", "train a run that has ended for more epochs")
    longer.add_argument("--epochs", type=positive, required=True, metavar="N", help="epochs in all, those done counted")
    add_wait(longer, FINISHED)

    forked = add_verb(verbs, "fork", "begin a new run with the state that a run had after an epoch, and its curves")
    forked.add_argument("--epoch", type=not_negative, required=True, metavar="K",
                        help="epochs finished by then; 0: before training")  # fmt: skip
    cloned = add_verb(verbs, "clone", "queue a new run with the spec of another one")
    for verb in (forked, cloned):
        add_settings(verb)
        add_wait(verb, FINISHED)

    add_verb(verbs, "delete", "delete runs that have ended for good, with all their files", several=True)
    add_verb(verbs, "hold", "keep waiting runs from starting", several=True)
    add_verb(verbs, "release", "let runs that are held start", several=True)
    add_verb(verbs, "next", "have a waiting run start first of all")
    moved = add_verb(verbs, "move", "change when a waiting run starts")
    where = moved.add_mutually_exclusive_group(required=True)
    where.add_argument("--before", metavar="RUN", help="right before this one, with its priority")
    where.add_argument("--last", action="store_true", help="after all others")


def _end(store: RunStore, given: argparse.Namespace) -> int:
    uids = uids_of(store, given.runs)
    ask = pause if given.verb == "pause" else lambda store, uid: store.request(uid, given.verb)
    done, code = each(uids, lambda uid: ask(store, uid))
    if any(store.get(uid).active for uid in done):
        ensure_supervisor(store.home)  # a run whose supervisor is gone can be ended too
    if given.wait:
        for uid in done:
            if not store.get(uid).held:
                wait(store, uid)
    print_runs(store, [store.get(uid) for uid in done])
    return code


def _resume(store: RunStore, given: argparse.Namespace) -> int:
    done, code = each(uids_of(store, given.runs), lambda uid: resume(store, uid))
    return told(store, [store.get(uid) for uid in done], given.wait) or code


def _extend(store: RunStore, given: argparse.Namespace) -> int:
    return told(store, [extend(store, given.run, given.epochs)], given.wait)


def _fork(store: RunStore, given: argparse.Namespace) -> int:
    spec = spec_of_run(store.get(given.run), given.settings)
    return told(store, [fork(store, given.run, given.epoch, spec)], given.wait)


def _clone(store: RunStore, given: argparse.Namespace) -> int:
    return told(store, [clone(store, given.run, spec_of_run(store.get(given.run), given.settings))], given.wait)


def _delete(store: RunStore, given: argparse.Namespace) -> int:
    uids = uids_of(store, given.runs)
    print_json({"deleted": uids, "freed_bytes": store.delete(uids)})
    return 0


def _hold(store: RunStore, given: argparse.Namespace) -> int:
    done, code = each(uids_of(store, given.runs), lambda uid: store.hold(uid, given.verb == "hold"))
    return _in_queue(store, done) or code


def _next(store: RunStore, given: argparse.Namespace) -> int:
    (uid,) = uids_of(store, [given.run])
    store.run_next(uid)
    return _in_queue(store, [uid])


def _move(store: RunStore, given: argparse.Namespace) -> int:
    (uid,) = uids_of(store, [given.run])
    store.move(uid, None if given.last else store.get(given.before).uid)
    return _in_queue(store, [uid])


def _in_queue(store: RunStore, uids: list[str]) -> int:
    if uids:
        ensure_supervisor(store.home)
    print_runs(store, [store.get(uid) for uid in uids])
    return 0


VERBS: dict[str, Callable[[RunStore, argparse.Namespace], int]] = {
    "stop": _end, "kill": _end, "pause": _end, "resume": _resume, "extend": _extend, "fork": _fork, "clone": _clone,
    "delete": _delete, "hold": _hold, "release": _hold, "next": _next, "move": _move,
}  # fmt: skip
