"""Mends for what Keras refuses: the edit that makes a layer and what it is fed agree, where there is one. No keras."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.catalogue import catalogue
from models.costs.applied import Sizes
from models.facts import Mend
from models.graph import ancestors
from models.spec import ModelSpec, Node, node_of

Layers = list[tuple[int, str, dict[str, Any]]]
_MATRIX_INITIALIZERS = (
    "orthogonal",
    "identity",
    "Orthogonal",
    "OrthogonalInitializer",
    "Identity",
    "IdentityInitializer",
)
_KEEP_SIZES = ("Normalization", "Activation", "Regularization")


@dataclass(frozen=True, slots=True)
class Refused:
    """A node that Keras refuses.

    Attributes:
        spec: the network.
        index: place of the node.
        shapes: of what feeds it, the batch first.
    """

    spec: ModelSpec
    index: int
    shapes: Sequence[Sizes]

    @property
    def node(self) -> Node:
        """The node itself."""
        return self.spec.nodes[self.index]

    @property
    def owner(self) -> Node:
        """The node that has its arguments: itself, or the one whose layer it shares."""
        shared = self.node.shares
        return next((node for node in self.spec.nodes if node.name == shared), self.node)

    def insert(self, label: str, layers: Layers) -> list[Mend]:
        """Layers in front of it; nothing where there are none."""
        return [Mend(label, "insert_before", self.node.name, {"layers": layers})] if layers else []


def for_rank(refused: Refused, wanted: int, found: int) -> list[Mend]:
    """It takes arrays of `wanted` axes, the batch among them, and gets `found`."""
    position = next((place for place, shape in enumerate(refused.shapes) if len(shape) == found), None)
    if position is None:
        return []
    shape = refused.shapes[position]
    if wanted == 2:
        pool = f"GlobalAveragePooling{found - 2}D"
        pooled = refused.insert(f"Insert {pool}", [(position, pool, {})]) if pool in catalogue().layers else []
        flat = refused.insert("Insert Flatten", [(position, "Flatten", {})]) if None not in shape[1:] else []
        return flat + pooled
    if found > wanted:
        return _for_more_axes(refused, wanted, shape, position)
    target = None if None in shape[1:] else _with_axes(shape[1:], wanted - 1)
    return _reshaped(refused, position, target)


def _for_more_axes(refused: Refused, wanted: int, shape: Sizes, position: int) -> list[Mend]:
    variant = re.sub("[123]D", f"{len(shape) - 2}D", refused.owner.kind)
    if variant != refused.owner.kind and variant in catalogue().layers:
        return [Mend(f"Change it to {variant}", "change_kind", refused.owner.name, {"kind": variant})]
    if wanted != 3 or None in shape[1:]:
        return []
    return _reshaped(refused, position, (shape[1], math.prod(shape[2:])))


def _reshaped(refused: Refused, position: int, target: Sequence[int | None] | None) -> list[Mend]:
    if target is None:
        return []
    label = f"Insert Reshape to {' × '.join(map(str, target))}"
    return refused.insert(label, [(position, "Reshape", {"target_shape": list(target)})])


def _with_axes(shape: Sequence[int], axes: int) -> tuple[int, ...]:
    """The same values along so many axes: rows become squares (in colour, where that gives one), or sequences."""
    if len(shape) > 1 or axes < 3:
        return (*shape, *(1,) * (axes - len(shape)))
    values, spatial = shape[0], axes - 1
    for channels in (1, 3):
        side = round((values / channels) ** (1 / spatial))
        if side**spatial * channels == values:
            return (*(side,) * spatial, channels)
    sides = []
    for left in range(spatial, 1, -1):
        nearest = round(values ** (1 / left))
        side = next(side for side in range(max(nearest, 1), 0, -1) if values % side == 0)
        sides.append(side)
        values //= side
    return (values, *reversed(sides), 1)


def for_window(refused: Refused) -> list[Mend]:
    """Its window is larger than its input."""
    entry = catalogue().layers[refused.owner.kind]
    param = entry.param("padding")
    if param is None or "same" not in param.choices:
        return []
    return [Mend('Set padding to "same"', "set_values", refused.owner.name, {"values": {"padding": "same"}})]


def for_sum(refused: Refused) -> list[Mend]:
    """Its inputs must be of one shape: the skip goes through a convolution of one pixel, sizes are made equal."""
    shapes = refused.shapes
    if any(None in shape[1:] for shape in shapes):
        return []
    if len({len(shape) for shape in shapes}) > 1:
        return _flattened_sum(refused)
    rank = len(shapes[0])
    if rank > 5:
        return []
    reference = _reference(refused)
    space = [min(sizes) for sizes in zip(*(shape[1:-1] for shape in shapes), strict=True)]
    target = (0, *space, shapes[reference][-1])
    layers: Layers = []
    for position, shape in enumerate(shapes):
        layers += _projected(position, shape, target)
    cropped = any(kind.startswith("Cropping") for _, kind, _ in layers)
    projected = any(not kind.startswith("Cropping") for _, kind, _ in layers)
    kind = "Dense layer" if rank == 2 else f"{'×'.join('1' * max(rank - 2, 2))} convolution"
    words = [*(["Crop to one size"] if cropped else []), *([f"Match channels with a {kind}"] if projected else [])]
    label = " and ".join(word if not place else word[0].lower() + word[1:] for place, word in enumerate(words))
    if projected and not cropped and _skips(refused, {position for position, _, _ in layers}):
        label = f"Put a {kind} on the skip"
    mends = refused.insert(label, layers)
    padded = _padded_branch(refused)
    return padded + mends if padded else mends


def _projected(position: int, shape: Sequence[int], target: Sequence[int]) -> Layers:
    """What brings one input to `target`: a projection, which may take steps, or a cropping before it."""
    space, wanted = shape[1:-1], target[1:-1]
    if len(shape) == 2:
        return [(position, "Dense", {"units": target[-1]})] if shape[-1] != target[-1] else []
    layers: Layers = []
    strides = [round(size / aim) for size, aim in zip(space, wanted, strict=True)]
    if any(-(-size // step) != aim for size, step, aim in zip(space, strides, wanted, strict=True)):
        layers += _cropped(position, space, wanted)
        strides = [1] * len(space)
    if max(strides) > 1 or shape[-1] != target[-1]:
        steps = {} if max(strides) == 1 else {"strides": strides[0] if len(set(strides)) == 1 else strides}
        layers.append((position, f"Conv{len(space)}D", {"filters": target[-1], "kernel_size": 1, **steps}))
    return layers


def _cropped(position: int, space: Sequence[int], wanted: Sequence[int]) -> Layers:
    ends = [[(size - aim) // 2, (size - aim) - (size - aim) // 2] for size, aim in zip(space, wanted, strict=True)]
    if not any(map(sum, ends)):
        return []
    return [(position, f"Cropping{len(space)}D", {"cropping": ends[0] if len(ends) == 1 else ends})]


def _reference(refused: Refused) -> int:
    """The input that the others follow: not one that only skips ahead, then the smallest picture, the most channels."""
    names = [node_of(source) for source in refused.spec.inputs_of(refused.index)]
    behind = [ancestors(refused.spec, refused.spec.index_of(name)) for name in names]

    def rank(position: int) -> tuple[bool, int, int]:
        shape = refused.shapes[position]
        skips = any(names[position] in others for others in behind)
        return skips, math.prod(shape[1:-1]), -(shape[-1] or 0)

    return min(range(len(names)), key=rank)


def _skips(refused: Refused, positions: set[int]) -> bool:
    names = [node_of(source) for source in refused.spec.inputs_of(refused.index)]
    behind = ancestors(refused.spec, refused.spec.index_of(names[_reference(refused)]))
    return all(names[position] in behind for position in positions)


def _padded_branch(refused: Refused) -> list[Mend]:
    """Where one input skips the layers that lead to the other, and these only lost their borders: padding same."""
    names = [node_of(source) for source in refused.spec.inputs_of(refused.index)]
    if len(names) != 2 or refused.shapes[0][-1] != refused.shapes[1][-1]:
        return []
    places = {node.name: place for place, node in enumerate(refused.spec.nodes)}
    for skip, end in (names, names[::-1]):
        if skip not in ancestors(refused.spec, places[end]):
            continue
        branch = (ancestors(refused.spec, places[end]) | {end}) - ancestors(refused.spec, places[skip]) - {skip}
        nodes = [node for node in refused.spec.nodes if node.name in branch]
        windows = [node for node in nodes if _loses_borders(node)]
        if windows and all(node in windows or _keeps_sizes(node) for node in nodes):
            padded = [node.name for node in windows]
            return [Mend(f'Set padding to "same" in {", ".join(padded)}', "pad", refused.node.name, {"names": padded})]
    return []


def _loses_borders(node: Node) -> bool:
    entry = catalogue().layers[node.kind]
    window = entry.group == "Convolution" and not node.kind.endswith("Transpose") and not node.shares
    return window and node.config.get("strides", 1) in (1, [1], [1, 1], [1, 1, 1])


def _keeps_sizes(node: Node) -> bool:
    return catalogue().layers[node.kind].group in _KEEP_SIZES


def _flattened_sum(refused: Refused) -> list[Mend]:
    """Some are rows of numbers: the others are flattened, and made as wide as the first of them."""
    widths = [shape[-1] for shape in refused.shapes if len(shape) == 2]
    if not widths:
        return []
    layers: Layers = []
    for position, shape in enumerate(refused.shapes):
        if len(shape) > 2:
            layers.append((position, "Flatten", {}))
        if math.prod(shape[1:]) != widths[0]:
            layers.append((position, "Dense", {"units": widths[0]}))
    return refused.insert("Insert Flatten and Dense", layers)


def for_concatenation(refused: Refused) -> list[Mend]:
    """Its inputs may differ along one axis only: others are cropped to the smallest, or all are flattened."""
    shapes = refused.shapes
    if any(None in shape[1:] for shape in shapes):
        return []
    ranks = {len(shape) for shape in shapes}
    flat: Layers = [(position, "Flatten", {}) for position, shape in enumerate(shapes) if len(shape) > 2]
    last = refused.node.config.get("axis", -1) in (-1, len(shapes[0]) - 1)
    if len(ranks) > 1 or not last:
        return refused.insert("Insert Flatten", flat) if last or 2 in ranks else []
    layers: Layers = []
    space = [min(sizes) for sizes in zip(*(shape[1:-1] for shape in shapes), strict=True)]
    if len(space) <= 3:
        for position, shape in enumerate(shapes):
            layers += _cropped(position, shape[1:-1], space)
    return refused.insert("Crop to the smallest", layers) + refused.insert("Insert Flatten", flat)


def for_reshape(refused: Refused) -> list[Mend]:
    """The new shape holds another number of values: one of its sizes follows from the others."""
    target, shape = refused.owner.config.get("target_shape"), refused.shapes[0]
    if not isinstance(target, list) or None in shape[1:]:
        return []
    values = math.prod(shape[1:])
    for place in range(len(target)):
        others = math.prod(size for other, size in enumerate(target) if other != place and isinstance(size, int))
        if others > 0 and values % others == 0:
            fitting = [values // others if other == place else size for other, size in enumerate(target)]
            label = f"Reshape to {' × '.join(map(str, fitting))}"
            return [Mend(label, "set_values", refused.owner.name, {"values": {"target_shape": fitting}})]
    return [Mend("Reshape to a row", "set_values", refused.owner.name, {"values": {"target_shape": [-1]}})]


def for_length(refused: Refused) -> list[Mend]:
    """A length varies: a Flatten before it is replaced by the mean over that length."""
    sources = refused.spec.inputs_of(refused.index)
    before = refused.spec.nodes[refused.spec.index_of(node_of(sources[0]))] if sources else None
    if before is None or before.kind != "Flatten" or before.shares:
        return []
    kind = "GlobalAveragePooling1D"
    return [Mend(f"Change {before.name} to {kind}", "change_kind", before.name, {"kind": kind})]


def for_default(refused: Refused, *keys: str) -> list[Mend]:
    """Some of its arguments are better left to Keras."""
    given = [key for key in keys if key in refused.owner.config]
    if not given:
        return []
    return [Mend(f"Leave out {' and '.join(given)}", "drop_values", refused.owner.name, {"keys": given})]


def for_initializers(refused: Refused) -> list[Mend]:
    """It has weights that are no matrices, and initializers that make only those."""
    chosen = {key: value for key, value in refused.owner.config.items() if key.endswith("_initializer")}
    names = {key: str(value.get("class_name") if isinstance(value, dict) else value) for key, value in chosen.items()}
    matrices = (key for key, name in names.items() if name.lower().removesuffix("initializer") in _MATRIX_INITIALIZERS)
    return for_default(refused, *matrices)
