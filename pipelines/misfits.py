"""Where a network and its data do not meet: at its input, and at its output. No keras."""

import math
from collections.abc import Sequence
from typing import Any

from models.catalogue import catalogue
from models.checking.shape_mends import Refused, for_rank
from models.editing.ends import embeddings, output_activation, output_fields
from models.facts import Mend, Problem, Shape
from models.graph import layer_node, readers
from models.spec import ModelSpec, Node, node_of
from pipelines.data.facts import DataFacts
from pipelines.outputs import Judged, judged
from pipelines.spec import RunSpec
from pipelines.tasks import named_settings

_MATCH = "Turn on “Match input and last layer to the data”"
_PROBABILITIES = ("sigmoid", "hard_sigmoid", "softmax")
_OF_PROBABILITIES = (
    "binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
)  # fmt: skip
_ROW_BY_ROW = ("Dense", "Activation", "ReLU", "LeakyReLU", "PReLU", "Softmax", "Dropout", "BatchNormalization")
_EMBEDDED = 32  # numbers for each token id, to start with
_AXES = {"1D": "sequences", "2D": "images", "3D": "volumes"}


def input_problems(model: ModelSpec, known: DataFacts) -> list[Problem]:
    """What keeps `model`, whose structure is sound, from reading such data."""
    inputs = [node for node in model.nodes if node.kind == "Input"]
    if len(inputs) != 1:
        return [Problem(None, None, f"{known.title} feeds one input. Received: {len(inputs)}.", "Keep one Input.")]
    return _shape_problems(inputs[0], known) or _reader_problems(model, inputs[0], known)


def output_problems(spec: RunSpec, known: DataFacts, shapes: Sequence[Shape | None] | None) -> list[Problem]:
    """What keeps the outputs of a network from being compared with their targets.

    Args:
        spec: the run.
        known: its data.
        shapes: of the network's outputs in their order, batch first; None where one, or all, are not known.
    """
    found = []
    if spec.model.given and spec.model.given[0].target == "input" and known.task != "reconstruction":
        main = spec.model.given[0].node
        message = f"The main output, {main}, is compared with the input; the task is {known.task}."
        hint = (
            "Choose the reconstruction task on the Data page, or put an output first that is compared with the label."
        )
        found.append(Problem(None, "outputs", message, hint))
    for output in judged(spec, known):
        given = shapes[output.place] if shapes else None
        if given is not None and given[1:] != output.head.output_shape:
            found.append(_wrong_output(spec.model, known, output, given[1:]))
        else:
            found += _activation_problems(spec.model, known, output)
    return found


def shown(shape: tuple[int | None, ...]) -> str:
    """A shape for people.

    >>> shown((8, None, 1)), shown(())
    ('8 × ? × 1', 'one number')
    """
    return " × ".join("?" if n is None else str(n) for n in shape) or "one number"


def _shape_problems(node: Node, known: DataFacts) -> list[Problem]:
    shape: Any = node.config.get("shape")
    dtype = str(node.config.get("dtype") or "float32")
    ends = {"shape": list(known.input_shape), "dtype": known.input_dtype}
    mend = Mend("Match it to the data", "match_input", node.name, ends)
    if shape != list(known.input_shape):
        received = shown(tuple(shape)) if isinstance(shape, list) else shape
        message = f"{known.title} has rows of shape {shown(known.input_shape)}. Received: {received}."
        return [Problem(node.name, "shape", message, f"{_MATCH}, or change the shape.", mend)]
    if dtype.startswith("float") != (known.input_dtype == "float32"):
        message = f"{known.title} is fed as {known.input_dtype}. Received: {dtype}."
        return [Problem(node.name, "dtype", message, f"{_MATCH}, or change the type.", mend)]
    return []


def _reader_problems(model: ModelSpec, start: Node, known: DataFacts) -> list[Problem]:
    """Of the layers that read the input: whether they can make sense of it."""
    found = []
    words = embeddings(model)
    for name in readers(model)[start.name]:
        node = model.nodes[model.index_of(name)]
        size = node.config.get("input_dim")
        if known.vocabulary_size and name not in words:
            message = f"{known.title} is fed as token ids, which only an Embedding can read; this is a {node.kind}."
            hint = "Put an Embedding in front of it, or feed the texts as vectors (multi-hot) on the Data page."
            found.append(Problem(name, None, message, hint, _embedded(node, known.vocabulary_size)))
        elif known.vocabulary_size and isinstance(size, int) and size < known.vocabulary_size:
            message = f"{known.title} has {known.vocabulary_size} token ids. Received: input_dim={size}."
            rows = {"values": {"input_dim": known.vocabulary_size}}
            mend = Mend(f"Set input_dim to {known.vocabulary_size}", "set_values", name, rows)
            found.append(Problem(name, "input_dim", message, f"{_MATCH}, or set input_dim to that many.", mend))
        elif name in words and known.unit_range:
            message = f"An Embedding reads whole numbers; {known.title} is scaled to lie between 0 and 1."
            mend = Mend("Remove it", "remove", name)
            found.append(Problem(name, None, message, "Remove it, or choose no scaling on the Data page.", mend))
        elif node.kind[-2:] in _AXES and int(node.kind[-2]) + 1 != len(known.input_shape):
            found.append(_wrong_axes(model, node, known))
    return found


def _embedded(node: Node, vocabulary: int) -> Mend | None:
    """An Embedding in front of what reads token ids, and the mean of its vectors where rows of numbers are read."""
    if node.kind == "Input":
        return None
    layers: list[tuple[int, str, dict]] = [(0, "Embedding", {"input_dim": vocabulary, "output_dim": _EMBEDDED})]
    if node.kind in _ROW_BY_ROW:
        layers.append((0, "GlobalAveragePooling1D", {}))
    return Mend("Insert Embedding", "insert_before", node.name, {"layers": layers})


