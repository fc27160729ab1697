"""A RunSpec from a file or an example, with `--set path=value` applied."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.errors import SpecError
from pipelines.examples import EXAMPLES
from pipelines.fitting import problems
from pipelines.runs.facts import Run
from pipelines.spec import RunSpec


def read_run_spec(path: Path | None, example: str | None, settings: Sequence[str] = ()) -> RunSpec:
    """The RunSpec of a file or an example, changed by settings, and checked as far as that goes without Keras.

    Args:
        path: of a JSON file with a RunSpec, or None.
        example: the name of one of EXAMPLES, or None. Exactly one of both is given.
        settings: `path=value` each: see `set_value`.

    Raises:
        SpecError: it cannot be read, is no RunSpec, or cannot be trained.
    """
    if path is not None:
        what, values = str(path), read_json(path)
    elif example in EXAMPLES:
        what, values = f"The example {example}", EXAMPLES[example].model_dump(mode="json")
    else:
        raise SpecError(f"There is no example {example!r}.", f"The examples are {', '.join(EXAMPLES)}.")
    return _checked(values, what, settings)


def spec_of_run(run: Run, settings: Sequence[str] = ()) -> RunSpec:
    """The RunSpec of a run, changed by settings, and checked as far as that goes without Keras.

    Args:
        run: whose spec it is.
        settings: `path=value` each: see `set_value`.

    Raises:
        SpecError: it is damaged, or cannot be trained with the settings.
    """
    try:
        values = json.loads(run.spec_json)
    except ValueError as error:
        raise SpecError(f"The spec of run {run.uid} is damaged: {error}.") from error
    return _checked(values, f"The spec of run {run.uid}", settings)


def _checked(values: dict[str, Any], what: str, settings: Sequence[str]) -> RunSpec:
    for setting in settings:
        set_value(values, setting)
    try:
        spec = RunSpec.model_validate_json(json.dumps(values))
    except ValidationError as error:
        raise SpecError.from_validation(error, what if not settings else f"{what} with its settings") from error
    found = problems(spec, None)
    if found:
        where = f"{found[0].node}: " if found[0].node else ""
        raise SpecError(f"{what}: {where}{found[0].message}", found[0].hint)
    return spec


def set_value(values: Any, setting: str) -> None:
    """Change a tree of JSON values in place.

    Args:
        values: objects and arrays, as `json.loads` gives them.
        setting: `path=value`: a path of keys with dots between them, in an array the position or an element's name;
            the value as JSON, or else taken as text. Objects that are missing (or null) on the way are made.

    Raises:
        SpecError: it is no setting, or the path leads nowhere.

    >>> tree = {"train": {"epochs": 20}, "nodes": [{"name": "dense", "units": 8}]}
    >>> set_value(tree, "train.epochs=3")
    >>> set_value(tree, "nodes.dense.units=16")
    >>> tree
    {'train': {'epochs': 3}, 'nodes': [{'name': 'dense', 'units': 16}]}
    """
    path, equals, text = setting.partition("=")
    keys = path.split(".")
    if not equals or not all(keys):
        raise SpecError(f"--set takes a path and a value. Received: {setting!r}.", "For example: --set train.epochs=3")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError:
        value = text
    except ValueError as error:
        raise SpecError(f"--set {path}: {error}.") from error
    *way, last = keys
    place = values
    for depth, key in enumerate(way):
        key = _key_in(place, key, keys[:depth])
        if isinstance(place, dict) and place.get(key) is None:
            place[key] = {}
        place = place[key]
    place[_key_in(place, last, way)] = value


def _key_in(place: Any, key: str, way: Sequence[str]) -> Any:
    """What `key` is called in the object or array that lies at the end of `way`."""
    if isinstance(place, dict):
        return key
    where = ".".join(way)
    if not isinstance(place, list):
        raise SpecError(f"--set: {where} is a single value, so {where}.{key} leads nowhere.")
    names = [element.get("name") for element in place if isinstance(element, dict)]
    if key in names:
        return names.index(key)
    if key.isdecimal() and int(key) < len(place):
        return int(key)
    hint = f"The names there are {', '.join(map(str, names))}." if names else f"It has {len(place)} elements."
    raise SpecError(f"--set: {where}.{key} leads nowhere.", hint)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises: SpecError."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SpecError(f"{path} is no JSON text.", "A spec is a JSON file, as `show RUN` prints it.") from error
    except ValueError as error:
        raise SpecError(f"{path} is no valid JSON: {error}.", "A spec in JSON was expected.") from error
    if not isinstance(values, dict):
        raise SpecError(f"{path} holds no spec: an object was expected, received a {type(values).__name__}.")
    return values


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")
