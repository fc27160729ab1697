"""Fitting a network to its data: match one, suggest one, and say what keeps a run from being launched."""

import math
from dataclasses import replace

from models.architectures import ARCHITECTURES, Architecture
from models.checking.structure import problems as structural_problems
from models.editing.ends import (
    Fields,
    embeddings,
    output_activation,
    output_fields,
    with_input,
    with_output,
    with_vocabulary,
)
from models.errors import NetloomError
from models.facts import Problem, Summary
from models.spec import ModelSpec
from pipelines.data.changes import augmentation
from pipelines.data.facts import DataFacts, facts
from pipelines.data.spec import DataSpec
from pipelines.misfits import input_problems, output_problems
from pipelines.outputs import head_of
from pipelines.spec import RunSpec
from pipelines.tasks import Head, head_for
from pipelines.train_misfits import own_loss_problems, train_problems

SMALL_IMAGE = 16
LARGE_IMAGE = 32
_FED = {
    "image": "images",
    "table": "rows of numbers",
    "tokens": "texts as token ids",
    "sequence": "sequences",
    "any": "numbers",
}
_TAKES = {"any": ("table", "sequence", "image", "any"), "sequence": ("tokens", "sequence", "image")}
"""What an architecture takes, by the word for it, where that is more than one kind of data."""


def match(model: ModelSpec, data: DataSpec) -> ModelSpec:
    """`model` with its two ends as `data` asks for; as it is where it has none.

    These are the input's shape and type, the vocabulary of an Embedding that reads it, and the width and activation
    of the last layer, with a Reshape where the output has a shape.

    Raises:
        NetloomError: what `facts` says of the data.

    >>> match(ModelSpec(), DataSpec()).nodes
    ()
    """
    return _matched(model, facts(data))


def matched_fields(model: ModelSpec, data: DataSpec) -> Fields:
    """What `match` sets: names of nodes, and the keys of their config that follow the data. Raises: as `match`."""
    known = facts(data)
    fields: Fields = {node.name: {"shape", "dtype"} for node in model.nodes if node.kind == "Input"}
    if known.vocabulary_size:
        fields |= {name: {"input_dim"} for name in embeddings(model)}
    for place, head in _heads(model, known):
        for name, keys in output_fields(model, head.output_shape, head.activation, place).items():
            fields[name] = fields.get(name, set()) | keys
    return fields


def start_from(architecture: str, data: DataSpec) -> ModelSpec:
    """The named architecture, made for `data`. Raises: KeyError, NetloomError where it cannot be."""
    known = facts(data)
    reason = why_not(ARCHITECTURES[architecture], known)
    if reason:
        raise NetloomError(reason, f"Start from {_suggested(known)} instead.")
    return _matched(_built(ARCHITECTURES[architecture], known), known)


def why_not(architecture: Architecture, known: DataFacts) -> str | None:
    """Why this architecture cannot be made for such data, in a sentence; None: it can."""
    fed = _fed(known)
    if fed not in _TAKES.get(architecture.suits, (architecture.suits,)):
        return f"{architecture.title} reads {_FED[architecture.suits]}; it would be fed {_FED[fed]}."
    inputs = [node.name for node in architecture.smallest().nodes if node.kind == "Input"]
    if len(inputs) > 1:
        return f"{architecture.title} has {len(inputs)} inputs ({', '.join(inputs)}), and data feed one."
    gives = {"reconstruction": ("row", "input"), "segmentation": ("pixels",)}.get(known.task, ("row",))
    try:
        outputs = _built(architecture, known).outputs
    except NetloomError as error:
        return error.message
    if architecture.gives not in gives or any(own_loss_problems(output, known) for output in outputs):
        return f"{architecture.title} is not made for {known.task}."
    return None


def suggested(data: DataSpec) -> str:
    """The name of an architecture that does well on such data.

    >>> suggested(DataSpec())
    'digits-cnn'
    """
    return _suggested(facts(data))


