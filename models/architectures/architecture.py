"""What an architecture is, and the helper that writes a chain of layers as a ModelSpec."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from models.catalogue import Param
from models.spec import ModelSpec, Node

Layer = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A named network to start from.

    Attributes:
        name: what people type. title: what they read.
        summary: one sentence: what it is, when to take it.
        build: (input_shape, units, activation, **options) -> the network for examples of `input_shape` (no batch),
            with `units` outputs passed through `activation`; the options are those of `params`, all with defaults.
        suits: the kind of data that it takes.
        input_shape, units: of the network that is shown where no data says otherwise.
        params: the options, for forms and checks.
    """

    name: str
    title: str
    summary: str
    build: Callable[..., ModelSpec]
    suits: Literal["image", "table", "any"]
    input_shape: tuple[int, ...]
    units: int
    params: tuple[Param, ...] = ()

    def default(self) -> ModelSpec:
        """The network for its own `input_shape` and `units`, a softmax at its end."""
        return self.build(self.input_shape, self.units, "softmax")


def chain(name: str, input_shape: Sequence[int], layers: Sequence[Layer]) -> ModelSpec:
    """A network of `layers`, each (kind, config), one after the other behind an Input of `input_shape`."""
    spec = ModelSpec(name=name, nodes=(Node(name="input", kind="Input", config={"shape": list(input_shape)}),))
    for kind, config in layers:
        spec = spec.replace(nodes=(*spec.nodes, Node(name=spec.fresh_name(kind), kind=kind, config=config)))
    return spec


def head(units: int, activation: str) -> Layer:
    """The last layer: Dense, its activation left out where it is linear."""
    return "Dense", {"units": units} if activation == "linear" else {"units": units, "activation": activation}


def flat(input_shape: Sequence[int]) -> list[Layer]:
    """A Flatten where examples are more than a row of numbers, else nothing."""
    return [("Flatten", {})] if len(input_shape) > 1 else []
