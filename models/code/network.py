"""A whole network as Python, in the functional API; the code imports Keras and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.catalogue import Entry, catalogue
from models.checking.structure import require_sound
from models.code.carried import carried
from models.code.layout import Group, Part, assigned, literal, named, text
from models.code.naming import Names, names
from models.code.parts import arguments, constructor
from models.spec import ModelSpec

_MAIN = '\nif __name__ == "__main__":\n    model.summary()\n'


@dataclass(frozen=True, slots=True)
class Module:
    """The code of a network in its parts.

    Attributes:
        imports: lines, sorted.
        layers: the classes of layers that Keras lacks; may be empty.
        body: what makes `model`.
    """

    imports: tuple[str, ...]
    layers: str
    body: str

    def __str__(self) -> str:
        definitions = f"\n\n{self.layers}\n\n\n" if self.layers else "\n"
        return "\n".join(self.imports) + f"\n{definitions}{self.body}"


def model_code(spec: ModelSpec) -> str:
    """A module that defines `model`, in the functional API, every layer named as its node.

    Running it gives what `models.build.build` gives: equal configuration and, after equal seeds, equal weights.

    Raises:
        NetloomError: the structure of the network is wrong.
    """
    return str(model_module(spec))


def model_script(spec: ModelSpec, title: str = "") -> str:
    """The same as a file: `python model.py` prints what the network is made of.

    Args:
        spec: the network.
        title: first words of the file; the network's name where there are none.

    Raises:
        NetloomError: the structure of the network is wrong.
    """
    plain = " ".join((title or f"The network {spec.name}.").replace("\\", " ").replace('"', "'").split())
    return f'"""{plain}"""\n\n{model_module(spec)}\n{_MAIN}'


def model_module(spec: ModelSpec) -> Module:
    """The parts of `model_code`, for what arranges them in its own way. Raises: NetloomError."""
    require_sound(spec)
    used = [entry for node in spec.nodes for entry in _used(catalogue().layers[node.kind], node.config)]
    own = {entry.kind: entry.module for entry in used if entry.module.startswith("models.")}
    imports, classes = carried(own.values())
    called = names(spec, own)
    body = "\n".join([*_statements(spec, called), _model(spec, called)]) + "\n"
    imports |= {"import keras"}
    if any(entry.module == "layers" and entry.kind != "Input" for entry in used):
        imports |= {"from keras import layers"}
    return Module(tuple(sorted(imports, key=lambda line: (line.startswith("from "), line))), classes, body)


def _statements(spec: ModelSpec, called: Names) -> Iterable[str]:
    """The lines that make and apply each layer; a block's are a paragraph under its name."""
    block = None
    for index, node in enumerate(spec.nodes):
        if node.block != block and index:
            yield ""
        if node.block and node.block != block:
            yield f"# {node.block}"
        block = node.block
        yield from _statement(spec, index, called)
    if block:
        yield ""


def _statement(spec: ModelSpec, index: int, called: Names) -> Iterable[str]:
    node, target = spec.nodes[index], ", ".join(called.tensors[spec.nodes[index].name])
    entry = catalogue().layers[node.kind]
    backbone = entry.module == "applications"
    config = {key: value for key, value in node.config.items() if not (backbone and key == "trainable")}
    name = () if backbone else (named("name", text(node.name)),)
    making = Group(constructor(entry), (*arguments(entry, config, called.layers), *name))
    if node.kind == "Input":
        yield assigned(target, making)
        return
    variable = called.layers.get(node.name)
    if variable is not None and not node.shares:
        yield assigned(variable, making)
        if backbone:
            # Some look their own sizes up by the name that they are given.
            yield f"{variable}.name = {text(node.name)}"
            if "trainable" in node.config:
                yield f"{variable}.trainable = {node.config['trainable']!r}"
    yield assigned(target, Group(variable or making, tuple(_call_arguments(spec, index, called))))


def _call_arguments(spec: ModelSpec, index: int, called: Names) -> Iterable[Part]:
    node = spec.nodes[index]
    entry = catalogue().layers[node.kind]
    feeds = [called.of(source) for source in spec.inputs_of(index)]
    if entry.call == "list":
        yield Group("", tuple(feeds), "[]")
    elif entry.call == "state":
        yield feeds[0]
        if feeds[1:]:
            yield Group("initial_state=", tuple(feeds[1:]), "[]")
    else:
        yield from feeds
    for key, value in node.call.items():
        yield named(key, literal(value))


def _model(spec: ModelSpec, called: Names) -> str:
    inputs = [called.tensors[node.name][0] for node in spec.nodes if node.kind == "Input"]
    outputs = [called.of(output.node) for output in spec.given]
    return assigned("model", Group("keras.Model", (_alone(inputs), _alone(outputs), named("name", text(spec.name)))))


def _alone(variables: list[str]) -> Part:
    return variables[0] if len(variables) == 1 else Group("", tuple(variables), "[]")


def _used(entry: Entry, config: Mapping[str, Any]) -> Iterable[Entry]:
    """The entry of a layer and of those inside it, the innermost first."""
    for param in entry.params:
        value = config.get(param.name)
        for inner in value if isinstance(value, list | tuple) else (value,):
            if param.type in ("layer", "layers") and isinstance(inner, Mapping):
                yield from _used(catalogue().layers[inner["class_name"]], inner.get("config", {}))
    yield entry
