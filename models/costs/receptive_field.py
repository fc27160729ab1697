"""Receptive fields: how much of the input one value of a layer sees. No keras.

Along each axis a layer's values have a first position in the input, a distance between neighbours, and the number of
input values that each one sees. A window of F values that moves in steps of S makes the size grow by (F - 1) times the
distance, and the distance S-fold (Araujo, Norris and Sim, 2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from models.costs.applied import Applied
from models.costs.rules import WINDOWS, edges, padding
from models.facts import NodeSummary
from models.spec import ModelSpec, node_of, port_of


@dataclass(frozen=True, slots=True)
class Axis:
    """What the values along one axis of a layer's output see of that axis of the input.

    Where an axis was made longer, neighbours see the same, or what lies one step of the shorter axis further: such
    steps are counted in parts and seen as wholes.

    Attributes:
        base: input values that one of them sees, without those parts.
        step: distance between what neighbours see, on average.
        start: where the view of the first one begins; negative: in the padding.
        grid: distance between neighbours before the axis was made longer.
        parts: of the grid, that are seen besides the base.
    """

    base: Fraction
    step: Fraction
    start: Fraction
    grid: Fraction = Fraction(0)
    parts: Fraction = Fraction(0)

    @property
    def size(self) -> Fraction:
        """Input values that one value sees at the most."""
        return self.base + self.grid * ceil(self.parts)

    def seen_by(self, window: int, first: int) -> "Axis":
        """What a window of so many neighbours sees, the first window beginning at the neighbour `first`."""
        more, start = (window - 1) * self.step, self.start + first * self.step
        if self.step < self.grid:
            return replace(self, parts=self.parts + more / self.grid, start=start)
        return replace(self, base=self.base + more, start=start)

    def stretched(self, factor: int) -> "Axis":
        """With `factor` values in place of each one."""
        return replace(self, step=self.step / factor, grid=max(self.grid, self.step))


Field = tuple[Axis, ...]
# Each value comes from the values at its own place alone.
_POINTWISE = {
    "Dense", "Activation", "Identity", "Embedding", "BatchNormalization", "LayerNormalization", "RMSNormalization",
    "UnitNormalization", "Normalization", "Rescaling", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Masking",
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout",
    "AlphaDropout", "ActivityRegularization", "StepUnit", "PositionalEncoding", "PadChannels",
    "LocalResponseNormalization", "GaussianActivation", "GaussianSampling", "SwishBeta", "PositionEmbedding",
    "ImageNetPreprocessing",
}  # fmt: skip
_MERGING = ("Concatenate", "Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract")


def receptive_fields(spec: ModelSpec, nodes: Sequence[NodeSummary]) -> list[tuple[int, ...] | None]:
    """For each node, how many values of the Input one value of its output sees, by axis (height, width).

    None where that is all of them (behind Flatten, global pooling, recurrence or attention), where the Input has no
    axes to look along, and where the node's shape is not known. The size is that of the windows, which may be larger
    than the image.

    Args:
        spec: the network.
        nodes: what is known of its nodes, in the same order.
    """
    shapes = {fact.name: (fact.output_shape, *fact.more_shapes) for fact in nodes if fact.output_shape}
    configs = {node.name: node.config for node in spec.nodes}
    fields: dict[str, Field | None] = {}
    for node, fact in zip(spec.nodes, nodes, strict=True):
        # What is not there, or sees everything, makes the same of all that read it.
        if node.name not in shapes or any(fields.get(node_of(source)) is None for source in fact.inputs):
            fields[node.name] = None
            continue
        layer = Applied(
            node.kind,
            configs.get(node.shares, {}) if node.shares else node.config,
            tuple(shapes[node_of(source)][port_of(source)] for source in fact.inputs),
            shapes[node.name],
        )
        try:
            fields[node.name] = _field(layer, [fields[node_of(source)] or () for source in fact.inputs])
        # A length that varies, or a config that Keras reads more kindly than the rule.
        except (TypeError, ValueError, IndexError):
            fields[node.name] = None
    sizes = [fields[node.name] for node in spec.nodes]
    return [tuple(ceil(axis.size) for axis in field) if field else None for field in sizes]


def _field(layer: Applied, before: list[Field]) -> Field | None:
    family = layer.kind.rstrip("123D")
    if layer.kind == "Input":
        return (_START,) * max(len(layer.outputs[0]) - 2, 0)
    if layer.kind == "Embedding":
        # Each id is looked at by itself: what was a row of ids becomes a sequence.
        return before[0] or (_START,) * (len(layer.inputs[0]) - 1)
    if layer.kind in _MERGING:
        return _united(layer, before)
    # What is random happens in training alone.
    if layer.kind in _POINTWISE or (layer.kind.startswith("Random") and layer.inputs[0] == layer.outputs[0]):
        return before[0] if layer.value("axis") in (None, -1, len(layer.inputs[0]) - 1) else None
    if family in WINDOWS:
        return _windowed(layer, before[0])
    if layer.kind.startswith("Conv") and layer.kind.endswith("Transpose"):
        return _transposed(layer, before[0])
    if family in ("UpSampling", "MaxUnpooling", "BedOfNailsUnpooling"):
        return _upsampled(layer, before[0])
    if family in ("Cropping", "ZeroPadding"):
        return _shifted(layer, before[0])
    # A row of numbers has no axes to see along, whatever is done with it.
    return () if before[0] == () and len(layer.outputs[0]) == 2 else None


_START = Axis(Fraction(1), Fraction(1), Fraction(0))


def _windowed(layer: Applied, before: Field) -> Field:
    axes = []
    for axis, size, window, stride in zip(before, layer.space, layer.window, layer.strides, strict=True):
        # Where a length varies, "same" pads as for a stride of 1.
        in_front, _ = padding(layer.value("padding"), size or stride, window, stride)
        seen = axis.seen_by(window, -in_front)
        axes.append(replace(seen, step=seen.step * stride))
    return tuple(axes)


def _transposed(layer: Applied, before: Field) -> Field:
    """The values whose windows reach a place of the output: at most F / S of them, rounded up."""
    axes = []
    for axis, window, stride in zip(before, layer.window, layer.strides, strict=True):
        cut = max(window - stride, 0) // 2 if layer.value("padding") == "same" else 0
        first = ceil(Fraction(cut - window + 1, stride))
        axes.append(axis.seen_by(ceil(Fraction(window, stride)), first).stretched(stride))
    return tuple(axes)


def _upsampled(layer: Applied, before: Field) -> Field:
    blends = layer.value("interpolation") not in (None, "nearest")
    pairs = zip(before, layer.sizes("size"), strict=True)
    return tuple(axis.seen_by(2 if blends else 1, 0).stretched(factor) for axis, factor in pairs)


def _shifted(layer: Applied, before: Field) -> Field:
    fronts = (front for front, _ in edges(layer))
    return tuple(axis.seen_by(1, -front) for axis, front in zip(before, fronts, strict=True))


def _united(layer: Applied, before: list[Field]) -> Field | None:
    """From the first to the last value that any of the branches sees."""
    if layer.kind == "Concatenate" and layer.value("axis") not in (-1, len(layer.inputs[0]) - 1):
        return None
    axes = []
    for branches in zip(*before, strict=True):
        start = min(axis.start for axis in branches)
        end = max(axis.start + axis.size for axis in branches)
        widest = max(branches, key=lambda axis: axis.size)
        axes.append(replace(widest, base=widest.base + end - start - widest.size, start=start))
    return tuple(axes)
