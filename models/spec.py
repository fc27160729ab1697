"""ModelSpec: a network as data, the one form that the builder, the graph and the generated code all read.

A spec may be wrong (that is what a draft is): it only promises that it is well-typed. `models.checking.structure` says
what is wrong with its structure, `models.summary` what Keras says of its shapes.
"""

import math
import re
from collections.abc import Container, Iterator
from itertools import chain, count
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, field_validator

NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_.\-]{0,63}$"
Name = Annotated[str, Field(pattern=NAME_PATTERN)]


def _all_finite(value: JsonValue) -> JsonValue:
    """Refuses NaN and infinities, which pydantic lets into a JsonValue when it reads JSON text."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number must be finite")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _all_finite(inner)
    return value


Config = dict[str, Annotated[JsonValue, AfterValidator(_all_finite)]]
"""Constructor arguments by name, as JSON with finite numbers."""


class Spec(BaseModel):
    """Base of every spec: frozen, refuses unknown keys, refuses NaN and infinity, round-trips through JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())

    def replace(self, **changes: Any) -> Self:
        """A validated copy with some fields changed. Raises: pydantic.ValidationError."""
        return type(self).model_validate({**self.__dict__, **changes})


class Node(Spec):
    """One layer of a network.

    Attributes:
        name: unique within the spec; the Keras layer gets the same name.
        kind: a class name of the catalogue (`Dense`, `Conv2D`, `Input`, ...).
        config: constructor arguments that differ from Keras's defaults, by name, as JSON.
        inputs: what feeds this one; None means the first output of the node just before it. `Input` takes none. Each
            is the name of a node, with `:k` behind it for output k of a layer that gives several (`pool:1`, counted
            from 0); see `node_of` and `port_of`.
        call: arguments of the layer's call that differ from Keras's defaults, as JSON (`use_causal_mask`, ...).
        shares: name of an earlier node of the same kind whose layer, weights and all, is applied once more here. Such
            a node has no config of its own.
        block: the group of rows that this node is shown and folded with.
    """

    name: Name
    kind: Name
    config: Config = {}
    inputs: tuple[str, ...] | None = None
    call: Config = {}
    shares: Name | None = None
    block: Name | None = None


class Output(Spec):
    """One output of a network, and how it is judged in training.

    Attributes:
        node: what is given out: the name of a node, with `:k` behind it for its output k.
        target: what it is compared with: the data's `label` (whatever the task asks for), the `input` that was fed, or
            `none`: it is only given out, to be looked at.
        loss: a Keras loss by name, or as `{"class_name": ..., "config": {...}}`; None: the run's for a label, the mean
            squared error for an input.
        weight: what its loss is multiplied by in the sum that is minimized.
    """

    node: str
    target: Literal["label", "input", "none"] = "label"
    loss: str | Config | None = None
    weight: float = Field(default=1.0, ge=0)


class ModelSpec(Spec):
    """A network: nodes in the order they are computed.

    Args:
        name: shown to people and used as the Keras model's name.
        nodes: at least an `Input` and one layer for anything that can be trained.
        outputs: none means the last node, compared with the label. The first is the main one: metrics are measured on
            it, and it is the one that predicts.
    """

    schema_version: Literal[1] = 1
    name: Name = "model"
    nodes: tuple[Node, ...] = ()
    outputs: tuple[Output, ...] = ()

    @field_validator("nodes")
    @classmethod
    def _names_are_unique(cls, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        seen: set[str] = set()
        for node in nodes:
            if node.name in seen:
                raise ValueError(f"two nodes are named {node.name!r}; give each node a name of its own")
            seen.add(node.name)
        return nodes

    @property
    def given(self) -> tuple[Output, ...]:
        """The outputs, with the default (the last node) filled in; none for an empty network."""
        return self.outputs or tuple(Output(node=node.name) for node in self.nodes[-1:])

    @property
    def output_names(self) -> tuple[str, ...]:
        """A name for each of `given`, by which losses, targets and exports go: its node's, `pool_1` for `pool:1`."""
        names: list[str] = []
        for output in self.given:
            port = port_of(output.node)
            names.append(fresh(f"{node_of(output.node)}_{port}" if port else node_of(output.node), names))
        return tuple(names)

    @property
    def num_layers(self) -> int:
        """All nodes but the Inputs, as everybody counts layers here; a layer that is applied again counts again."""
        return sum(node.kind != "Input" for node in self.nodes)

    @property
    def main(self) -> str | None:
        """Name of the node that gives the main output; None for an empty network."""
        return node_of(self.given[0].node) if self.given else None

    def feeds(self, index: int) -> tuple[str, ...]:
        """Names of the nodes that feed node `index`: `inputs_of` without the numbers of outputs."""
        return tuple(node_of(source) for source in self.inputs_of(index))

    def inputs_of(self, index: int) -> tuple[str, ...]:
        """What feeds node `index`, with the default (the node before) filled in."""
        node = self.nodes[index]
        if node.inputs is not None:
            return node.inputs
        if node.kind == "Input" or index == 0:
            return ()
        return (self.nodes[index - 1].name,)

    def index_of(self, name: str) -> int:
        """Position of the node called `name`. Raises: KeyError."""
        for index, node in enumerate(self.nodes):
            if node.name == name:
                return index
        raise KeyError(name)

    def fresh_name(self, kind: str) -> str:
        """A name in Keras's manner that no node has yet: `conv2d`, `max_pooling2d`, `conv2d_1`, ..."""
        return fresh(snake_case(kind), {node.name for node in self.nodes})


def node_of(source: str) -> str:
    """The name of the node that an input or an output names: `pool` of `pool:1`."""
    return source.partition(":")[0]


def port_of(source: str) -> int:
    """Which output of that node it names, counted from 0: 1 of `pool:1`, 0 of `pool`; -1 where that is no number."""
    port = source.partition(":")[2]
    return int(port) if port.isdecimal() else -1 if port or source.endswith(":") else 0


def plain(source: str) -> str:
    """The same source, the first output written as the node alone.

    >>> plain("pool:0"), plain("pool:1")
    ('pool', 'pool:1')
    """
    return node_of(source) if port_of(source) == 0 else source


def snake_case(kind: str) -> str:
    """A class name as Keras writes it in the names of layers.

    >>> snake_case("MaxPooling2D"), snake_case("LSTM")
    ('max_pooling2d', 'lstm')
    """
    split = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", split).lower()


def fresh(base: str, taken: Container[str]) -> str:
    """`base`, or the first of `base_1`, `base_2`, ... that is not `taken`; cut to the length of a name."""
    return next(fresh_names(base, taken))


def fresh_names(base: str, taken: Container[str]) -> Iterator[str]:
    """One name after the other that `fresh` would give; the same one twice is not among them."""
    numbered = (f"{base[:54]}_{number}" for number in count(1))
    return (name for name in chain([base[:64]], numbered) if name not in taken)
