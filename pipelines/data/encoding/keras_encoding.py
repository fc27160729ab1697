"""An Encoding as a Keras model of Keras's own layers: it prepares the data once, and travels in every export."""

import functools
from collections.abc import Callable
from math import tau
from typing import Any

import keras
from keras import ops

from pipelines.data.encoding.encoding import (
    MISSING_CATEGORY,
    ArrayEncoding,
    CategoryColumn,
    DateColumn,
    EncodedColumn,
    Encoding,
    ImageEncoding,
    TextColumn,
    TokensEncoding,
    raw_inputs,
    width,
)

YEAR_DAYS, WEEK_DAYS = 365.2425, 7.0
UNKNOWN, UNKNOWN_NUMBER = "[UNK]", -1
"""Keras drops a vocabulary's first word where it is this one, unless it is given as its own."""


def encoder(encoding: Encoding) -> keras.Model:
    """The model of an encoding: raw rows to encoded ones.

    Returns:
        A functional model without trainable weights. Its inputs are a dict by name, as `raw_inputs` tells, of tensors
        of shape `(batch, 1)`; or, for arrays and images, one tensor. Its output has the shape
        `(batch, *encoded_shape(encoding))` and the dtype `encoded_dtype(encoding)`.
    """
    inputs = {raw.name: keras.Input(raw.shape, dtype=raw.dtype, name=raw.name) for raw in raw_inputs(encoding)}
    tensors = list(inputs.values())
    if isinstance(encoding, ArrayEncoding):
        return keras.Model(tensors[0], keras.layers.Identity(dtype="float32")(tensors[0]), name="encoder")
    if isinstance(encoding, ImageEncoding):
        return keras.Model(tensors[0], _image(encoding, tensors[0]), name="encoder")
    if isinstance(encoding, TokensEncoding):
        return keras.Model(inputs, _tokens(encoding, tensors[0]), name="encoder")
    parts = [_column(column, tensor) for column, tensor in zip(encoding.columns, tensors, strict=True)]
    row = keras.layers.Concatenate(dtype="float32")(parts) if len(parts) > 1 else parts[0]
    return keras.Model(inputs, row, name="encoder")


def mask_encoder(encoding: ImageEncoding, ignore_class: int | None) -> Callable[[Any], Any]:
    """What does to masks, `(batch, height, width, 1)`, what the encoder does to their images; classes are not mixed.

    Padding becomes `ignore_class`, or class 0 where every pixel counts.
    """
    return _resizing(encoding, interpolation="nearest", fill_value=float(ignore_class or 0))


def _resizing(encoding: ImageEncoding, interpolation: str, fill_value: float = 0.0) -> Callable[[Any], Any]:
    """What keras.layers.Resizing does, as an operation.

    That layer's `training` is True unless it is told, and in Keras 3.15 every layer after it in a functional model
    believes it: batch normalization and dropout would act as in training wherever an exported model is just called.
    """
    return functools.partial(
        ops.image.resize,
        size=(encoding.height, encoding.width),
        interpolation=interpolation,
        crop_to_aspect_ratio=encoding.fit == "crop",
        pad_to_aspect_ratio=encoding.fit == "pad",
        fill_value=fill_value,
        data_format="channels_last",
    )


def _image(encoding: ImageEncoding, images: Any) -> Any:
    # Resizing cuts the decimals off of whole numbers, so it is given others.
    images = _resizing(encoding, encoding.interpolation)(ops.cast(images, "float32"))
    if encoding.channels == 3 and encoding.raw_shape[2] == 1:
        images = ops.repeat(images, 3, axis=-1)
    elif encoding.channels == 1 and encoding.raw_shape[2] == 3:
        images = ops.image.rgb_to_grayscale(images, data_format="channels_last")
    if encoding.raw_dtype == "float32":
        return images
    return ops.cast(ops.clip(ops.round(images), 0, 255), "uint8")  # bicubic oversteps


def _tokens(encoding: TokensEncoding, texts: Any) -> Any:
    layer = keras.layers.TextVectorization(
        ngrams=encoding.ngrams if encoding.ngrams > 1 else None,
        output_mode="int",
        output_sequence_length=encoding.length,
        vocabulary=list(encoding.vocabulary),
    )
    return ops.cast(_filled(encoding.fill, texts, layer, encoding.length), "int32")


def _column(column: EncodedColumn, raw: Any) -> Any:
    """One column, `(batch, 1)`, to float32 of `(batch, width(column))`."""
    if isinstance(column, CategoryColumn):
        return _category(column, raw)
    if isinstance(column, TextColumn):
        return _text(column, raw)
    number = ops.where(ops.isnan(raw), column.fill, raw)
    if isinstance(column, DateColumn):
        return _date(number)
    if not column.bins:
        return number
    return keras.layers.Discretization(bin_boundaries=list(column.bins), output_mode="one_hot", dtype="float32")(number)


def _date(days: Any) -> Any:
    year = ops.mod(days, YEAR_DAYS) * (tau / YEAR_DAYS)
    week = ops.mod(ops.floor(days), WEEK_DAYS) * (tau / WEEK_DAYS)
    parts = [days, ops.sin(year), ops.cos(year), ops.sin(week), ops.cos(week)]
    return keras.layers.Concatenate(dtype="float32")(parts)


def _category(column: CategoryColumn, raw: Any) -> Any:
    words = list(column.vocabulary)
    if column.fill is not None and words and isinstance(words[0], str):
        lookup = keras.layers.StringLookup(vocabulary=words, mask_token=MISSING_CATEGORY)
        # 0 is missing, 1 unknown, then the vocabulary.
        filled = words.index(column.fill) + 2 if column.fill in words else 1
        places = lookup(raw)
        places = ops.where(ops.equal(places, 0), filled, places) - 1
    elif words and isinstance(words[0], int):
        places = keras.layers.IntegerLookup(vocabulary=[UNKNOWN_NUMBER, *words])(raw)
    else:
        places = keras.layers.StringLookup(vocabulary=[UNKNOWN, *words])(raw)
    return keras.layers.CategoryEncoding(num_tokens=width(column), output_mode="one_hot", dtype="float32")(places)


def _text(column: TextColumn, raw: Any) -> Any:
    layer = keras.layers.TextVectorization(
        ngrams=column.ngrams if column.ngrams > 1 else None,
        output_mode=column.mode,
        vocabulary=list(column.vocabulary),
        idf_weights=list(column.idf) if column.mode == "tf_idf" else None,
    )
    return ops.cast(_filled(column.fill, raw, layer, width(column)), "float32")


def _filled(fill: str | None, texts: Any, layer: Callable[[Any], Any], numbers: int) -> Any:
    """What `layer` makes of `texts`, `(batch, numbers)`, but of `fill` for those that are missing.

    Strings cannot be chosen between inside of a Keras model, what the layer makes of them can; `fill` itself comes out
    of a lookup table.
    """
    made = ops.reshape(layer(texts), (-1, numbers))
    if fill is None:
        return made
    missing = ops.equal(keras.layers.StringLookup(vocabulary=[UNKNOWN, fill], mask_token=MISSING_CATEGORY)(texts), 0)
    spoken = keras.layers.StringLookup(vocabulary=[fill], invert=True)
    instead = ops.reshape(layer(spoken(ops.ones_like(missing, dtype="int64"))), (-1, numbers))
    return ops.where(ops.reshape(missing, (-1, 1)), instead, made)