def problems(spec: RunSpec, summary: Summary | None) -> tuple[Problem, ...]:
    """Everything that keeps `spec` from being trained, in the order of its nodes; empty: it can be launched.

    Args:
        spec: the run.
        summary: what Keras says of `spec.model`; None where it has not answered yet.
    """
    found = list(structural_problems(spec.model))
    try:
        known = facts(spec.data)
        head_for(known)
        _heads(spec.model, known)
        augmentation.check(spec.data, known)
    except NetloomError as error:
        return (*found, Problem(None, None, error.message, error.hint))
    if not found:
        found = input_problems(spec.model, known)
    if summary is not None:
        # The first thing said of a node is the most telling.
        said = {problem.node for problem in found}
        found += [problem for problem in summary.problems if problem not in found and problem.node not in said]
    if not found:
        found = output_problems(spec, known, summary.output_shapes if summary else None)
    return tuple(found + train_problems(spec, known))


def copies(spec: RunSpec) -> bool:
    """Whether a network that is to give its clean inputs back has no layer narrower than them: it can just copy them.

    Told of networks of Dense layers alone; where inputs are harmed, there is more to learn than to copy.
    """
    known = facts(spec.data)
    if known.task != "reconstruction" or spec.data.corrupt.noise or spec.data.corrupt.mask:
        return False
    widths = [node.config.get("units") for node in spec.model.nodes if node.kind == "Dense"]
    others = {node.kind for node in spec.model.nodes} - {"Input", "Dense", "Flatten", "Reshape", "Activation"}
    values = math.prod(known.input_shape)
    return bool(widths) and not others and all(isinstance(units, int) and units >= values for units in widths)


def _built(architecture: Architecture, known: DataFacts) -> ModelSpec:
    """The architecture with its own ends. Raises: NetloomError where it, or its head, cannot be."""
    head = head_for(known)
    return architecture.build(known.input_shape, head.units, head.activation)


def _matched(model: ModelSpec, known: DataFacts) -> ModelSpec:
    model = with_input(model, known.input_shape, known.input_dtype)
    if known.vocabulary_size:
        model = with_vocabulary(model, known.vocabulary_size)
    for place, head in _heads(model, known):
        model = with_output(model, head.output_shape, head.activation, place)
    return model


def _heads(model: ModelSpec, known: DataFacts) -> list[tuple[int, Head]]:
    """Which outputs are compared with something, by place, and the end of a network that each asks for.

    A linear output that gives inputs back stays linear, though they are within 0 and 1: the linear autoencoder is one.
    """
    heads = []
    for place, output in enumerate(model.given):
        if output.target != "none":
            head = head_of(output, known)
            gives_back = output.target == "input" or known.task == "reconstruction"
            if gives_back and _is_linear(model, place):
                head = replace(head, activation="linear")
            heads.append((place, head))
    return heads


def _is_linear(model: ModelSpec, place: int) -> bool:
    ending = output_activation(model, place)
    return ending is not None and ending[1] == "linear"


def _suggested(known: DataFacts) -> str:
    fed = _fed(known)
    if known.task == "segmentation":
        return "u-net" if why_not(ARCHITECTURES["small-fcn"], known) else "small-fcn"
    if known.task == "reconstruction":
        return "dense-autoencoder"
    if fed == "tokens":
        return "text-embedding"
    if fed == "image":
        height, width, channels = known.input_shape
        if min(height, width) <= SMALL_IMAGE:
            return "digits-cnn"
        return "lenet-5" if channels == 1 and max(height, width) <= LARGE_IMAGE else "photo-cnn"
    return "table-mlp" if fed == "table" else "mlp"


def _fed(known: DataFacts) -> str:
    """What the network is fed, in the words of `Architecture.suits`."""
    if known.vocabulary_size:
        return "tokens"
    return {1: "table", 2: "sequence", 3: "image"}.get(len(known.input_shape), "any")
