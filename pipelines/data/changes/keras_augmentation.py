"""Augmentation by Keras's layers, whose randomness is drawn from a seed and nothing else.

Keras's layers keep a counter, so that what they draw depends on how often they were called before, which no checkpoint
of a data pipeline holds. Here each batch brings its seed: the same one gives the same batch to the bit, in any order of
calls and in parallel.
"""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from models.arguments import to_keras
from pipelines.data import keras_loading
from pipelines.data.changes.augmentation import KINDS, Examples, check, value_range
from pipelines.data.changes.augmentation_kinds import keras_config
from pipelines.data.changes.keras_elastic import ElasticTransform, Tensor
from pipelines.data.facts import DataFacts
from pipelines.data.spec import AugmentSpec, DataSpec

Augmenter = Callable[[Any, Any, Any], tuple[Any, Any]]
_Step = Callable[[Tensor, Any, "Draws"], tuple[Tensor, Any]]


class Draws(keras.random.SeedGenerator):
    """Seeds that follow from one seed and how many were taken of it, which is counted while a graph is made.

    Args:
        seed: int32 tensor of shape `(2,)`.
    """

    def __init__(self, seed: Tensor) -> None:  # Not the parent's, which makes a variable.
        self._seed = seed
        self.taken = 0

    def next(self, ordered: bool = True) -> Tensor:
        """The next seed, an int32 tensor of shape `(2,)`."""
        self.taken += 1
        return tf.random.fold_in(self._seed, self.taken)


def augmenter(spec: DataSpec, known: DataFacts, values: tuple[float, float]) -> Augmenter | None:
    """What makes another batch of a batch, as `spec.augment` says; None where that is empty.

    Args:
        values: black and white, `pipelines.data.changes.augmentation.value_range` of the training images.

    Returns:
        A function of `(x, y, seed)` for a map of tf.data. x: numbers of shape `(batch, height, width, channels)`,
        unscaled; y: as the data has it; seed: int32 of shape `(2,)`, a different one for each batch. It gives x as
        float32, in its own range, and y: masks moved with the images; shares of the classes where
        `known.mixed_labels`, float32 of shape `(batch, classes)` or, for binary, `(batch,)`; else as it came.

    Raises:
        NetloomError: the augmentation cannot work on this data.
    """
    check(spec, known)
    if not spec.augment:
        return None
    steps = [step for one in spec.augment for step in _steps(one, known, values)]

    @tf.autograph.experimental.do_not_convert
    def augment(x: Any, y: Any, seed: Any) -> tuple[Tensor, Any]:
        x = tf.ensure_shape(tf.cast(x, tf.float32), (None, *known.encoded_shape))
        dtype = y.dtype if known.task == "segmentation" else None
        if dtype is not None:
            y = tf.cast(y, tf.float32)[..., tf.newaxis]
        elif known.mixed_labels:
            y = tf.cast(y, tf.float32) if known.task == "binary" else tf.one_hot(y, known.num_classes)
        for number, step in enumerate(steps):
            x, y = step(x, y, Draws(tf.random.fold_in(seed, number)))
        return x, (y if dtype is None else tf.cast(y[..., 0], dtype))

    return augment


def examples(spec: DataSpec, count: int = 6, draws: int = 5, seed: int = 0) -> Examples:
    """Training images as they are and as some batches would bring them, for a page to show.

    Args:
        count: images, drawn from the training rows. draws: how often each is changed. seed: of both.

    Raises:
        NetloomError: the data is not here, or the augmentation cannot work on it.
    """
    splits = keras_loading.load(spec)
    known, images, targets = splits.facts, splits.x["train"], splits.y["train"]
    check(spec, known)
    values = value_range(images)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(images))[:count])
    x, y = np.stack([images[row] for row in chosen]), np.stack([targets[row] for row in chosen])
    change = augmenter(spec, known, values) or (lambda x, y, seed: (tf.cast(x, tf.float32), y))
    batches = [change(tf.constant(x), tf.constant(y), tf.constant([seed, draw])) for draw in range(draws)]
    masks = known.task == "segmentation"
    ys = [keras.ops.convert_to_numpy(after) for _, after in batches]
    return Examples(
        before=x,
        after=np.stack([keras.ops.convert_to_numpy(after) for after, _ in batches], axis=1),
        value_range=values,
        labels=tuple(_label(one, known) for one in y),
        labels_after=tuple(tuple(_label(after[row], known) for after in ys) for row in range(len(x))),
        masks=y if masks else None,
        masks_after=np.stack(ys, axis=1) if masks else None,
    )


