"""The command line of models: `python -m models list | show | summary | code | import | link`, each with `--help`.

JSON (or code, or a link) on stdout and nothing else there; errors and notes on stderr, a sentence each. Exit status: 0
for success, 2 for bad input, which includes a network that has problems.
"""

import argparse
import dataclasses
import importlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.architectures import ARCHITECTURES, Architecture
from models.arguments import config_problems
from models.catalogue import Entry
from models.code import model_code
from models.command_line import Parser, exit_status, stderr_to
from models.errors import NetloomError, did_you_mean
from models.exchange.importing import Imported, read
from models.exchange.link import pack, unpack
from models.exchange.notebook import notebook
from models.spec import ModelSpec


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status."""

    def command() -> int:
        arguments = _parser().parse_args(argv)
        return arguments.run(arguments)

    return exit_status(command)


def _list(arguments: argparse.Namespace) -> int:
    shown = ("name", "title", "summary", "suits", "gives", "input_shape", "units")
    for architecture in ARCHITECTURES.values():
        facts = dataclasses.asdict(architecture)
        options = {param.name: param.default for param in architecture.params}
        print(json.dumps({**{key: facts[key] for key in shown}, "options": options}))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    print(_read(arguments).model_dump_json(indent=2))
    return 0


def _summary(arguments: argparse.Namespace) -> int:
    spec = _read(arguments)
    with stderr_to(os.devnull):
        # By name: importing Keras takes seconds, which the other commands need not wait for.
        summary = importlib.import_module("models.summary").summarize(spec)
    print(json.dumps({"name": spec.name, **summary.as_json()}, indent=2))
    if summary.problems:
        more = f" {len(summary.problems) - 1} more in the output." if len(summary.problems) > 1 else ""
        print(f"{summary.problems[0]}{more}", file=sys.stderr)
    return 2 if summary.problems else 0


def _code(arguments: argparse.Namespace) -> int:
    spec = _read(arguments)
    print(notebook(spec).decode() if arguments.notebook else model_code(spec), end="")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    got = _file(Path(arguments.file))
    print(got.spec.model_dump_json(indent=2))
    for note in got.notes:
        print(note, file=sys.stderr)
    return 0


def _link(arguments: argparse.Namespace) -> int:
    if arguments.read:
        # The whole address may be pasted.
        print(unpack(arguments.network.rpartition("model=")[2].partition("&")[0]).model_dump_json(indent=2))
    else:
        print(pack(_read(arguments)))
    return 0


def _read(arguments: argparse.Namespace) -> ModelSpec:
    """The network that NAME|FILE stands for: an architecture, or what `importing.read` takes."""
    name = arguments.network
    if architecture := ARCHITECTURES.get(name):
        shape = arguments.input_shape or architecture.input_shape
        units, activation = arguments.units or architecture.units, arguments.activation or architecture.activation
        return architecture.build(shape, units, activation, **_options(architecture, arguments.set))
    path = Path(name)
    if not path.suffix and not path.is_file():
        known = ", ".join(ARCHITECTURES)
        hint = did_you_mean(name, ARCHITECTURES) or f"Architectures: {known}; or give a path to a .json or .keras file."
        raise NetloomError(f"{name} is neither an architecture nor a file.", hint)
    for option in ("set", "input_shape", "units", "activation"):
        if getattr(arguments, option):
            said = f"--{option.replace('_', '-')}"
            raise NetloomError(f"{name} is a file; {said} is for architectures.", "Change the file instead.")
    return _file(path).spec


def _file(path: Path) -> Imported:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NetloomError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    return read(data, str(path))


def _options(architecture: Architecture, given: Sequence[str]) -> dict[str, Any]:
    """The options in `--set NAME=VALUE`. Raises: NetloomError for one that the architecture does not take."""
    options: dict[str, Any] = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    taken = Entry(kind=architecture.name, group="", summary="", doc="", url="", params=architecture.params)
    for problem in config_problems(taken, options):
        raise NetloomError(problem.message, problem.hint)
    return options


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(size) for size in text.split(","))
    except ValueError:
        sizes = ()
    if not sizes or min(sizes) < 1:
        raise argparse.ArgumentTypeError(f"must be whole numbers of at least 1, as in 28,28,1. Received: {text}")
    return sizes


def _setting(text: str) -> str:
    if not text.partition("=")[0].isidentifier() or "=" not in text:
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE, as in width=128. Received: {text}")
    return text


def _units(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1. Received: {text}")
    return int(text)


_NETWORK = "an architecture by name, or a file: a spec, the JSON of model.to_json(), or a .keras file"


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m models", description="Networks: what they are, in numbers and code.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    what = "the architectures with their options, one JSON object a line"
    commands.add_parser("list", help=what, description=what).set_defaults(run=_list)
    for name, run, what in (
        ("show", _show, "a network as a spec, in JSON"),
        ("summary", _summary, "shapes and parameters of each node, from Keras, in JSON"),
        ("code", _code, "the Keras code of a network"),
        ("link", _link, "a network as text that fits into an address; with --read the spec in such a text"),
    ):
        command = commands.add_parser(name, help=what, description=what)
        metavar = "NAME|FILE|LINK" if run is _link else "NAME|FILE"
        command.add_argument("network", metavar=metavar, help=_NETWORK)
        sizes = command.add_argument_group("sizes of an architecture")
        sizes.add_argument("--input-shape", type=_sizes, metavar="28,28,1", help="of one example")
        sizes.add_argument("--units", type=_units, metavar="N", help="number of outputs")
        sizes.add_argument("--activation", metavar="NAME", help="of the output")
        described = "one of its options, in JSON (see list); may be repeated"
        sizes.add_argument("--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help=described)
        command.set_defaults(run=run)
        if run is _code:
            command.add_argument("--notebook", action="store_true", help="as a Jupyter notebook")
        if run is _link:
            command.add_argument("--read", action="store_true", help="the network in a link instead, as a spec")
    what = "a network saved elsewhere as a spec, in JSON; what was left out is said on stderr"
    command = commands.add_parser("import", help=what, description=what)
    command.add_argument("file", metavar="FILE", help="the JSON of model.to_json(), a .keras file, or a spec")
    command.set_defaults(run=_import)
    return parser


if __name__ == "__main__":
    sys.exit(main())
