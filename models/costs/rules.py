"""The rules behind a shape and a number of parameters, written out in the numbers at hand. No keras.

A window of F values that moves in steps of S over W values, padded by P on both sides, comes to rest in
floor((W - F + 2P) / S) + 1 places; each place gives one value of the output (Dumoulin and Visin, 2016).
"""

import math
from collections.abc import Callable, Mapping, Sequence

from models.costs.applied import Applied
from models.facts import Shape

_AXES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}
WINDOWS = ("Conv", "DepthwiseConv", "SeparableConv", "MaxPooling", "MaxPoolingWithIndices", "AveragePooling")
"""Kinds that slide a window over their input, without their "1D", "2D" or "3D"."""
_GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}


def shape_rule(kind: str, config: Mapping, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> str:
    """How the shape of the output comes about; empty where there is nothing to explain.

    >>> shape_rule("Conv2D", {"filters": 6, "kernel_size": 5}, ((None, 32, 32, 1),), ((None, 28, 28, 6),))
    'floor((32 - 5 + 2·0) / 1) + 1 = 28'
    """
    layer = Applied(kind, config, inputs, outputs)
    rule = _SHAPE_RULES.get(kind) or _SHAPE_RULES.get(kind.rstrip("123D"))
    if rule is None and kind.startswith("Conv") and kind.endswith("Transpose"):
        rule = _transposed
    return _written(rule, layer)


def param_rule(
    kind: str,
    config: Mapping,
    inputs: tuple[Shape, ...],
    outputs: tuple[Shape, ...],
    weights: Sequence[tuple[str, tuple[int, ...]]],
) -> str:
    """How the number of parameters comes about; empty for a layer without any.

    Args:
        kind, config, inputs, outputs: as for `flops`.
        weights: name and shape of each weight, as Keras has them. Kinds without a rule of their own list them.

    >>> shapes = ((None, 32, 32, 1),), ((None, 28, 28, 6),)
    >>> param_rule("Conv2D", {"filters": 6, "kernel_size": 5}, *shapes, [("kernel", (5, 5, 1, 6)), ("bias", (6,))])
    '5·5·1·6 weights + 6 biases = 156'
    """
    if not weights:
        return ""
    total = sum(math.prod(shape) for _, shape in weights)
    text = _written(_PARAM_RULES.get(kind), Applied(kind, config, inputs, outputs))
    return f"{text or _listed(weights)} = {total:,}"


def _written(rule: Callable[[Applied], str] | None, layer: Applied) -> str:
    try:
        return rule(layer) if rule else ""
    # A length that varies, or a config that Keras reads more kindly than the rule: nothing is explained.
    except (TypeError, IndexError, KeyError, ValueError):
        return ""


def _listed(weights: Sequence[tuple[str, tuple[int, ...]]]) -> str:
    parts = [f"{_product(shape)} {_WORDS.get(name, name)}" for name, shape in weights]
    return " + ".join(parts) if len(parts) <= 8 else f"{len(parts)} arrays of weights"


_WORDS = {"kernel": "weights", "bias": "biases", "embeddings": "weights", "recurrent_kernel": "recurrent weights"}


def _product(shape: Sequence[int]) -> str:
    return "·".join(map(str, shape)) or "1"


def _times(shape: Sequence[int | None]) -> str:
    return " × ".join("?" if size is None else str(size) for size in shape)


def _by_axis(rules: Sequence[str]) -> str:
    """One text where all axes are alike, else each with its name."""
    if len(set(rules)) == 1:
        return rules[0]
    return "; ".join(f"{axis}: {rule}" for axis, rule in zip(_AXES[len(rules)], rules, strict=True))


def _window(layer: Applied) -> str:
    if None in layer.space:
        return ""
    rules = []
    numbers = zip(layer.space, layer.spatial(layer.outputs[0]), layer.window, layer.strides, strict=True)
    for size, out, window, stride in numbers:
        before, behind = padding(layer.value("padding"), size, window, stride)
        added = f"2·{before}" if before == behind else f"({before} + {behind})"
        rules.append(f"floor(({size} - {window} + {added}) / {stride}) + 1 = {out}")
    text = _by_axis(rules)
    kernel, rate = layer.sizes("kernel_size"), layer.sizes("dilation_rate")
    if max(rate) == 1:
        return text
    taps = zip(kernel, rate, strict=True)
    spread = [f"{f} values {r} apart span ({f} - 1)·{r} + 1 = {(f - 1) * r + 1}" for f, r in taps]
    return f"{text}, where {_by_axis(spread)}"


def padding(kind: str, size: int, window: int, stride: int) -> tuple[int, int]:
    """Zeros that are put before and behind an axis of `size` values.

    "same" makes ceil(size / stride) places, with the odd zero behind; "causal" puts all in front.

    >>> padding("same", 28, 5, 1), padding("same", 224, 3, 2), padding("valid", 28, 5, 1)
    ((2, 2), (0, 1), (0, 0))
    """
    if kind == "causal":
        return window - 1, 0
    if kind != "same":
        return 0, 0
    total = max((-(-size // stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def _transposed(layer: Applied) -> str:
    """Without padding the windows overlap and stick out: (W - 1)·S + F; "same" cuts that down to W·S."""
    rules = []
    extra = layer.value("output_padding")
    numbers = zip(layer.space, layer.spatial(layer.outputs[0]), layer.window, layer.strides, strict=True)
    for size, out, window, stride in numbers:
        if extra is None and layer.value("padding") == "same":
            rules.append(f"{size}·{stride} = {out}")
        elif extra is None:
            rules.append(f"({size} - 1)·{stride} + {max(window, stride)} = {out}")
        else:
            cut = window // 2 if layer.value("padding") == "same" else 0
            more = out - (size - 1) * stride - window + 2 * cut
            rules.append(f"({size} - 1)·{stride} + {window} - 2·{cut} + {more} = {out}")
    return _by_axis(rules)


def _upsampled(layer: Applied) -> str:
    if layer.value("output_size") is not None:
        return ""
    pairs = zip(layer.space, layer.sizes("size"), strict=True)
    return _by_axis([f"{size}·{factor} = {size * factor}" for size, factor in pairs])


def edges(layer: Applied) -> list[tuple[int, int]]:
    """What ZeroPadding adds before and behind each axis of space; below 0 where Cropping takes it away."""
    crops = layer.kind.startswith("Cropping")
    value = layer.value("cropping" if crops else "padding")
    if not isinstance(value, list | tuple):
        value = (value,) * len(layer.space)
    # A sequence's two ends may be given as the one pair there is.
    ends = [value] if len(layer.space) == 1 and len(value) == 2 else value
    pairs = [end if isinstance(end, list | tuple) else (end, end) for end in ends]
    return [(-before, -behind) if crops else (before, behind) for before, behind in pairs]


def _edged(layer: Applied) -> str:
    rules = []
    for size, (before, behind) in zip(layer.space, edges(layer), strict=True):
        mark = "-" if layer.kind.startswith("Cropping") else "+"
        rules.append(f"{size} {mark} {abs(before)} {mark} {abs(behind)} = {size + before + behind}")
    return _by_axis(rules)


def _flattened(layer: Applied) -> str:
    shape = layer.inputs[0][1:]
    return f"{_product(shape)} = {math.prod(shape):,}" if len(shape) > 1 else ""


def _reshaped(layer: Applied) -> str:
    before, after = layer.inputs[0][1:], layer.outputs[0][1:]
    return " = ".join(dict.fromkeys((_product(before), str(math.prod(before)), _product(after))))


def _concatenated(layer: Applied) -> str:
    rank = len(layer.outputs[0])
    axis = layer.value("axis") % rank
    sizes = [shape[axis] for shape in layer.inputs]
    where = "the last axis" if axis == rank - 1 else f"axis {axis}"
    return f"{' + '.join(map(str, sizes))} = {sum(sizes)} along {where}"


def _global_pool(layer: Applied) -> str:
    return f"one value for each of {layer.channels} channels, over {_times(layer.space)} places"


def _last_axis(layer: Applied) -> str:
    shape = layer.inputs[0]
    if len(shape) == 2:
        return ""
    return f"the last axis alone: {shape[-1]} become {layer.value('units')}, at each of {_times(shape[1:-1])} places"


def _embedded(layer: Applied) -> str:
    return f"each of {_times(layer.inputs[0][1:])} ids becomes {layer.value('output_dim')} numbers"


def _recurred(layer: Applied) -> str:
    units, steps = layer.value("units"), layer.inputs[0][1]
    if layer.value("return_sequences"):
        return f"the state, {units} numbers, after each of {'?' if steps is None else steps} steps"
    return f"the state, {units} numbers, after the last step"


_SHAPE_RULES: dict[str, Callable[[Applied], str]] = {
    **dict.fromkeys(WINDOWS, _window),
    **dict.fromkeys(("UpSampling", "BedOfNailsUnpooling", "MaxUnpooling"), _upsampled),
    **dict.fromkeys(("ZeroPadding", "Cropping"), _edged),
    "Flatten": _flattened,
    "Reshape": _reshaped,
    "Concatenate": _concatenated,
    **dict.fromkeys(("GlobalMaxPooling", "GlobalAveragePooling"), _global_pool),
    **dict.fromkeys(("Dense", "TiedDense"), _last_axis),
    "Embedding": _embedded,
    **dict.fromkeys(_GATES, _recurred),
}


def _biases(layer: Applied, number: int) -> str:
    return f" + {number} biases" if layer.value("use_bias") else ""


def _depthwise_params(layer: Applied) -> str:
    made = layer.channels * layer.value("depth_multiplier")
    kernel = _product((*layer.sizes("kernel_size"), layer.channels, layer.value("depth_multiplier")))
    return f"{kernel} weights{_biases(layer, made)}"


def _separable_params(layer: Applied) -> str:
    made, filters = layer.channels * layer.value("depth_multiplier"), layer.value("filters")
    kernel = _product((*layer.sizes("kernel_size"), layer.channels, layer.value("depth_multiplier")))
    return f"{kernel} by channel + {made}·{filters} across channels{_biases(layer, filters)}"


def _batch_norm_params(layer: Applied) -> str:
    features = layer.inputs[0][layer.value("axis")]
    parts = [name for name, key in (("scales", "scale"), ("shifts", "center")) if layer.value(key)]
    return " + ".join(f"{features} {part}" for part in (*parts, "moving means", "moving variances"))


def _embedding_params(layer: Applied) -> str:
    return f"{layer.value('input_dim')} ids · {layer.value('output_dim')} numbers"


def _recurrent_params(layer: Applied) -> str:
    gates, units, features = _GATES[layer.kind], layer.value("units"), layer.inputs[0][-1]
    each = f"{features}·{units} from the input + {units}·{units} from the state"
    if layer.value("use_bias"):
        each += f" + {'2·' if layer.kind == 'GRU' and layer.value('reset_after') else ''}{units} biases"
    return f"{gates} gates · ({each})" if gates > 1 else each


def _both_ways_params(layer: Applied) -> str:
    inner = layer.value("layer")
    rule = _PARAM_RULES.get(inner["class_name"])
    text = rule(Applied(inner["class_name"], inner.get("config", {}), layer.inputs, layer.outputs)) if rule else ""
    return f"2 directions · ({text})" if text and layer.value("backward_layer") is None else ""


def _head_params(layer: Applied) -> str:
    query, value = layer.inputs[0][-1], layer.inputs[1][-1]
    key = layer.inputs[2][-1] if len(layer.inputs) > 2 else value
    heads, size = layer.value("num_heads"), layer.value("key_dim")
    value_size, out = layer.value("value_dim") or size, layer.outputs[0][-1]
    bias = bool(layer.value("use_bias"))
    parts = (("query", query, size), ("key", key, size), ("value", value, value_size))
    texts = [
        f"{name} {features}·{heads}·{each}{f' + {heads * each}' if bias else ''}" for name, features, each in parts
    ]
    return " + ".join((*texts, f"output {heads}·{value_size}·{out}{f' + {out}' if bias else ''}"))


_PARAM_RULES: dict[str, Callable[[Applied], str]] = {
    **{f"DepthwiseConv{n}D": _depthwise_params for n in (1, 2)},
    **{f"SeparableConv{n}D": _separable_params for n in (1, 2)},
    "BatchNormalization": _batch_norm_params,
    "Embedding": _embedding_params,
    **dict.fromkeys(_GATES, _recurrent_params),
    "Bidirectional": _both_ways_params,
    "MultiHeadAttention": _head_params,
}
