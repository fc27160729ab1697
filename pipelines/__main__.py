"""Train, follow and export runs from the command line: the same verbs as the pages, the same code under them."""

import argparse
import contextlib
import sys
from pathlib import Path

from models.command_line import Parser, exit_status, stderr_to
from models.errors import NetloomError
from pipelines import engine
from pipelines.cli import control, data, find_rate
from pipelines.cli.common import FINISHED, add_spec, add_verb, add_wait, given_spec, positive, told
from pipelines.cli.printing import history_csv, print_json, print_run, print_runs
from pipelines.export.destination import destination
from pipelines.export.facts import ExportReport
from pipelines.export.registry import FORMATS, format_named
from pipelines.inspection.version import version_of
from pipelines.launch.submit import submit_all
from pipelines.runs.facts import ACTIVE, ENDED
from pipelines.runs.home import home_dir
from pipelines.runs.store import RunStore
from pipelines.seeds import with_seeds

EPILOG = """
Runs are named by their uid or its beginning. JSON goes to stdout, everything else to stderr.
Everything is kept under NETLOOM_HOME (default ~/.netloom). Exit status: 0 success, 1 the run did not finish,
2 the input is wrong.
"""


def parser() -> Parser:
    """The command line's grammar."""
    top = Parser(prog="python -m pipelines", description=__doc__, epilog=EPILOG)
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)

    one = verbs.add_parser("submit", help="queue a run", description="Queue a run and print it as JSON.")
    add_spec(one)
    one.add_argument("--priority", type=int, default=0, metavar="N", help="higher starts first (default 0)")
    one.add_argument("--seeds", type=positive, default=1, metavar="K", help="queue K runs that differ in their seed")
    one.add_argument("--hold", action="store_true", help="it waits until it is released")
    add_wait(one, FINISHED)

    some = verbs.add_parser("list", help="list runs", description="Print runs as JSON, one a line, newest first.")
    some.add_argument("--experiment", metavar="NAME", help="only runs of this experiment")
    some.add_argument("--status", action="append", choices=[*ACTIVE, *ENDED], help="only such runs; may be repeated")
    some.add_argument("--limit", type=positive, metavar="N", help="at most so many")

    add_verb(verbs, "show", "print all that is known of a run, as JSON")
    add_verb(verbs, "history", "print every logged value as CSV (epochs count from 0; time_s from the submit)")
    control.add_to(verbs)
    find_rate.add_to(verbs)

    out = add_verb(verbs, "export", "write a run's model, load it in a fresh process and compare its outputs")
    out.add_argument("format", metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
    out.add_argument("dest", type=Path, metavar="DEST", help="a folder, a .zip, or the format's own file (.keras, .py)")

    what = "list, show and preview what there is to train on"
    data.add_to(verbs.add_parser("data", help=what, description=f"{what[:1].upper()}{what[1:]}."), Parser)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one verb. Returns the exit status."""
    return exit_status(lambda: _run(parser().parse_args(arguments)))


def _run(given: argparse.Namespace) -> int:
    try:
        if given.verb == "data":
            return data.run(given)
        with contextlib.closing(RunStore(home_dir())) as store:
            return VERBS[given.verb](store, given)
    except engine.EngineError as error:
        print(error, file=sys.stderr)
        return 1


def _submit(store: RunStore, given: argparse.Namespace) -> int:
    spec = given_spec(given)
    if given.hold and given.wait:
        raise NetloomError("A run that is held does not end, so --hold and --wait do not go together.")
    return told(store, submit_all(store, with_seeds(spec, given.seeds), given.priority, held=given.hold), given.wait)


def _list(store: RunStore, given: argparse.Namespace) -> int:
    print_runs(store, store.find(experiment=given.experiment, statuses=given.status, limit=given.limit))
    return 0


def _show(store: RunStore, given: argparse.Namespace) -> int:
    print_run(store, store.get(given.run))
    return 0


def _history(store: RunStore, given: argparse.Namespace) -> int:
    sys.stdout.write(history_csv(store, store.get(given.run)))
    return 0


def _export(store: RunStore, given: argparse.Namespace) -> int:
    chosen = format_named(given.format)
    run = store.get(given.run)
    # What can be known without Keras is told without the wait for it.
    version_of(run, store.run_dir(run.uid))
    destination(given.dest, chosen)
    with stderr_to(store.home / "engine.log"):
        report: ExportReport = engine.call(
            "pipelines.export.exporter.export",
            timeout_s=3600,
            lane="slow",
            home=store.home,
            run_uid=run.uid,
            format=chosen.name,
            dest=given.dest.absolute(),
        )
    print_json(report.as_json())
    if not report.ok:
        print(report.message, file=sys.stderr)
    return 0 if report.ok else 1


VERBS = {"submit": _submit, "list": _list, "show": _show, "history": _history, "export": _export,
         "find-rate": find_rate.run, **control.VERBS}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
