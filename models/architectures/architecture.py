"""What an architecture is, and the helper that writes a chain of layers as a ModelSpec."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from models.catalogue import Param
from models.spec import ModelSpec, Node

Layer = tuple[str, dict[str, Any]]
Family = Literal[
    "Perceptrons",
    "Convolutional networks",
    "Residual networks",
    "Autoencoders",
    "Texts and sequences",
    "Attention",
    "Segmentation",
    "Pretrained backbones",
]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A named network to start from.

    Attributes:
        name: what people type. title: what they read.
        summary: one sentence: what it is, when to take it.
        build: (input_shape, units, activation, **options) -> the network for examples of `input_shape` (no batch),
            with `units` outputs passed through `activation`; the options are those of `params`, all with defaults.
        suits: what it takes: images, rows of numbers (`table`), rows of token ids (`tokens`), sequences (of tokens, of
            features, or the rows of an image), or any numbers.
        input_shape, units, activation: of the network that is shown where no data says otherwise.
        family: heading to list it under.
        params: the options, for forms and checks.
        gives: what comes out for an example: a row of `units` numbers, its own `input` again, or such a row for each
            of its `pixels`, or of the `steps` of a sequence.
        small: arguments of `build` (`input_shape`, `units`, options) that differ from its own for the smallest network
            that still has all its parts, as tests train it.
    """

    name: str
    title: str
    summary: str
    build: Callable[..., ModelSpec]
    suits: Literal["image", "table", "tokens", "sequence", "any"]
    input_shape: tuple[int, ...]
    units: int
    family: Family
    params: tuple[Param, ...] = ()
    gives: Literal["row", "input", "pixels", "steps"] = "row"
    activation: str = "softmax"
    small: Mapping[str, Any] = field(default_factory=dict)

    def default(self) -> ModelSpec:
        """The network for its own `input_shape`, `units` and `activation`."""
        return self.build(self.input_shape, self.units, self.activation)

    def smallest(self) -> ModelSpec:
        """The network at the sizes of `small`."""
        own = {"input_shape": self.input_shape, "units": self.units, "activation": self.activation}
        return self.build(**{**own, **self.small})


def chain(name: str, input_shape: Sequence[int], layers: Sequence[Layer], **given: Any) -> ModelSpec:
    """A network of `layers`, each (kind, config), one after the other behind an Input of `input_shape`.

    `given` are further arguments of the Input.
    """
    config = {"shape": list(input_shape), **given}
    spec = ModelSpec(name=name, nodes=(Node(name="input", kind="Input", config=config),))
    for kind, config in layers:
        spec = spec.replace(nodes=(*spec.nodes, Node(name=spec.fresh_name(kind), kind=kind, config=config)))
    return spec


def head(units: int, activation: str) -> Layer:
    """The last layer: Dense, its activation left out where it is linear."""
    return "Dense", {"units": units} if activation == "linear" else {"units": units, "activation": activation}


def convolution(filters: int) -> list[Layer]:
    """A 3 by 3 convolution that keeps the size, normalized and rectified. Ioffe and Szegedy, 2015.

    The moving statistics follow quickly (0.9 of the old at each update): small data make few updates.
    """
    return [
        ("Conv2D", {"filters": filters, "kernel_size": 3, "padding": "same", "use_bias": False}),
        ("BatchNormalization", {"momentum": 0.9}),
        ("Activation", {"activation": "relu"}),
    ]


def flat(input_shape: Sequence[int]) -> list[Layer]:
    """A Flatten where examples are more than a row of numbers, else nothing."""
    return [("Flatten", {})] if len(input_shape) > 1 else []