def _wrong_axes(model: ModelSpec, node: Node, known: DataFacts) -> Problem:
    wanted = _AXES[node.kind[-2:]]
    fed = Refused(model, model.index_of(node.name), [(None, *known.input_shape)])
    mends = for_rank(fed, int(node.kind[-2]) + 2, len(known.input_shape) + 1)
    if known.kind == "image" and len(known.input_shape) == 1:
        message = f"PCA makes rows of {known.input_shape[0]} numbers of the images; {node.kind} reads {wanted}."
        hint = "Switch PCA off on the Data page, or start from a network for rows of numbers, such as table-mlp."
        return Problem(node.name, None, message, hint, *_first(mends))
    message = f"{node.kind} reads {wanted}; {known.title} has rows of shape {shown(known.input_shape)}."
    hint = "Start from a network that suits the data, or put a Reshape before it."
    return Problem(node.name, None, message, hint, *_first(mends))


def _first(mends: Sequence[Mend]) -> tuple[Mend | None, tuple[Mend, ...]]:
    """As a Problem has them: the first one, and the others."""
    return (mends[0] if mends else None), tuple(mends[1:])


def _wrong_output(model: ModelSpec, known: DataFacts, output: Judged, given: Shape) -> Problem:
    name, wanted = node_of(model.given[output.place].node), output.head.output_shape
    only = len(model.given) == 1 and name == model.nodes[-1].name
    subject = "The last layer" if only else f"The output {name}"
    needs = f"{known.target_name if output.target == 'label' else 'the input'} needs"
    ends = {"shape": list(wanted), "activation": output.head.activation, "place": output.place}
    mend = Mend("Match it to the data", "match_output", name, ends) if output_fields(model, **ends) else None
    if len(wanted) == 1 and len(given) == 1:
        count = f"{wanted[0]} output" + ("s" if wanted[0] > 1 else "")
        message = f"{subject} gives {given[0]} numbers; {needs} {count}."
        hint = f"Set its units to {wanted[0]}, activation {output.head.activation}."
        return Problem(name, "units", message, hint, mend)
    message = f"{subject} gives {shown(given)} for each example; {needs} "
    if len(wanted) == 1:
        row = f"one row of {wanted[0]} number" + ("s" if wanted[0] > 1 else "")
        hint = "Add a Flatten or a global pooling before the Dense layers at its end."
        mends = _flatten(model, name, len(given)) or _head(name, len(given), wanted[0], output.head.activation)
        return Problem(name, None, f"{message}{row}.", hint, *_first(mends))
    message += f"{shown(wanted)}."
    if known.task == "segmentation" and output.target == "label":
        hint = f"Keep the images' size and end in a Conv2D with {wanted[-1]} filters, or start from small-fcn."
    else:
        hint = f"End in a Dense layer of {math.prod(wanted)} units and a Reshape, or start from dense-autoencoder."
    return Problem(name, None, message, hint, mend)


def _flatten(model: ModelSpec, name: str, rank: int) -> list[Mend]:
    """Mends that make rows of arrays of `rank` axes, in front of the Dense layers that the network ends in there."""
    index, first = model.index_of(name), None
    while model.nodes[index].kind in _ROW_BY_ROW:
        first = model.nodes[index] if model.nodes[index].kind == "Dense" else first
        feeds = model.feeds(index)
        if len(feeds) != 1:
            break
        index = model.index_of(feeds[0])
    if first is None:
        return []
    return [Mend(f"Insert {kind}", "insert_before", first.name, {"layers": [(0, kind, {})]}) for kind in _row_of(rank)]


def _head(name: str, rank: int, units: int, activation: str) -> list[Mend]:
    """Mends that end a network in a Dense layer, which it has none of."""
    dense = ("Dense", {"units": units, "activation": activation})
    return [Mend(f"Add {kind} and Dense", "append", name, {"layers": [(kind, {}), dense]}) for kind in _row_of(rank)]


def _row_of(rank: int) -> list[str]:
    """Layers that make a row of numbers of an array of so many axes."""
    return ["Flatten", *([f"GlobalAveragePooling{rank - 1}D"] if 2 <= rank <= 4 else [])]


def _activation_problems(model: ModelSpec, known: DataFacts, output: Judged) -> list[Problem]:
    """Losses that compare probabilities say nothing of other numbers, and turn to NaN with them."""
    loss, settings = named_settings("losses", output.loss)
    entry = catalogue().find("losses", loss)
    if entry is None or entry.kind not in _OF_PROBABILITIES or settings.get("from_logits"):
        return []
    if (known.task == "reconstruction" or output.target == "input") and not known.unit_range:
        message = f"The loss {loss!r} compares values between 0 and 1, and the inputs are fed in another range."
        hint = "Rescale the inputs to 0–1 on the Data page, without PCA, or choose mse."
        return [Problem(None, "loss", message, hint)]
    found = output_activation(model, output.place)
    if found is None:
        return []
    node, activation = found
    hint = f"Set it to {output.head.activation}, or choose another loss."
    owner = layer_node(model, {other.name: place for place, other in enumerate(model.nodes)}, node)
    mend = None
    if (layer := catalogue().layers.get(owner.kind)) and layer.param("activation"):
        values = {"values": {"activation": output.head.activation}}
        mend = Mend(f"Set it to {output.head.activation}", "set_values", owner.name, values)
    if activation not in _PROBABILITIES:
        message = f"The loss {loss!r} compares probabilities; the activation {activation} gives other numbers."
        return [Problem(node, "activation", message, hint, mend)]
    if activation == "softmax" and output.head.output_shape == (1,):
        return [Problem(node, "activation", "A softmax over one number is always 1.", hint, mend)]
    return []
