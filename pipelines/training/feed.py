"""Batches whose order is a function of (seed, epoch) and nothing else, so that a resumed run sees what it would have.

`model.fit` shuffles arrays from a state that no checkpoint holds, and `keras.utils.PyDataset` costs a fifth of the CPU
time of a small network. tf.data feeds every backend of Keras and is cheaper than both.
"""

import numpy as np
import tensorflow as tf

_EVALUATION_BYTES = 1 << 20


def steps_in_epoch(rows: int, batch_size: int) -> int:
    """Optimizer updates in an epoch; the last batch may be smaller."""
    return -(-rows // batch_size)


def shuffled_batches(
    x: np.ndarray, y: np.ndarray, batch_size: int, seed: int, first_epoch: int, epochs: int
) -> tf.data.Dataset:
    """Batches (x, y) of the epochs `first_epoch` to `epochs - 1`, one after the other, each in an order of its own.

    Args:
        x: shape `(rows, ...)`. y: shape `(rows, ...)`.
        seed, first_epoch: the order of epoch e is drawn from (seed, e).

    Returns:
        For `fit(..., steps_per_epoch=steps_in_epoch(rows, batch_size), shuffle=False)`.
    """
    rows = len(x)
    whole = rows // batch_size * batch_size
    with tf.device("CPU:0"):
        arrays = (tf.constant(x), tf.constant(y))

        # Without rewriting these for Python's control flow, of which they have none: that takes a third of a second.
        @tf.autograph.experimental.do_not_convert
        def batches_of_rows(epoch: tf.Tensor) -> tf.data.Dataset:
            order = tf.random.experimental.stateless_shuffle(  # pyright: ignore[reportAttributeAccessIssue]
                tf.range(rows), seed=tf.stack([tf.constant(seed, tf.int64), epoch])
            )
            batches = tf.data.Dataset.from_tensor_slices(tf.reshape(order[:whole], [-1, batch_size]))
            return batches.concatenate(tf.data.Dataset.from_tensors(order[whole:])) if whole < rows else batches

        @tf.autograph.experimental.do_not_convert
        def gathered(chosen: tf.Tensor) -> tuple[tf.Tensor, ...]:
            return tuple(tf.gather(array, chosen) for array in arrays)

        batches = tf.data.Dataset.range(first_epoch, epochs).flat_map(batches_of_rows)
        batches = batches.map(gathered)
        # Gathering is quick; a pool of threads that tune themselves would cost more than it gives.
        options = tf.data.Options()
        options.experimental_optimization.apply_default_optimizations = False
        options.autotune.enabled = False
        options.threading.private_threadpool_size = 1
        return batches.with_options(options).prefetch(2)


def evaluation_batch_size(x: np.ndarray, batch_size: int) -> int:
    """Rows a batch where nothing is learned: more than in training where rows are small, since each batch costs."""
    bytes_in_row = max(1, x.nbytes // max(1, len(x)))
    return max(batch_size, min(1024, _EVALUATION_BYTES // bytes_in_row))
