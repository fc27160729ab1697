"""What Keras says when it refuses a layer, in one plain sentence and with a way to mend it. No keras."""

import re
from collections.abc import Callable, Sequence

from models.checking import shape_mends
from models.checking.shape_mends import Refused
from models.facts import Mend, Problem, Shape
from models.spec import ModelSpec

Shapes = Sequence[Shape]
_INNER = re.compile(r"\x1b\[1m(.*?)\x1b\[0m", re.DOTALL)
_CODES = re.compile(r"\x1b\[[0-9;]*m")
_CONVOLUTION = re.compile(r"(?:Separable|Depthwise)?Conv([123])D(?:Transpose)?")
_TF_PREFIX = re.compile(r"^\{\{.*?\}\}\s*|\s*\[Op:\w+\].*$", re.DOTALL)


def refusal(error: Exception, spec: ModelSpec, index: int, inputs: Shapes) -> Problem:
    """What Keras raised at node `index`, with a mend where there is one.

    Args:
        error: from making or calling the layer.
        spec: the network.
        index: place of the node.
        inputs: shapes that feed it, with the batch dimension.
    """
    node = spec.nodes[index]
    message, hint = explain(error, node.kind, inputs)
    mends: list[Mend] = []
    if known := _recognized(_said(error, node.kind, inputs)):
        match, _, offers = known
        mends = offers(match, Refused(spec, index, inputs))
    return Problem(node.name, None, message, hint, mends[0] if mends else None, tuple(mends[1:]))


def explain(error: Exception, kind: str, inputs: Shapes) -> tuple[str, str]:
    """A plain sentence and a hint for what Keras raised.

    Args:
        error: from making or calling the layer.
        kind: of the layer.
        inputs: shapes that feed it, with the batch dimension.
    """
    text = _said(error, kind, inputs)
    if known := _recognized(text):
        match, words, _ = known
        return words(match, kind, inputs)
    sentence = text.split("\n")[0].strip().rstrip(".")
    return (
        f"Keras refuses this {kind}: {sentence or type(error).__name__}.",
        f"It is fed {_shapes(inputs)}." if inputs else "",
    )


def _recognized(text: str) -> "tuple[re.Match[str], Words, Offers] | None":
    return next(((match, words, offers) for pattern, words, offers in _KNOWN if (match := pattern.search(text))), None)


def _said(error: Exception, kind: str, inputs: Shapes) -> str:
    """Keras's words; of convolutions, which talk of their kernels where the input has the wrong axes, what is meant."""
    convolution = _CONVOLUTION.fullmatch(kind)
    if convolution and inputs and len(inputs[0]) != (wanted := int(convolution[1]) + 2):
        return f"expected ndim={wanted}, found ndim={len(inputs[0])}"
    text = str(error)
    inner = _INNER.search(text)
    text = inner.group(1) if inner else text
    return _TF_PREFIX.sub("", _CODES.sub("", text)).strip()


def _shape(shape: Shape) -> str:
    return str(tuple(shape))


def _shapes(shapes: Shapes) -> str:
    return " and ".join(_shape(shape) for shape in shapes)


def _axes(rank: int) -> str:
    return {2: "rows of features", 3: "sequences", 4: "images", 5: "volumes"}.get(rank, f"arrays of {rank} axes")


