"""How many channels a node gives, as far as the list of nodes says so. No keras."""

from models.catalogue import catalogue
from models.sketch import Sketch
from models.spec import Node, node_of

_KEEPING = ("Pooling", "Regularization", "Normalization", "Activation")
_KEEPING_KINDS = (
    "Activation",
    "ZeroPadding2D",
    "Cropping2D",
    "UpSampling2D",
    "Rescaling",
    "DepthwiseConv2D",
    "PositionalEncoding",
)


def channels(net: Sketch, x: str) -> int | None:
    """The last axis of what `x` gives; None where it cannot be told without Keras.

    >>> net = Sketch("tiny")
    >>> _ = net.input((8, 8, 3)), net.add("Conv2D", filters=5, kernel_size=3)
    >>> channels(net, net.add("ReLU")), channels(net, "elsewhere")
    (5, None)
    """
    spec = net.spec()
    places = {node.name: place for place, node in enumerate(spec.nodes)}
    known: dict[str, int | None] = {}
    for place, node in enumerate(spec.nodes[: places.get(node_of(x), -1) + 1]):
        known[node.name] = _given(node, [known.get(name) for name in spec.feeds(place)])
    return known.get(node_of(x))


def _given(node: Node, read: list[int | None]) -> int | None:
    config, entry = node.config, catalogue().layers.get(node.kind)
    for key in ("filters", "units", "channels", "output_dim"):
        if isinstance(count := config.get(key), int):
            return count
    if node.kind == "Input" and isinstance(shape := config.get("shape"), list) and isinstance(shape[-1], int):
        return shape[-1]
    if node.kind == "MultiHeadAttention" and "output_shape" not in config:
        return read[0] if read else None
    if node.kind == "Concatenate" and "axis" not in config:
        return sum(count for count in read if count) if all(read) else None
    keeps = entry is not None and (entry.group in (*_KEEPING, "Merging") or node.kind in _KEEPING_KINDS)
    return read[0] if keeps and read and len(set(read)) == 1 else None
