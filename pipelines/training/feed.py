"""Batches whose order is a function of (seed, epoch) and nothing else, so that a resumed run sees what it would have.

`model.fit` shuffles arrays from a state that no checkpoint holds, and `keras.utils.PyDataset` costs a fifth of the CPU
time of a small network. tf.data feeds every backend of Keras and is cheaper than both.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from pipelines.runs.facts import Split
from pipelines.training.prepare import Prepared
from pipelines.training.stream import Stream, judged

_EVALUATION_BYTES = 1 << 20


def steps_in_epoch(rows: int, batch_size: int) -> int:
    """Optimizer updates in an epoch; the last batch may be smaller."""
    return -(-rows // batch_size)


def training_batches(
    data: Prepared, batch_size: int, seed: int, first_epoch: int, epochs: int, skip: int = 0
) -> tf.data.Dataset:
    """Batches of the epochs `first_epoch` to `epochs - 1`, one after the other, each in an order of its own.

    They are (x, y), or (x, y, weights of the rows) where classes are weighed.

    Args:
        data: whose training rows they are.
        batch_size: rows in a batch.
        seed, first_epoch: the order of epoch e is drawn from (seed, e), and what is random in its batch number b from
            (seed, e, b).
        skip: batches at the beginning that were trained before.

    Returns:
        For `fit(..., steps_per_epoch=steps_in_epoch(rows, batch_size), shuffle=False)`.
    """
    x, y = data.x["train"], data.y["train"]
    if data.ready:
        batches = shuffled_batches(x, y, batch_size, seed, first_epoch, epochs, skip)
        as_fed = not data.targets and data.class_weights is None
        return batches if as_fed else batches.map(partial(judged, data))
    stream = Stream(data, "train")
    with tf.device("CPU:0"):

        @tf.autograph.experimental.do_not_convert
        def seeded(epoch: tf.Tensor) -> tf.data.Dataset:
            of_epoch = tf.stack([tf.constant(seed, tf.int32), tf.cast(epoch, tf.int32)])
            of_batch = tf.data.Dataset.range(steps_in_epoch(len(x), batch_size)).map(
                lambda step: tf.random.fold_in(of_epoch, tf.cast(step, tf.int32))
            )
            return tf.data.Dataset.zip(_rows_of_epoch(len(x), batch_size, seed)(epoch), of_batch)

        return stream.of(tf.data.Dataset.range(first_epoch, epochs).flat_map(seeded).skip(skip))


def evaluation_batches(data: Prepared, split: Split, batch_size: int) -> tf.data.Dataset:
    """Batches (x, y) of a split where nothing is learned, in order.

    Where inputs are reconstructed, they come as noisy and masked as in training, each time in the same way.
    """
    x, y = data.x[split], data.y[split]
    if data.ready:
        return _batches_in_order(x, data.asked(x, y), batch_size)
    with tf.device("CPU:0"):
        seed = tf.constant([data.spec.corrupt.seed, 0], tf.int32)

        @tf.autograph.experimental.do_not_convert
        def seeded(start: Any) -> tuple[Any, Any]:
            return tf.range(start, tf.minimum(start + batch_size, len(x))), tf.random.fold_in(seed, start)

        return Stream(data, split).of(tf.data.Dataset.range(0, len(x), batch_size).map(seeded))


def shuffled_batches(
    x: np.ndarray, y: np.ndarray, batch_size: int, seed: int, first_epoch: int, epochs: int, skip: int = 0
) -> tf.data.Dataset:
    """`training_batches` of whole arrays, with which nothing is to be done.

    Args:
        x: shape `(rows, ...)`. y: shape `(rows, ...)`; x itself where the inputs are reconstructed.
    """
    with tf.device("CPU:0"):
        inputs = tf.constant(x)
        arrays = (inputs, inputs if y is x else tf.constant(y))

        # Without rewriting these for Python's control flow, of which they have none: that takes a third of a second.
        @tf.autograph.experimental.do_not_convert
        def gathered(chosen: tf.Tensor) -> tuple[tf.Tensor, ...]:
            return tuple(tf.gather(array, chosen) for array in arrays)

        batches = tf.data.Dataset.range(first_epoch, epochs).flat_map(_rows_of_epoch(len(x), batch_size, seed))
        batches = batches.skip(skip).map(gathered)
        return batches.with_options(_one_thread()).prefetch(2)


def _batches_in_order(x: np.ndarray, y: Any, batch_size: int) -> tf.data.Dataset:
    """Pairs of arrays as batches. Keras makes them from arrays too, at twice the price in each epoch."""
    with tf.device("CPU:0"):
        inputs = tf.constant(x)
        arrays = (inputs, tf.nest.map_structure(lambda array: inputs if array is x else tf.constant(array), y))

        @tf.autograph.experimental.do_not_convert
        def cut(start: tf.Tensor) -> Any:
            return tf.nest.map_structure(lambda array: array[start : start + batch_size], arrays)

        batches = tf.data.Dataset.range(0, len(x), batch_size).map(cut)
        return batches.with_options(_one_thread()).prefetch(2)


def _one_thread() -> tf.data.Options:
    """For what is quick to make: a pool of threads that tune themselves would cost more than it gives."""
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False
    options.autotune.enabled = False
    options.threading.private_threadpool_size = 1
    return options


def evaluation_batch_size(shape: tuple[int, ...], batch_size: int) -> int:
    """Rows a batch where nothing is learned: more than in training where rows are small, since each batch costs.

    Args:
        shape: of one row as the network is fed.
        batch_size: in training.
    """
    return max(batch_size, min(1024, _EVALUATION_BYTES // (4 * math.prod(shape))))


def _rows_of_epoch(rows: int, batch_size: int, seed: int) -> Callable[[tf.Tensor], tf.data.Dataset]:
    """A function from an epoch to its batches of row numbers."""
    whole = rows // batch_size * batch_size

    @tf.autograph.experimental.do_not_convert
    def batches_of_rows(epoch: tf.Tensor) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(  # pyright: ignore[reportAttributeAccessIssue]
            tf.range(rows), seed=tf.stack([tf.constant(seed, tf.int64), epoch])
        )
        batches = tf.data.Dataset.from_tensor_slices(tf.reshape(order[:whole], [-1, batch_size]))
        return batches.concatenate(tf.data.Dataset.from_tensors(order[whole:])) if whole < rows else batches

    return batches_of_rows
