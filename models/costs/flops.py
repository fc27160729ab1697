"""Floating point operations of one example's way through a layer, from its arguments and shapes. No keras.

What is counted is a prediction: dropout and augmentation do nothing, batch normalization is a scale and a shift. A
multiplication and an addition are two operations, a function of one value (tanh, exp, max with 0) is one, a softmax is
five for each value. Published figures in "MACs" or "multiply-adds" are about half of these. Windows that reach into the
padding count in full, as they do in most published figures.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from models.costs.applied import Applied, values
from models.facts import Shape

_SOFTMAX = 5
_FREE = ("linear", None)
# Operations for each value that comes out.
_PER_OUTPUT = {
    "BatchNormalization": 2, "Normalization": 2, "Rescaling": 2, "LayerScale": 1, "CustomScaleLayer": 2,
    "LayerNormalization": 7, "GroupNormalization": 7, "RMSNormalization": 4, "UnitNormalization": 3,
    "ReLU": 1, "ELU": 1, "LeakyReLU": 1, "PReLU": 1, "StepUnit": 1, "Softmax": _SOFTMAX,
    "PositionalEncoding": 1, "PositionEmbedding": 1, "GaussianActivation": 4, "SwishBeta": 3, "Masking": 2,
    "ImageNetPreprocessing": 3,
}  # fmt: skip
# What moves values, or does nothing outside of training.
_NOTHING = {
    "Input", "InputLayer", "Identity", "Embedding", "ReversibleEmbedding", "Flatten", "Reshape", "Permute",
    "RepeatVector", "Concatenate",
    "Cropping1D", "Cropping2D", "Cropping3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "CenterCrop",
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout",
    "AlphaDropout", "ActivityRegularization", "StochasticDepth", "PadChannels",
    "GaussianSampling", "MaxUnpooling2D", "BedOfNailsUnpooling2D",
}  # fmt: skip
# LSTM: four gates, and nine operations to mix the states with them; GRU: three and eight; a simple unit: one and tanh.
_GATES = {"LSTM": (4, 9), "GRU": (3, 8), "SimpleRNN": (1, 1)}


def flops(kind: str, config: Mapping, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> int | None:
    """Operations for one example, forward; None where there is no rule for the layer, or a length varies.

    Args:
        kind: class name in Keras, or of ours.
        config: arguments of the layer; those that are left out have Keras's defaults.
        inputs, outputs: shapes with the batch dimension first.
    """
    if kind in _NOTHING:
        return 0
    layer = Applied(kind, config, inputs, outputs)
    rule = _RULES.get(kind) or _rule_of_family(layer)
    try:
        return rule(layer) if rule else None
    # A length that varies: None times a number. An axis that is not there: the config is not what it seems.
    except (TypeError, IndexError, KeyError, ValueError):
        return None


def _rule_of_family(layer: Applied) -> Callable[[Applied], int | None] | None:
    if layer.kind in _PER_OUTPUT:
        return lambda layer: _PER_OUTPUT[layer.kind] * values(layer.outputs[0])
    if layer.kind.startswith("Random") or layer.kind in ("AugMix", "RandAugment"):
        return lambda layer: 0
    family = layer.kind.rstrip("123D")
    return {
        "Conv": _convolution,
        "DepthwiseConv": _depthwise,
        "SeparableConv": _separable,
        "MaxPooling": _pooling,
        "MaxPoolingWithIndices": _pooling,
        "AveragePooling": _pooling,
        "GlobalMaxPooling": _reads_all,
        "GlobalAveragePooling": _reads_all,
        "AdaptiveMaxPooling": _adaptive,
        "AdaptiveAveragePooling": _adaptive,
        "UpSampling": _upsampling,
        "ConvLSTM": _convolutional_lstm,
    }.get(family, _transposed if layer.kind.startswith("Conv") and layer.kind.endswith("Transpose") else None)


def _after(layer: Applied) -> int:
    """Bias and activation at the end of a layer with weights."""
    biases = values(layer.outputs[0]) if layer.value("use_bias") else 0
    return biases + _activation(layer.value("activation"), values(layer.outputs[0]))


def _activation(activation: object, num_values: int) -> int:
    return 0 if activation in _FREE else num_values * (_SOFTMAX if activation == "softmax" else 1)


def _dense(layer: Applied) -> int:
    return 2 * layer.inputs[0][-1] * values(layer.outputs[0]) + _after(layer)


def _einsum(layer: Applied) -> int:
    """Every letter of the equation is a loop: the multiplications are the product of their sizes."""
    left, right = layer.value("equation").replace(" ", "").split("->")
    sizes: dict[str, Any] = {}
    for term, shape in ((left.split(",")[0], layer.inputs[0]), (right, layer.outputs[0])):
        before, dots, behind = term.partition("...")
        named = dict(zip(before, shape, strict=False)) | dict(zip(reversed(behind), reversed(shape), strict=False))
        if dots:
            named["."] = math.prod(shape[max(len(before), 1) : len(shape) - len(behind)])
        sizes |= {letter: size for letter, size in named.items() if size is not None}
    batch = left[0]
    made = math.prod(sizes[letter] for letter in set(right) if letter != batch or letter == ".")
    biases = made if layer.value("bias_axes") else 0
    products = math.prod(size for letter, size in sizes.items() if letter != batch or letter == ".")
    return 2 * products + biases + _activation(layer.value("activation"), made)


def _convolution(layer: Applied) -> int:
    taps = math.prod(layer.sizes("kernel_size")) * layer.channels // (layer.value("groups") or 1)
    return 2 * taps * values(layer.outputs[0]) + _after(layer)


def _depthwise(layer: Applied) -> int:
    return 2 * math.prod(layer.sizes("kernel_size")) * values(layer.outputs[0]) + _after(layer)


def _separable(layer: Applied) -> int:
    between = math.prod(layer.spatial(layer.outputs[0])) * layer.channels * layer.value("depth_multiplier")
    return 2 * between * (math.prod(layer.sizes("kernel_size")) + layer.value("filters")) + _after(layer)


def _transposed(layer: Applied) -> int:
    """Each input value is spread over a window of the output."""
    taps = math.prod(layer.sizes("kernel_size")) * layer.value("filters")
    return 2 * taps * values(layer.inputs[0]) + _after(layer)


def _pooling(layer: Applied) -> int:
    return math.prod(layer.sizes("pool_size")) * values(layer.outputs[0])


def _reads_all(layer: Applied) -> int:
    return values(layer.inputs[0])


def _adaptive(layer: Applied) -> int:
    """Windows run from floor(i·n/m) to ceil((i + 1)·n/m), and may overlap."""
    out = layer.spatial(layer.outputs[0])
    taps = (
        sum(-(-(place + 1) * size // cells) - place * size // cells for place in range(cells))
        for size, cells in zip(layer.space, out, strict=True)
    )
    return math.prod(taps) * layer.channels


def _upsampling(layer: Applied) -> int | None:
    return 0 if layer.value("interpolation") in (None, "nearest") else None


def _merging(layer: Applied) -> int:
    extra = 0 if layer.kind == "Average" else 1
    return (len(layer.inputs) - extra) * values(layer.outputs[0])


def _dot(layer: Applied) -> int:
    axes = layer.value("axes")
    axis = axes[0] if isinstance(axes, list | tuple) else axes
    return 2 * layer.inputs[0][axis] * values(layer.outputs[0])


def _recurrent(layer: Applied) -> int:
    gates, mixing = _GATES[layer.kind]
    _, steps, features = layer.inputs[0]
    units = layer.value("units")
    biases = gates * (2 if layer.kind == "GRU" and layer.value("reset_after") else 1) if layer.value("use_bias") else 0
    return steps * units * (gates * 2 * (features + units) + biases + mixing)


def _cells(layer: Applied) -> int | None:
    """A recurrent layer of a cell, or of several, each fed by the one before it."""
    cell = layer.value("cell")
    cells = cell["config"]["cells"] if cell["class_name"] == "StackedRNNCells" else [cell]
    shape, total = layer.inputs[0], 0
    for inner in cells:
        config = inner.get("config", {})
        once = flops(inner["class_name"].removesuffix("Cell"), config, (shape,), layer.outputs)
        if once is None:
            return None
        shape, total = (*shape[:-1], config["units"]), total + once
    return total


def _convolutional_lstm(layer: Applied) -> int:
    """As an LSTM whose products are convolutions: of the input as it says, of the state with same padding."""
    steps, filters = layer.inputs[0][1], layer.value("filters")
    rank = len(layer.inputs[0]) - 3
    kernel = layer.value("kernel_size")
    taps = math.prod(kernel) if isinstance(kernel, list | tuple) else kernel**rank
    out = layer.outputs[0]
    places = math.prod(out[-1 - rank : -1] if layer.last else out[-rank:])
    channels = layer.inputs[0][-1 if layer.last else 2]
    gates, mixing = _GATES["LSTM"]
    biases = gates if layer.value("use_bias") else 0
    return steps * places * filters * (gates * 2 * taps * (channels + filters) + biases + mixing)


def _heads(layer: Applied) -> int:
    """Projections of query, key and value; scores and their softmax; the weighted values; the projection back."""
    query, value = layer.inputs[0], layer.inputs[1]
    key = layer.inputs[2] if len(layer.inputs) > 2 else value
    grouped = layer.kind == "GroupQueryAttention"
    size = layer.value("head_dim" if grouped else "key_dim")
    heads = layer.value("num_query_heads" if grouped else "num_heads")
    shared = layer.value("num_key_value_heads") if grouped else heads
    value_size = layer.value("value_dim") or size
    bias = 1 if layer.value("use_bias") else 0
    asked, kept = math.prod(query[1:-1]), math.prod(value[1:-1])
    projections = (
        asked * heads * size * (2 * query[-1] + bias)
        + kept * shared * size * (2 * key[-1] + bias)
        + kept * shared * value_size * (2 * value[-1] + bias)
        + values(layer.outputs[0]) * (2 * heads * value_size + bias)
    )
    scores = heads * asked * kept * (2 * size + 1 + _SOFTMAX)  # one more for the division by the root of the size
    return projections + scores + 2 * heads * asked * kept * value_size


def _attention(layer: Applied) -> int:
    query, value = layer.inputs[0], layer.inputs[1]
    size, pairs = query[-1], query[1] * value[1]
    additive = layer.kind == "AdditiveAttention"  # a sum, a tanh and a sum over them, instead of a dot product
    score = 3 * size if additive else 2 * size
    scale = (size if additive else 1) if layer.value("use_scale") else 0
    return pairs * (score + scale + _SOFTMAX + 2 * value[-1])


def _bidirectional(layer: Applied) -> int | None:
    """The inner layer once in each direction, and the sum, product or mean of both where they are not joined."""
    inner = layer.value("layer")
    joined = layer.value("merge_mode") in ("concat", None)
    out = layer.outputs[0]
    if layer.value("merge_mode") == "concat":
        out = (*out[:-1], out[-1] // 2)
    once = flops(inner["class_name"], inner.get("config", {}), layer.inputs[:1], (out,))
    merging = 0 if joined else values(out) * (2 if layer.value("merge_mode") == "ave" else 1)
    return None if once is None else 2 * once + merging


def _at_each_step(layer: Applied) -> int | None:
    inner = layer.value("layer")
    shapes = [tuple((shape[0], *shape[2:]) for shape in side) for side in (layer.inputs, layer.outputs)]
    once = flops(inner["class_name"], inner.get("config", {}), *shapes)
    return None if once is None else once * layer.inputs[0][1]


def _inner(layer: Applied) -> int | None:
    inner = layer.value("layer")
    return flops(inner["class_name"], inner.get("config", {}), layer.inputs, layer.outputs)


_RULES: dict[str, Callable[[Applied], int | None]] = {
    "Dense": _dense,
    "TiedDense": _dense,
    "EinsumDense": _einsum,
    "Activation": lambda layer: _activation(layer.value("activation"), values(layer.outputs[0])),
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), _merging),
    "Dot": _dot,
    **dict.fromkeys(_GATES, _recurrent),
    "RNN": _cells,
    **dict.fromkeys(("MultiHeadAttention", "GroupQueryAttention"), _heads),
    **dict.fromkeys(("Attention", "AdditiveAttention"), _attention),
    "Bidirectional": _bidirectional,
    "TimeDistributed": _at_each_step,
    "SpectralNormalization": _inner,
    # Squares, the sum of its neighbours' and what is done with it: a product, a sum, a power, a division.
    "LocalResponseNormalization": lambda layer: (5 + layer.value("size")) * values(layer.outputs[0]),
}
