"""The command line of models: `python -m models list | show NAME | summary NAME|SPEC.json | code NAME|SPEC.json`.

JSON (or code) on stdout and nothing else there; errors on stderr, one sentence and a hint. Exit status: 0 for success,
2 for bad input, which includes a network that has problems.
"""

import argparse
import contextlib
import dataclasses
import importlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from models.architectures import ARCHITECTURES
from models.arguments import did_you_mean
from models.code import model_code
from models.errors import NetloomError, SpecError
from models.spec import ModelSpec


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status."""
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except NetloomError as error:
        print(error, file=sys.stderr)
        return 2


def _list(arguments: argparse.Namespace) -> int:
    shown = ("name", "title", "summary", "suits", "gives", "input_shape", "units")
    for architecture in ARCHITECTURES.values():
        facts = dataclasses.asdict(architecture)
        print(json.dumps({key: facts[key] for key in shown}))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    print(_read(arguments).model_dump_json(indent=2))
    return 0


def _summary(arguments: argparse.Namespace) -> int:
    spec = _read(arguments)
    with _quiet():
        # By name: importing Keras takes seconds, which the other commands need not wait for.
        summary = importlib.import_module("models.summary").summarize(spec)
    print(json.dumps({"name": spec.name, **summary.as_json()}, indent=2))
    if summary.problems:
        more = f" {len(summary.problems) - 1} more in the output." if len(summary.problems) > 1 else ""
        print(f"{summary.problems[0]}{more}", file=sys.stderr)
    return 2 if summary.problems else 0


def _code(arguments: argparse.Namespace) -> int:
    print(model_code(_read(arguments)), end="")
    return 0


def _read(arguments: argparse.Namespace) -> ModelSpec:
    """The network that NAME|SPEC.json stands for: an architecture, a ModelSpec, or the model of a RunSpec."""
    name = arguments.network
    if architecture := ARCHITECTURES.get(name):
        shape = arguments.input_shape or architecture.input_shape
        units, activation = arguments.units or architecture.units, arguments.activation or architecture.activation
        return architecture.build(shape, units, activation)
    path = Path(name)
    if path.suffix != ".json" and not path.is_file():
        known = ", ".join(ARCHITECTURES)
        hint = did_you_mean(name, ARCHITECTURES) or f"Architectures: {known}; or give a path to a .json file."
        raise NetloomError(f"{name} is neither an architecture nor a file.", hint)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NetloomError(f"{name} cannot be read: {error.strerror}.", "Check the path.") from error
    except ValueError as error:
        raise SpecError(
            f"{name} is not JSON: {error}.", "Print an example with: python -m models show lenet-5"
        ) from error
    if isinstance(document, dict) and "nodes" not in document and isinstance(document.get("model"), dict):
        document = document["model"]
    try:
        return ModelSpec.model_validate_json(json.dumps(document))
    except ValidationError as error:
        raise SpecError.from_validation(error, name) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Sends stderr to nowhere: TensorFlow writes to it from C++ as it starts, whatever its log level is set to."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(size) for size in text.split(","))
    except ValueError:
        sizes = ()
    if not sizes or min(sizes) < 1:
        raise argparse.ArgumentTypeError(f"must be whole numbers of at least 1, as in 28,28,1. Received: {text}")
    return sizes


def _units(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1. Received: {text}")
    return int(text)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage in front of it."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with status 2."""
        self.exit(2, f"{message[:1].upper()}{message[1:]}. See {self.prog} --help.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m models", description="Networks: what they are, in numbers and code.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("list", help="the architectures, one JSON object a line").set_defaults(run=_list)
    for name, run, what, network in (
        ("show", _show, "a network as a spec, in JSON", "NAME"),
        ("summary", _summary, "shapes and parameters of each node, from Keras, in JSON", "NAME|SPEC.json"),
        ("code", _code, "the Keras code of a network", "NAME|SPEC.json"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("network", metavar=network, help="an architecture, or a file with a spec")
        command.add_argument("--input-shape", type=_sizes, metavar="28,28,1", help="of one example; architectures only")
        command.add_argument("--units", type=_units, metavar="N", help="number of outputs; architectures only")
        command.add_argument("--activation", metavar="NAME", help="of the output; architectures only")
        command.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
