"""Train, follow and export runs from the command line: the same verbs as the pages, the same code under them."""

import argparse
import contextlib
import sys
from pathlib import Path

from models.command_line import INTERRUPTED, Parser, exit_status, stderr_to
from models.errors import NetloomError
from pipelines import engine
from pipelines.cli import data
from pipelines.cli.printing import history_csv, print_json, print_run, print_runs
from pipelines.cli.reading import read_run_spec
from pipelines.cli.waiting import wait
from pipelines.examples import EXAMPLES
from pipelines.export.destination import destination
from pipelines.export.facts import ExportReport
from pipelines.export.registry import FORMATS, format_named
from pipelines.inspection.version import version_of
from pipelines.launch.again import extend, resume
from pipelines.launch.submit import ensure_supervisor, submit
from pipelines.runs.facts import ACTIVE, ENDED, Run
from pipelines.runs.home import home_dir
from pipelines.runs.store import RunStore

EPILOG = """
Runs are named by their uid or its beginning. JSON goes to stdout, everything else to stderr.
Everything is kept under NETLOOM_HOME (default ~/.netloom). Exit status: 0 success, 1 the run did not finish,
2 the input is wrong.
"""
FINISHED = "; exit status 0 only if it finished"


def parser() -> Parser:
    """The command line's grammar."""
    top = Parser(prog="python -m pipelines", description=__doc__, epilog=EPILOG)
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)

    one = verbs.add_parser("submit", help="queue a run", description="Queue a run and print it as JSON.")
    one.add_argument("spec", nargs="?", type=Path, metavar="SPEC.json", help="a RunSpec as JSON")
    one.add_argument("--example", metavar="NAME", help=f"one of {', '.join(EXAMPLES)}")
    one.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings",
                     help="change the spec, say train.epochs=3; the value is JSON; may be repeated")  # fmt: skip
    one.add_argument("--priority", type=int, default=0, metavar="N", help="higher starts first (default 0)")
    _waits(one, FINISHED)

    some = verbs.add_parser("list", help="list runs", description="Print runs as JSON, one a line, newest first.")
    some.add_argument("--experiment", metavar="NAME", help="only runs of this experiment")
    some.add_argument("--status", action="append", choices=[*ACTIVE, *ENDED], help="only such runs; may be repeated")
    some.add_argument("--limit", type=_positive, metavar="N", help="at most so many")

    _of_run(verbs, "show", "print all that is known of a run, as JSON")
    _of_run(verbs, "history", "print every logged value as CSV (epochs count from 0; time_s from the submit)")
    _waits(_of_run(verbs, "stop", "ask a run to end within its epoch, keeping its best weights"))
    _waits(_of_run(verbs, "kill", "end a run at once; it can be resumed from its last finished epoch"))
    _waits(
        _of_run(verbs, "resume", "go on with a run that was stopped, killed or failed, from its last checkpoint"),
        FINISHED,
    )
    longer = _of_run(verbs, "extend", "train a run that has ended for more epochs")
    longer.add_argument(
        "--epochs", type=_positive, required=True, metavar="N", help="epochs in all, those done counted"
    )
    _waits(longer, FINISHED)

    out = _of_run(verbs, "export", "write a run's model, load it in a fresh process and compare its outputs")
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
    if (given.spec is None) == (given.example is None):
        raise NetloomError("submit takes either a SPEC.json or an --example.", f"Examples: {', '.join(EXAMPLES)}.")
    spec = read_run_spec(given.spec, given.example, given.settings)
    return _told(store, submit(store, spec, given.priority), given.wait)


def _list(store: RunStore, given: argparse.Namespace) -> int:
    print_runs(store, store.find(experiment=given.experiment, statuses=given.status, limit=given.limit))
    return 0


def _show(store: RunStore, given: argparse.Namespace) -> int:
    print_run(store, store.get(given.run))
    return 0


def _history(store: RunStore, given: argparse.Namespace) -> int:
    sys.stdout.write(history_csv(store, store.get(given.run)))
    return 0


def _end(store: RunStore, given: argparse.Namespace) -> int:
    uid = store.get(given.run).uid
    store.request(uid, given.verb)
    if store.get(uid).active:
        ensure_supervisor(store.home)  # a run whose supervisor is gone can be ended too
    if given.wait:
        wait(store, uid)
    print_runs(store, [store.get(uid)])
    return 0


def _resume(store: RunStore, given: argparse.Namespace) -> int:
    return _told(store, resume(store, given.run), given.wait)


def _extend(store: RunStore, given: argparse.Namespace) -> int:
    return _told(store, extend(store, given.run, given.epochs), given.wait)


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


VERBS = {"submit": _submit, "list": _list, "show": _show, "history": _history, "stop": _end, "kill": _end,
         "resume": _resume, "extend": _extend, "export": _export}  # fmt: skip


def _told(store: RunStore, run: Run, waits: bool) -> int:
    """Print a run that was queued, once it has ended if that is wanted. Returns the exit status."""
    code = 0
    if waits:
        try:
            run = wait(store, run.uid)
            code = 0 if run.status == "finished" else 1
            if run.error:
                print(run.error, file=sys.stderr)
        except KeyboardInterrupt:
            print(f"Run {run.uid} goes on. `python -m pipelines stop {run.uid}` ends it.", file=sys.stderr)
            run, code = store.get(run.uid), INTERRUPTED
    print_runs(store, [run])
    return code


def _of_run(verbs: argparse._SubParsersAction, name: str, what: str) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=what, description=f"{what[:1].upper()}{what[1:]}.")
    verb.add_argument("run", metavar="RUN", help="a run's uid, or the beginning of it")
    return verb


def _waits(verb: argparse.ArgumentParser, success: str = "") -> None:
    verb.add_argument("--wait", action="store_true", help=f"return when the run has ended{success}")


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"a whole number above 0 was expected, received {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
