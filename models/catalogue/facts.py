"""Entry and Param: one Keras object and its arguments, as data that forms, checks and generated code all read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ParamType = Literal[
    "int",
    "float",
    "bool",
    "str",
    "choice",
    "int_tuple",
    "shape",
    "activation",
    "initializer",
    "regularizer",
    "constraint",
    "schedule",
    "layer",
    "layers",
    "node",
    "json",
]
Call = Literal["none", "single", "list", "args", "state", "cell"]

PART_OF_TYPE = {
    "activation": "activations",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
    "schedule": "schedules",
    "layer": "layers",
    "layers": "layers",
}
"""The part of the catalogue that values of such an argument are from."""


@dataclass(frozen=True, slots=True)
class Param:
    """One constructor argument.

    Attributes:
        type: what a value is. `int_tuple` is one whole number or `length` of them; `shape` is a list of whole numbers
            or nulls; `activation`, `initializer`, `regularizer` and `constraint` are a name of that part of the
            catalogue or Keras's `{"class_name": ..., "config": {...}}`; `schedule` is a number or a learning-rate
            schedule in that form; `layer` is a layer in that form, without a name, `layers` a list of them; `node`
            names an earlier node whose layer is meant (a tied layer reads that one's weights); `json` is any JSON
            value.
        default: Keras's own default, as JSON; None where `required`.
        required: it must be given.
        nullable: None is a value too.
        choices: the values allowed, for `choice`; the kinds allowed, for `layer`, `layers` (none: any layer of one
            input) and `node` (none: any layer).
        min, max: inclusive bounds of numbers (of each number of an `int_tuple` or `shape`); None: no bound.
        step: a sensible step of a number in a form.
        help: one line.
        main: shown at once; the others are "advanced".
        start: the value that a new node begins with; given for every required argument.
        length: how many numbers an `int_tuple` holds; None: any.
        positional: Keras has no default for it, so people write it without its name.
    """

    name: str
    type: ParamType
    default: Any = None
    required: bool = False
    nullable: bool = False
    choices: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    step: float | None = None
    help: str = ""
    main: bool = False
    start: Any = None
    length: int | None = None
    positional: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One Keras object: a layer, an optimizer, a loss, ...

    Attributes:
        kind: the name that specs use: a class name for layers, optimizers and schedules, Keras's own short name for
            the others (`mean_squared_error`, `he_normal`, `l2`). Keras's `get` understands it.
        group: heading to list it under.
        summary: one line, shown in lists.
        doc: Keras's own opening paragraph.
        url: its page in the API reference.
        params: its arguments in display order: `main` ones first, required ones in the order of Keras's signature.
        class_name: its class in Keras; empty for plain functions.
        aliases: other names that Keras understands for the same thing, such as `mse`.
        call: how a layer takes its inputs: `none` (Input), `single` x, `list` [a, b], `args` (query, value), `state` x
            and then `initial_state=[...]`, `cell`: it is no row of a network, but an argument of a recurrent layer.
        call_params: arguments of its call that a node may set, such as `use_causal_mask`.
        outputs: how many tensors it gives with its defaults; what a node sets may change that.
        module: where Keras or Netloom has it: `layers`, `applications` (of keras), or a module of `models.layers`.
        min_inputs, max_inputs: how many inputs a layer takes; max_inputs None: any number.
        example_inputs: shapes without the batch dimension, one an input, on which the layer works with its defaults
            and start values.
        tasks: of a loss or metric: the tasks that it suits (binary, multiclass, multilabel, regression, reconstruction,
            segmentation).
        starts: arguments that a new node sets although Keras has a default for them.
        keywords: words that people look for it by, beside its name and what is said of it.
    """

    kind: str
    group: str
    summary: str
    doc: str
    url: str
    params: tuple[Param, ...] = ()
    class_name: str = ""
    aliases: tuple[str, ...] = ()
    call: Call = "single"
    min_inputs: int = 1
    max_inputs: int | None = 1
    example_inputs: tuple[tuple[int, ...], ...] = ()
    tasks: tuple[str, ...] = ()
    call_params: tuple[Param, ...] = ()
    outputs: int = 1
    module: str = "layers"
    starts: Mapping[str, Any] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()

    def param(self, name: str) -> Param | None:
        """The argument called `name`, or None."""
        return next((param for param in self.params if param.name == name), None)

    @property
    def ties(self) -> tuple[str, ...]:
        """Names of the arguments that name another node, whose weights this layer reads too."""
        return tuple(param.name for param in self.params if param.type == "node")

    @property
    def start_config(self) -> dict[str, Any]:
        """What a new node sets: values for the required arguments, and what is better not Keras's default."""
        return {param.name: param.start for param in self.params if param.required} | dict(self.starts)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of Keras that a spec may name. Each part maps a kind to its entry, in display order.

    Attributes:
        keras_version: that it was generated from.
        excluded: what Keras has and the catalogue leaves out: part -> name -> reason.
    """

    keras_version: str
    layers: Mapping[str, Entry]
    optimizers: Mapping[str, Entry]
    losses: Mapping[str, Entry]
    metrics: Mapping[str, Entry]
    activations: Mapping[str, Entry]
    initializers: Mapping[str, Entry]
    regularizers: Mapping[str, Entry]
    constraints: Mapping[str, Entry]
    schedules: Mapping[str, Entry]
    excluded: Mapping[str, Mapping[str, str]]

    def find(self, part: str, name: str) -> Entry | None:
        """The entry of `part` ("layers", "losses", ...) whose kind or alias is `name`, or None."""
        entries: Mapping[str, Entry] = getattr(self, part)
        return entries.get(name) or next((entry for entry in entries.values() if name in entry.aliases), None)