def _wrong_rank(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    wanted, found = int(match.group(1)), int(match.group(2))
    names = "(batch, ..., features)"
    names = {2: "(batch, features)", 3: "(batch, steps, features)", 4: "(batch, height, width, channels)"}.get(
        wanted, names
    )
    message = f"{kind} takes {_axes(wanted)} of shape {names}. Received: {_shapes(inputs)}."
    if wanted == 2:
        return message, "Insert Flatten, or a global pooling layer, before it."
    if found < wanted:
        hint = "Insert Reshape before it to give its input more axes"
        return message, hint + (", or move it above Flatten." if found == 2 else ".")
    return message, f"Take the variant for {_axes(found)}, or Reshape its input."


def _too_large(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    window = "pooling window" if "pool_size" in match.string else "kernel"
    message = (
        f"The {window} of this {kind} is larger than its input, so nothing would be left. Input: {_shapes(inputs)}."
    )
    other = "remove an earlier pooling" if window == "pooling window" else "take a smaller kernel_size"
    smaller = "Take a smaller pool_size" if window == "pooling window" else 'Set padding to "same"'
    return message, f"{smaller}, or {other}."


def _different_shapes(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    message = f"{kind} takes inputs of one shape. Received: {_shapes(inputs)}."
    if len({len(shape) for shape in inputs}) > 1:
        return message, "Bring them to the same number of axes first, for example with Flatten."
    if len({shape[:-1] for shape in inputs}) == 1:
        what = "filters of a 1 by 1 Conv2D" if len(inputs[0]) == 4 else "units of a Dense layer"
        return message, f"Only the last axis differs: bring it to one size with the {what}, or use Concatenate."
    return message, 'Make the sizes equal, for example with padding "same" and equal strides on both branches.'


def _not_concatenable(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    message = f"Concatenate takes inputs that differ only along its axis. Received: {_shapes(inputs)}."
    if len({len(shape) for shape in inputs}) > 1:
        return message, "Bring them to the same number of axes first, for example with Flatten."
    return message, 'Make the other sizes equal, for example with padding "same", or Flatten every input first.'


def _wrong_size(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    message = f"The new shape does not hold as many values as the input. Input: {_shapes(inputs)}, without the batch."
    return message, "Make the product of target_shape equal that of the input, or put -1 in one place."


def _unknown_length(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    message = f"The weights of {kind} need a known size, and its input has one that varies: {_shapes(inputs)}."
    return message, "Give the Input a fixed shape, or insert a global pooling layer before it."


def _groups(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    channels = inputs[0][-1] if inputs else "its"
    return f"groups must divide the number of channels and of filters. The input has {channels} channels.", (
        "Choose groups, or filters, so that both divide evenly."
    )


def _strides_and_dilation(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    return "strides and dilation_rate cannot both be above 1.", "Set one of them to 1."


def _matrices_only(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    return "An initializer of this node makes matrices only, and its weights are none.", (
        "Choose another one, for example glorot_uniform for kernels and zeros for biases."
    )


def _bad_axis(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    message = f"{kind} has an axis that its input does not have. Input: {_shapes(inputs)}."
    return message, "Axes count from 0, the batch; -1 is the last."


def _too_much_cropped(match: re.Match[str], kind: str, inputs: Shapes) -> tuple[str, str]:
    return f"cropping takes away more than there is. Input: {_shapes(inputs)}.", "Crop less."


Words = Callable[[re.Match[str], str, Shapes], tuple[str, str]]
Offers = Callable[[re.Match[str], Refused], list[Mend]]
# Keras's own sentences, as far as people meet them, in our words and with what mends them. An unknown one is passed on
# in Keras's words.
_KNOWN: tuple[tuple[re.Pattern[str], Words, Offers], ...] = (
    (
        re.compile(r"expected (?:min_|max_)?ndim=(\d+), found ndim=(\d+)"),
        _wrong_rank,
        lambda match, refused: shape_mends.for_rank(refused, int(match.group(1)), int(match.group(2))),
    ),
    (
        re.compile(r"Computed output size would be (?:zero or )?negative"),
        _too_large,
        lambda match, refused: shape_mends.for_window(refused),
    ),
    (
        re.compile(r"Values in `cropping` argument should be smaller"),
        _too_much_cropped,
        lambda match, refused: shape_mends.for_default(refused, "cropping"),
    ),
    (
        re.compile(r"Inputs have incompatible shapes"),
        _different_shapes,
        lambda match, refused: shape_mends.for_sum(refused),
    ),
    (
        re.compile(r"`Concatenate` layer requires inputs with (?:the same|matching)"),
        _not_concatenable,
        lambda match, refused: shape_mends.for_concatenation(refused),
    ),
    (
        re.compile(r"total size of the tensor must be unchanged"),
        _wrong_size,
        lambda match, refused: shape_mends.for_reshape(refused),
    ),
    (
        re.compile(r"fully-defined \(no `None` dimensions\)|last dimension of the inputs .* should be defined"),
        _unknown_length,
        lambda match, refused: shape_mends.for_length(refused),
    ),
    (
        re.compile(r"evenly divisible by the number of groups|divisible by the number of channels|Number of groups"),
        _groups,
        lambda match, refused: shape_mends.for_default(refused, "groups"),
    ),
    (
        re.compile(r"`strides > 1` not supported in conjunction with `dilation_rate > 1`"),
        _strides_and_dilation,
        lambda match, refused: shape_mends.for_default(refused, "dilation_rate"),
    ),
    (
        re.compile(r"must be at least two-dimensional|only be used for 2D matrices"),
        _matrices_only,
        lambda match, refused: shape_mends.for_initializers(refused),
    ),
    (
        re.compile(r"tuple index out of range|list index out of range|Invalid axis|out of bounds"),
        _bad_axis,
        lambda match, refused: shape_mends.for_default(refused, "axis"),
    ),
)