def _label(y: np.ndarray, known: DataFacts) -> str:
    """A target in words."""
    names = known.class_names
    if known.task == "regression":
        return ", ".join(f"{number:.4g}" for number in np.atleast_1d(y))
    if known.task == "multilabel":
        return ", ".join(name for name, given in zip(names, y, strict=True) if given)
    if known.task not in ("binary", "multiclass"):
        return ""
    if y.dtype.kind != "f":
        return names[int(y)]
    shares = np.array([1 - y, y]) if known.task == "binary" else y
    best = sorted(np.flatnonzero(shares >= 0.005), key=lambda index: -shares[index])
    return ", ".join(f"{shares[index]:.0%} {names[index]}" for index in best) if len(best) > 1 else names[best[0]]


def _steps(spec: AugmentSpec, known: DataFacts, values: tuple[float, float]) -> list[_Step]:
    """Mostly one; flipping both ways is two, so that either can happen alone, which Keras's own does not let happen."""
    config = keras_config(spec)
    if spec.kind == "GaussianNoise":
        return [_noise(config["stddev"] * (values[1] - values[0]))]
    if spec.kind == "RandomFlip" and config.get("mode") in (None, "horizontal_and_vertical"):
        both = [spec.model_copy(update={"config": {"mode": mode}}) for mode in ("horizontal", "vertical")]
        return [step for one in both for step in _steps(one, known, values)]
    images = _layer(spec, config, values)
    if known.task == "segmentation":
        return [_with_masks(images, _mask_layer(spec, config, known))]
    if KINDS[spec.kind].mixes_classes:
        return [_mixed(images)]
    return [_alone(images)]


def _layer(spec: AugmentSpec, config: Mapping[str, Any], values: tuple[float, float]) -> Any:
    kind = ElasticTransform if spec.kind == "RandomElasticTransform" else getattr(keras.layers, spec.kind)
    ranges = {"value_range": values} if KINDS[spec.kind].needs_range else {}
    layer = kind(**{key: to_keras(value) for key, value in config.items()}, **ranges, seed=0, dtype="float32")
    layer.backend.set_backend("tensorflow")  # Whatever trains, tf.data feeds it.
    return layer


def _mask_layer(spec: AugmentSpec, config: Mapping[str, Any], known: DataFacts) -> Any:
    """The same layer, with class ids for values and the ignored class, if any, where an image has no more pixels."""
    own = dict(config)
    if KINDS[spec.kind].moves_pixels and KINDS[spec.kind].entry.param("fill_value"):
        own["fill_value"] = float(known.ignore_class or 0)
    return _layer(spec, own, (0.0, 255.0))


def _transformation(layer: Any, x: Tensor, draws: Draws) -> Any:
    return layer.get_random_transformation(x, training=True, seed=draws)


def _alone(layer: Any) -> _Step:
    def step(x: Tensor, y: Any, draws: Draws) -> tuple[Tensor, Any]:
        return layer.transform_images(x, _transformation(layer, x, draws), training=True), y

    return step


def _with_masks(layer: Any, mask_layer: Any) -> _Step:
    def step(x: Tensor, y: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
        transformation = _transformation(layer, x, draws)
        taken = draws.taken
        x = layer.transform_images(x, transformation, training=True)
        draws.taken = taken  # The elastic field is drawn while it is applied: for masks, the same one again.
        return x, mask_layer.transform_segmentation_masks(y, transformation, training=True)

    return step


def _mixed(layer: Any) -> _Step:
    def step(x: Tensor, y: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
        transformation = _transformation(layer, x, draws)
        x = layer.transform_images(x, transformation, training=True)
        labels = y if len(y.shape) == 2 else y[:, tf.newaxis]
        return x, tf.reshape(layer.transform_labels(labels, transformation, training=True), tf.shape(y))

    return step


def _noise(std: float) -> _Step:
    def step(x: Tensor, y: Any, draws: Draws) -> tuple[Tensor, Any]:
        return x + tf.random.stateless_normal(tf.shape(x), draws.next(), stddev=std), y

    return step
