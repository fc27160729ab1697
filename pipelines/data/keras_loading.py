"""Encoding by Keras, once, into the cache: `prepare`. From then on `pipelines.data.loading.load` needs no keras."""

import functools
import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from pipelines.data.downloads.keras_datasets import fetch
from pipelines.data.encoding.encoded import INPUTS, MASKS, Plan, plan_of
from pipelines.data.encoding.encoding import (
    ArrayEncoding,
    Encoding,
    ImageEncoding,
    encoded_dtype,
    encoded_shape,
    raw_tensors,
)
from pipelines.data.encoding.fit_encoding import encoding_of, task_of
from pipelines.data.encoding.keras_encoding import encoder, mask_encoder
from pipelines.data.files.cache import made
from pipelines.data.images.files import ImageFiles
from pipelines.data.loading import Splits
from pipelines.data.loading import load as load_prepared
from pipelines.data.registry import source_of
from pipelines.data.source import RawRows, taken
from pipelines.data.spec import DataSpec
from pipelines.engine import Engine

_CHUNK_BYTES = 16 * 2**20
_CHUNK_ROWS = 8192
_SAY_EVERY_S = 5.0
_MOST_S = 7 * 86_400

logger = logging.getLogger("netloom.data")


def load(spec: DataSpec) -> Splits:
    """`pipelines.data.loading.load`, after a download and the encoding where they are needed."""
    prepare(spec)
    return load_prepared(spec)


def prepare(spec: DataSpec) -> None:
    """Makes sure that the data of `spec` is on this machine, and encoded in the cache where it must be.

    One process at a time encodes the same rows; others wait for it. The rows are encoded in parts, straight into a
    file: of a table the raw columns are in memory, of image files a few images.

    Raises:
        NotOnThisMachine: the data cannot be downloaded.
        NetloomError: the data is damaged, cannot be split or encoded as asked, or the disk is full.
    """
    fetch(spec)
    if not isinstance(encoding_of(spec), ArrayEncoding):
        plan = plan_of(spec)
        make = encode if keras.config.backend() == "tensorflow" else _encode_elsewhere
        made(plan.key, functools.partial(make, spec, plan))


def encoded(encoding: Encoding, rows: RawRows, order: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """Raw rows encoded, a part at a time: arrays of shape `(some rows, *encoded_shape(encoding))`.

    Args:
        encoding: fitted to such rows.
        rows: as `RawData.x`.
        order: row numbers; None: all, as they come.

    Raises:
        NetloomError: a file that cannot be decoded, or a number that is none; it is named.
    """
    order = np.arange(len(rows)) if order is None else order
    model = encoder(encoding)
    if isinstance(rows, ImageFiles):
        of_any_size = _compiled(model, model.inputs[0].shape)
        return (_called(of_any_size, image[np.newaxis].astype(np.float32)) for image in rows.decode_many(order))
    fed = (raw_tensors(encoding, taken(rows, part)) for part in _chunks(encoding, order))
    return (_called(model, tensors.get("raw", tensors)) for tensors in fed)


def encoded_masks(
    encoding: ImageEncoding, masks: np.ndarray | ImageFiles, order: np.ndarray, ignore_class: int | None
) -> Iterator[np.ndarray]:
    """Masks brought to the size of their images: uint8 arrays of shape `(some rows, height, width)`."""
    layer = _compiled(mask_encoder(encoding, ignore_class), (None, None, None, 1))
    if isinstance(masks, ImageFiles):
        raw = (mask[np.newaxis] for mask in masks.decode_many(order))
    else:
        raw = (masks[part].reshape(-1, *masks.shape[1:3], 1) for part in _chunks(encoding, order))
    return (_called(layer, mask.astype(np.float32))[..., 0].astype(np.uint8) for mask in raw)


def encode(spec: DataSpec, plan: Plan, folder: Path) -> None:
    """Fill `folder` with the encoded rows of `plan`. Texts and categories are words for TensorFlow alone."""
    source, encoding, order = source_of(spec.source), plan.encoding, plan.order
    data = source.read()
    parts = encoded(encoding, data.x, order)
    _fill(folder / INPUTS, (len(order), *encoded_shape(encoding)), encoded_dtype(encoding), parts, source.title)
    if task_of(spec, source) == "segmentation" and isinstance(encoding, ImageEncoding) and data.y is not None:
        parts = encoded_masks(encoding, data.y, order, source.ignore_class)
        size = (len(order), encoding.height, encoding.width)
        _fill(folder / MASKS, size, "uint8", parts, f"the masks of {source.title}")


def _encode_elsewhere(spec: DataSpec, plan: Plan, folder: Path) -> None:
    """`encode` in a process whose backend is TensorFlow; this one's is another."""
    engine = Engine()
    try:
        engine.call(f"{__name__}.encode", _MOST_S, "slow", spec=spec, plan=plan, folder=folder)
    finally:
        engine.stop()


def _fill(path: Path, shape: tuple[int, ...], dtype: str, parts: Iterable[np.ndarray], title: str) -> None:
    """Write the parts into a new .npy file, one after the other, saying now and then how far it is."""
    row, started, said = 0, time.monotonic(), time.monotonic()
    header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
    with path.open("wb") as file:  # not a mapped file: where the disk is full, writing to one kills the process
        np.lib.format.write_array_header_1_0(file, header)
        for part in parts:
            file.write(np.ascontiguousarray(part, dtype).data)
            row += len(part)
            if time.monotonic() > said + _SAY_EVERY_S:
                said = time.monotonic()
                logger.info("preparing %s: %d of %d rows", title, row, shape[0])
    logger.info("prepared %s: %d rows in %.1f s", title, row, time.monotonic() - started)


def _chunks(encoding: Encoding, order: np.ndarray) -> Iterator[np.ndarray]:
    """Row numbers in parts whose encoded rows fit into little memory."""
    bytes_in_row = 4 * math.prod(encoded_shape(encoding))
    rows = max(1, min(_CHUNK_ROWS, _CHUNK_BYTES // bytes_in_row))
    return (order[start : start + rows] for start in range(0, len(order), rows))


def _compiled(layer: Callable[[Any], Any], shape: tuple[int | None, ...]) -> Callable[[Any], Any]:
    """`layer` as one function for float32 of every size; called one by one, its operations cost five times as much."""
    return tf.function(layer, input_signature=[tf.TensorSpec(shape, tf.float32)])


def _called(layer: Callable[[Any], Any], fed: Any) -> np.ndarray:
    with keras.device("cpu:0"):  # strings are there anyway, and one image at a time is no work for a GPU
        return keras.ops.convert_to_numpy(layer(fed))
