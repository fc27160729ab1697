"""Keras, imported once, and what every layer of the room must survive."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def keras():
    import keras

    from models.layers import register

    register()
    return keras


@pytest.fixture(scope="session")
def gradient(keras):
    """`(function, x) -> values, d sum(values) / dx`, as arrays."""
    import tensorflow as tf

    def of(function, x):
        x = tf.constant(x, "float32")
        with tf.GradientTape() as tape:
            tape.watch(x)
            values = function(x)
            total = tf.reduce_sum(values)
        return np.asarray(values), np.asarray(tape.gradient(total, x))

    return of
