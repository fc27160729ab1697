"""Learned filters: kernels of convolutions, and of the first Dense layer, as images."""

from pathlib import Path

import keras
import numpy as np

from models.spec import ModelSpec
from pipelines.inspection.facts import Filters, LayerWeights
from pipelines.inspection.trained import Trained, to_numpy, trained

# Layers that change no pixel's place: a Dense layer behind nothing but these lies on the input itself.
_IN_PLACE = frozenset({
    "Flatten", "Dropout", "BatchNormalization", "LayerNormalization", "Normalization", "Rescaling", "GaussianNoise",
    "GaussianDropout", "AlphaDropout", "Activation", "ReLU", "LeakyReLU",
})  # fmt: skip


def filters(home: Path, run_uid: str, epoch: int | None = None) -> Filters:
    """Kernels of every convolution, and of the first Dense layer.

    A 1D convolution's filters are images of height 1. A depthwise kernel gives one image of one channel for each
    output channel. 3D convolutions are left out: their filters are no images.

    Args:
        epoch: of the snapshot to look at; None: the network as the run left it.

    Raises:
        NetloomError: the run has no trained network.
    """
    subject = trained(home, run_uid, epoch)
    found: list[LayerWeights] = []
    dense_seen = False
    for layer in subject.model.layers:
        if (images := _images(layer)) is not None:
            source = _source(subject.spec.model, layer.name)
            found.append(LayerWeights(layer.name, type(layer).__name__, images, sees_input=source is not None))
        elif isinstance(layer, keras.layers.Dense) and not dense_seen:
            dense_seen = True
            found.append(_dense(subject, layer))
    return Filters(tuple(found))


def _images(layer: keras.Layer) -> np.ndarray | None:
    """The kernel as `(filters, height, width, channels)`, or None."""
    if isinstance(layer, keras.layers.DepthwiseConv1D | keras.layers.DepthwiseConv2D):
        kernel = to_numpy(layer.kernel)  # (*size, channels, multiplier)
        images = kernel.reshape(*kernel.shape[:-2], -1, 1)  # (*size, channels * multiplier, 1)
        images = np.moveaxis(images, -2, 0)
    elif isinstance(layer, keras.layers.SeparableConv1D | keras.layers.SeparableConv2D):
        kernel = to_numpy(layer.depthwise_kernel)
        images = np.moveaxis(kernel.reshape(*kernel.shape[:-2], -1, 1), -2, 0)
    elif isinstance(layer, keras.layers.Conv1DTranspose | keras.layers.Conv2DTranspose):
        images = np.moveaxis(to_numpy(layer.kernel), -2, 0)  # from (*size, filters, channels)
    elif isinstance(layer, keras.layers.Conv1D | keras.layers.Conv2D):
        images = np.moveaxis(to_numpy(layer.kernel), -1, 0)  # from (*size, channels, filters)
    else:
        return None
    return images if images.ndim == 4 else images[:, np.newaxis]


def _dense(subject: Trained, layer: keras.layers.Dense) -> LayerWeights:
    kernel = to_numpy(layer.kernel)  # (features, units)
    facts = subject.data.facts
    source = _source(subject.spec.model, layer.name)
    seen = source is not None and len(kernel) == np.prod(facts.input_shape)
    if seen and len(facts.input_shape) == 3:
        images = kernel.T.reshape(-1, *facts.input_shape)
        return LayerWeights(layer.name, "Dense", images, sees_input=True)
    rows = facts.feature_names if seen else ()
    if seen and subject.preparation.projection is not None:
        rows = tuple(f"component {number + 1}" for number in range(len(kernel)))
    return LayerWeights(layer.name, "Dense", None, kernel, rows, seen)


def _source(spec: ModelSpec, name: str) -> str | None:
    """The Input that node `name` sees pixel by pixel, or None where something in between mixes or moves them."""
    index = spec.index_of(name)
    while spec.nodes[index].kind != "Input":
        inputs = spec.feeds(index)
        if len(inputs) != 1:
            return None
        index = spec.index_of(inputs[0])
        if spec.nodes[index].kind not in _IN_PLACE | {"Input"}:
            return None
    return spec.nodes[index].name
