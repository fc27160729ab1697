"""Elastic distortion of whole batches. It is made of Keras's layer, whose own way with a batch does not serve here.

In Keras 3.15 that layer moves pixels right and down by one and the same field, and where the size of a batch is not
known when the graph is made, as in tf.data, gives every image the content of the first. This one draws two fields and
gathers all images at once, which is also several times as fast.
"""

import math
from typing import Any

import keras
import tensorflow as tf

Tensor = Any
"""A Tensor, whose own annotations know no arithmetic."""


class ElasticTransform(keras.layers.RandomElasticTransform):
    """keras.layers.RandomElasticTransform for batches of any size.

    A field of Gaussian noise for each direction is blurred to a width of sigma and scaled to a strength of alpha;
    every pixel is taken from where the fields point. P. Simard, D. Steinkraus, J. Platt, "Best practices for
    convolutional neural networks applied to visual document analysis", 2003.

    Args:
        As keras.layers.RandomElasticTransform.

    Input and output shape: `(batch, height, width, channels)`, float32.
    """

    def _transform_images(self, images: Tensor, transformation: dict[str, Any] | None, interpolation: str) -> Tensor:
        if transformation is None:
            return images
        height, width = images.shape[1:3]
        rows, columns = self._displacements(tf.shape(images)[0], height, width, transformation)
        rows += tf.range(height, dtype=tf.float32)[:, tf.newaxis]
        columns += tf.range(width, dtype=tf.float32)
        moved = self._taken(images, rows, columns, interpolation)
        moved = tf.clip_by_value(moved, self.value_range[0], self.value_range[1])
        return tf.where(transformation["apply_transform"][:, tf.newaxis, tf.newaxis, tf.newaxis], moved, images)

    def _displacements(self, batch: Tensor, height: int, width: int, transformation: dict[str, Any]) -> list[Tensor]:
        """Down and to the right, in pixels, each of shape `(batch, height, width)`."""
        alpha, sigma = self.get_elastic_transform_params(height, width, transformation["distortion_factor"])
        _, widest = self.get_elastic_transform_params(height, width, self.scale[1])
        reach = math.ceil(3 * widest)
        taps = tf.range(-reach, reach + 1, dtype=tf.float32)
        blur = tf.nn.softmax(-tf.square(taps / tf.maximum(sigma, 1e-3)) / 2)
        noise = tf.random.stateless_normal([batch, height, width, 2], transformation["seed"].next())
        for kernel in (blur[:, tf.newaxis], blur[tf.newaxis, :]):
            kernel = tf.tile(kernel[:, :, tf.newaxis, tf.newaxis], [1, 1, 2, 1])
            noise = tf.nn.depthwise_conv2d(noise, kernel, [1, 1, 1, 1], "SAME")
        return tf.unstack(alpha * sigma * noise, axis=-1)

    def _taken(self, images: Tensor, rows: Tensor, columns: Tensor, interpolation: str) -> Tensor:
        if interpolation == "nearest":
            return self._pixels(images, tf.round(rows), tf.round(columns))
        top, left = tf.floor(rows), tf.floor(columns)
        down, right = (rows - top)[..., tf.newaxis], (columns - left)[..., tf.newaxis]
        upper = self._pixels(images, top, left) * (1 - right) + self._pixels(images, top, left + 1) * right
        lower = self._pixels(images, top + 1, left) * (1 - right) + self._pixels(images, top + 1, left + 1) * right
        return upper * (1 - down) + lower * down

    def _pixels(self, images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        """The pixels at whole `rows` and `columns`, of which some lie outside."""
        _, height, width, channels = images.shape
        row, column = self._inside(tf.cast(rows, tf.int32), height), self._inside(tf.cast(columns, tf.int32), width)
        flat = tf.reshape(images, [-1, height * width, channels])
        places = tf.reshape(row * width + column, [-1, height * width])
        found = tf.reshape(tf.gather(flat, places, batch_dims=1), tf.shape(images))
        if self.fill_mode != "constant":
            return found
        outside = (rows < 0) | (rows > height - 1) | (columns < 0) | (columns > width - 1)
        return tf.where(outside[..., tf.newaxis], tf.constant(self.fill_value, tf.float32), found)

    def _inside(self, index: Tensor, size: int) -> Tensor:
        """Where the fill mode finds the pixel of an index that may lie outside 0 ... size - 1."""
        if self.fill_mode == "wrap":
            return index % size
        if self.fill_mode == "reflect":
            index = index % (2 * size)
            return tf.minimum(index, 2 * size - 1 - index)
        return tf.clip_by_value(index, 0, size - 1)
