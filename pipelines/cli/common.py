"""What verbs of runs share: how runs are named on the command line, and how what became of them is told."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from models.command_line import INTERRUPTED
from models.errors import NetloomError
from pipelines.cli.printing import print_runs
from pipelines.cli.reading import read_run_spec
from pipelines.cli.waiting import wait
from pipelines.examples import EXAMPLES
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

FINISHED = "; exit status 0 only if it finished"
BAD_INPUT = 2


def add_verb(verbs: argparse._SubParsersAction, name: str, what: str, several: bool = False) -> argparse.ArgumentParser:
    """A verb about a run (`given.run`), or about one or more (`given.runs`)."""
    verb = verbs.add_parser(name, help=what, description=f"{what[:1].upper()}{what[1:]}.")
    if several:
        verb.add_argument("runs", metavar="RUN", nargs="+", help="runs' uids, or the beginnings of them")
    else:
        verb.add_argument("run", metavar="RUN", help="a run's uid, or the beginning of it")
    return verb


def add_wait(verb: argparse.ArgumentParser, success: str = "") -> None:
    """Give a verb --wait."""
    verb.add_argument("--wait", action="store_true", help=f"return when the run has ended{success}")


def add_settings(verb: argparse.ArgumentParser) -> None:
    """Give a verb --set."""
    verb.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings",
                      help="change the spec, say train.epochs=3; the value is JSON; may be repeated")  # fmt: skip


def add_spec(verb: argparse.ArgumentParser) -> None:
    """Give a verb what `given_spec` reads: SPEC.json, --example, --set."""
    verb.add_argument("spec", nargs="?", type=Path, metavar="SPEC.json", help="a RunSpec as JSON")
    verb.add_argument("--example", metavar="NAME", help=f"one of {', '.join(EXAMPLES)}")
    add_settings(verb)


def given_spec(given: argparse.Namespace) -> RunSpec:
    """The RunSpec that a verb was given. Raises: NetloomError: none, or two; SpecError: as `read_run_spec`."""
    if (given.spec is None) == (given.example is None):
        message = f"{given.verb} takes either a SPEC.json or an --example."
        raise NetloomError(message, f"Examples: {', '.join(EXAMPLES)}.")
    return read_run_spec(given.spec, given.example, given.settings)


def positive(text: str) -> int:
    """A whole number above 0. Raises: argparse.ArgumentTypeError."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"a whole number above 0 was expected, received {text!r}")
    return int(text)


def not_negative(text: str) -> int:
    """0 or a whole number above it. Raises: argparse.ArgumentTypeError."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"0 or a whole number above it was expected, received {text!r}")
    return int(text)


def uids_of(store: RunStore, names: Sequence[str]) -> list[str]:
    """Whole uids, each once. Raises: RunNotFound, so that nothing happens where one of them is wrong."""
    return list(dict.fromkeys(store.get(name).uid for name in names))


def each(uids: Sequence[str], do: Callable[[str], object]) -> tuple[list[str], int]:
    """Do something to every run, also where it cannot be done to another one; that one's reason goes to stderr.

    Returns:
        The uids of those to which it was done, and the exit status.
    """
    done, code = [], 0
    for uid in uids:
        try:
            do(uid)
            done.append(uid)
        except NetloomError as error:
            print(error, file=sys.stderr)
            code = BAD_INPUT
    return done, code


def told(store: RunStore, runs: Sequence[Run], waits: bool) -> int:
    """Print runs that were queued, once they have ended if that is wanted. Returns the exit status."""
    code, uids = 0, [run.uid for run in runs]
    if waits:
        try:
            for uid in uids:
                run = wait(store, uid)
                if run.status != "finished":
                    code = 1
                if run.error:
                    print(run.error, file=sys.stderr)
        except KeyboardInterrupt:
            for uid in uids:
                if store.get(uid).active:
                    print(f"Run {uid} goes on. `python -m pipelines stop {uid}` ends it.", file=sys.stderr)
            code = INTERRUPTED
        runs = [store.get(uid) for uid in uids]
    print_runs(store, runs)
    return code
