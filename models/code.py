"""ModelSpec -> the Python that a Keras user would have written. No keras is imported; the code imports nothing else."""

import json
import keyword
import re
from collections.abc import Mapping
from typing import Any

from models.arguments import to_keras
from models.catalogue import Entry, catalogue
from models.check import problems
from models.errors import NetloomError
from models.graph import readers
from models.spec import ModelSpec, Node

_WIDTH = 88
_TAKEN = {"keras", "layers", "model", "x", "inputs", "outputs"}
_PART_OF_TYPE = {"initializer": "initializers", "regularizer": "regularizers", "constraint": "constraints"}


def model_code(spec: ModelSpec) -> str:
    """A module that defines `model`, in the functional API, every layer named as its node.

    Running it gives what `models.build.build` gives: equal configuration and, after equal seeds, equal weights.

    Raises:
        NetloomError: the structure of the network is wrong.
    """
    for problem in problems(spec):
        where = f"{problem.node}: " if problem.node else ""
        raise NetloomError(f"{where}{problem.message}", problem.hint)
    variables = _variables(spec)
    lines = ["import keras", "from keras import layers", ""]
    for index, node in enumerate(spec.nodes):
        feeds = [variables[name] for name in spec.inputs_of(index)]
        lines.append(_statement(variables[node.name], node, feeds))
    inputs = [variables[node.name] for node in spec.nodes if node.kind == "Input"]
    feeds = inputs[0] if len(inputs) == 1 else f"[{', '.join(inputs)}]"
    lines.append(_call("model = keras.Model", [feeds, variables[spec.nodes[-1].name], f"name={_text(spec.name)}"], ""))
    return "\n".join(lines) + "\n"


def part_code(part: str, kind: str, config: Mapping[str, Any]) -> str:
    """The call that makes one Keras object.

    Args:
        part: of the catalogue, `optimizers` for instance.
        kind: its name there.
        config: the arguments that differ from Keras's defaults, as JSON.

    Raises:
        NetloomError: the catalogue has no such object.

    >>> part_code("optimizers", "SGD", {"learning_rate": 0.1})
    'keras.optimizers.SGD(learning_rate=0.1)'
    """
    entry = catalogue().find(part, kind)
    if entry is None:
        raise NetloomError(f"Keras has no {kind!r} among its {part}.")
    return f"keras.{part}.{entry.class_name}({', '.join(arguments_code(entry, config))})"


def _variables(spec: ModelSpec) -> dict[str, str]:
    """A variable for each node: `inputs`, `outputs`, `x` along a chain, and a name of its own where branches start."""
    feeds = readers(spec)
    kinds = [node.kind for node in spec.nodes]
    found: dict[str, str] = {}
    for index, node in enumerate(spec.nodes):
        following = spec.nodes[index + 1].name if index + 1 < len(spec.nodes) else None
        if node.kind == "Input" and kinds.count("Input") == 1:
            found[node.name] = "inputs"
        elif following is None:
            found[node.name] = "outputs"
        elif node.kind != "Input" and feeds[node.name] == (following,):
            found[node.name] = "x"
        else:
            name = re.sub(r"\W", "_", node.name)
            while name in _TAKEN or keyword.iskeyword(name) or name in found.values():
                name += "_"
            found[node.name] = name
    return found


def _statement(variable: str, node: Node, feeds: list[str]) -> str:
    entry = catalogue().layers[node.kind]
    arguments = [*arguments_code(entry, node.config), f"name={_text(node.name)}"]
    if node.kind == "Input":
        return _call(f"{variable} = keras.Input", arguments, "")
    joined = ", ".join(feeds)
    return _call(
        f"{variable} = layers.{node.kind}", arguments, f"([{joined}])" if entry.call == "list" else f"({joined})"
    )


def arguments_code(entry: Entry, config: Mapping[str, Any]) -> list[str]:
    """Arguments without a default by position, the others by name, in the catalogue's order."""
    arguments = []
    for param in entry.params:
        if param.name in config:
            value = _value(param.type, config[param.name])
            arguments.append(value if param.positional else f"{param.name}={value}")
    return arguments


def _value(kind: str, value: Any) -> str:
    if kind in _PART_OF_TYPE and isinstance(value, Mapping):
        part = _PART_OF_TYPE[kind]
        if catalogue().find(part, value["class_name"]) is not None:
            return part_code(part, value["class_name"], value.get("config", {}))
    return _text(to_keras(value))


def _text(value: Any) -> str:
    """A Python literal; texts in double quotes, as formatters write them (every JSON text is a Python one)."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"({', '.join(_text(item) for item in value)}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_text(item)}" for key, item in value.items()) + "}"
    return repr(value)


def _call(start: str, arguments: list[str], end: str) -> str:
    line = f"{start}({', '.join(arguments)}){end}"
    if len(line) <= _WIDTH:
        return line
    inside = f"    {', '.join(arguments)}"
    if len(inside) > _WIDTH:
        inside = "".join(f"    {argument},\n" for argument in arguments).rstrip("\n")
    return f"{start}(\n{inside}\n){end}"
