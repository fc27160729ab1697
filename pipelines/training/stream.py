"""Batches that are made while the network trains: rows from disk, augmented, scaled, projected, corrupted.

What is random in a batch is drawn from the seed that comes with it, so batches may be made in parallel and still be
equal to the bit whenever they are made again.
"""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from pipelines.data.changes.augmentation import value_range
from pipelines.data.changes.keras_augmentation import augmenter
from pipelines.data.changes.keras_corruption import corrupter
from pipelines.data.files.mapped import let_go
from pipelines.data.preparation.keras_scaling import scaling_layer
from pipelines.data.preparation.preparation import Preparation
from pipelines.runs.facts import Split
from pipelines.training.prepare import IN_MEMORY_BYTES, Prepared

_KEEP_BYTES = 64 * 2**20
_THREADS = max(1, min(8, os.cpu_count() or 1))

Gather = Callable[[tf.Tensor], tf.Tensor]


class Stream:
    """The batches of one split.

    Args:
        data: not ready to be fed.
        split: val and test are not augmented, and corrupted only where inputs are reconstructed.
    """

    def __init__(self, data: Prepared, split: Split) -> None:
        spec, known = data.spec, data.facts
        self._reconstructs = known.task == "reconstruction"
        self._data = data
        x = data.x[split]
        with tf.device("CPU:0"):
            self._x = _rows_of(x)
            self._y = None if self._reconstructs else _rows_of(data.y[split])
            self._prepared = _preparation(data.preparation)
        self._training = training = split == "train"
        self._augment = augmenter(spec, known, value_range(x)) if training and spec.augment else None
        self._corrupt = corrupter(spec, known) if training or self._reconstructs else None

    def of(self, chosen: tf.data.Dataset) -> tf.data.Dataset:
        """Batches from pairs of row numbers and a seed, int32 of shape `(2,)`."""
        options = tf.data.Options()
        options.experimental_optimization.apply_default_optimizations = False  # they copy what is held
        options.autotune.enabled = False
        options.threading.private_threadpool_size = _THREADS
        options.deterministic = True
        return chosen.map(self._batch, num_parallel_calls=_THREADS).with_options(options).prefetch(2)

    @tf.autograph.experimental.do_not_convert
    def _batch(self, rows: tf.Tensor, seed: tf.Tensor) -> tuple[Any, ...]:
        x: Any = self._x(rows)
        y: Any = self._y(rows) if self._y else x
        if self._augment:
            x, y = self._augment(x, y, tf.random.fold_in(seed, 0))
        x = self._prepared(x)
        if self._reconstructs:
            y = x
        corrupted = self._corrupt(x, tf.random.fold_in(seed, 1)) if self._corrupt else x
        return corrupted, *(judged(self._data, x, y)[1:] if self._training else (self._data.asked(x, y),))


def judged(data: Prepared, x: Any, y: Any) -> tuple[Any, ...]:
    """Training rows with what they are compared with, and what each counts where classes are weighed.

    Args:
        x: not noisy or masked. y: class ids where classes are weighed.
    """
    asked = data.asked(x, y)
    if data.class_weights is None:
        return x, asked
    weights = tf.gather(data.class_weights, tf.cast(tf.reshape(y, [-1]), tf.int32))
    if not data.targets:
        return x, asked, weights
    # Keras has a loss for each value of an input but its last axis, and does not spread weights over the others itself.
    same = tf.reshape(tf.ones_like(weights), [-1, *[1] * (len(x.shape) - 2)])
    of_output = {name: weights if target == "label" else same for name, target in data.targets.items()}
    return x, asked, of_output


def _rows_of(array: np.ndarray) -> Gather:
    """Rows of an array by their numbers; those of one on disk are read when they are wanted."""
    if not isinstance(array, np.memmap) and array.nbytes <= IN_MEMORY_BYTES:
        whole = tf.constant(array)
        return lambda rows: tf.gather(whole, rows)
    unread = _KEEP_BYTES

    def read(rows: np.ndarray) -> np.ndarray:
        nonlocal unread
        found = array[rows]
        unread -= found.nbytes
        if unread < 0:  # not after each batch: pages that neighbours lie on are soon wanted again
            let_go(array)
            unread = _KEEP_BYTES
        return np.asarray(found)

    def gather(rows: tf.Tensor) -> tf.Tensor:
        found = tf.numpy_function(read, [rows], array.dtype, stateful=False)
        found.set_shape((None, *array.shape[1:]))
        return found

    return gather


def _preparation(preparation: Preparation) -> Callable[[Any], Any]:
    """Encoded rows as they are fed. By TensorFlow whatever trains, with the layer that the exported model carries."""
    scaling, projection = preparation.scaling, preparation.projection
    if scaling is None:
        return lambda x: x
    layer = scaling_layer(scaling)
    layer.build((None, len(scaling.offset)))
    if projection is None:
        return layer
    kernel, bias = tf.constant(projection.kernel), tf.constant(projection.bias)
    return lambda x: tf.matmul(tf.reshape(layer(x), (-1, kernel.shape[0])), kernel) + bias
