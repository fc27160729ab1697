"""ModelSpec: a network as data, the one form that the builder, the graph and the generated code all read.

A spec may be wrong (that is what a draft is): it only promises that it is well-typed. `models.check` says what is
wrong with its structure, `models.summary` what Keras says of its shapes.
"""

import math
import re
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
        inputs: names of the nodes that feed this one; None means the node just before it. `Input` takes none.
    """

    name: Name
    kind: Name
    config: Config = {}
    inputs: tuple[str, ...] | None = None


class ModelSpec(Spec):
    """A network: nodes in the order they are computed. The last node is the output.

    Args:
        name: shown to people and used as the Keras model's name.
        nodes: at least an `Input` and one layer for anything that can be trained.
    """

    schema_version: Literal[1] = 1
    name: Name = "model"
    nodes: tuple[Node, ...] = ()

    @field_validator("nodes")
    @classmethod
    def _names_are_unique(cls, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        seen: set[str] = set()
        for node in nodes:
            if node.name in seen:
                raise ValueError(f"two nodes are named {node.name!r}; give each node a name of its own")
            seen.add(node.name)
        return nodes

    def inputs_of(self, index: int) -> tuple[str, ...]:
        """Names of the nodes that feed node `index`, with the default (the node before) filled in."""
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
        split = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", kind)
        base = re.sub(r"([a-z])([A-Z])", r"\1_\2", split).lower()
        taken = {node.name for node in self.nodes}
        if base not in taken:
            return base
        return next(f"{base}_{n}" for n in range(1, len(taken) + 2) if f"{base}_{n}" not in taken)
