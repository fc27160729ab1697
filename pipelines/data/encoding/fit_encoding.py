"""The encoding that a DataSpec means for its data: vocabularies and fill values from the training rows alone."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from models.errors import NetloomError
from pipelines.data.encoding.encoding import ArrayEncoding, Encoding, ImageEncoding, TableEncoding
from pipelines.data.encoding.fit_columns import fit_column, fit_tokens
from pipelines.data.files.cache import key_of, made
from pipelines.data.files.files import fingerprint, resolve
from pipelines.data.registry import source_of
from pipelines.data.source import RawData, Source, taken
from pipelines.data.spec import ColumnSpec, DataSpec, ImageSpec, Task
from pipelines.data.spec import Source as SourceSpec
from pipelines.data.splitting import share_out
from pipelines.data.tables.propose import complete
from pipelines.runs.facts import Split

SIDE = 96
"""Pixels that image files get in height and width where nothing is said."""

_VERSION = "1"
_FILES = ("images", "masks")


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What was learned from the training rows of a table.

    Attributes:
        encoding: of its columns.
        rows: by split, int64 row numbers of `RawData.x`, as `share_out` gives them.
        y: of all rows, as `RawData.y`; None where the inputs are reconstructed.
    """

    encoding: Encoding
    rows: Mapping[Split, np.ndarray]
    y: np.ndarray | None


def task_of(spec: DataSpec, source: Source) -> Task:
    """What is asked of the network. Raises: NetloomError where the data cannot answer it."""
    task = spec.task or source.tasks[0]
    if task not in source.tasks:
        raise NetloomError(f"{source.title} has no {task} task.", f"It can be used for: {', '.join(source.tasks)}.")
    return task


def encoding_of(spec: DataSpec) -> Encoding:
    """The encoding of `spec`, fitted the first time, found again from then on. Raises: NetloomError."""
    source = source_of(spec.source)
    if source.dtype == "table":
        return fitted(spec).encoding
    if source.kind == "image":
        return _image_encoding(spec, source)
    return _as_it_is(source)


def fit_encoding(spec: DataSpec, source: Source, data: RawData, train_rows: np.ndarray) -> Encoding:
    """The encoding of `spec` for `data`, learned from its training rows.

    Args:
        spec: what is asked for.
        source: that of `spec`.
        data: what it read.
        train_rows: row numbers.

    Raises:
        NetloomError: a column has nothing to learn from, or cannot be encoded as asked; it is named.
    """
    table = data.x
    if not isinstance(table, pd.DataFrame):
        return _image_encoding(spec, source) if source.kind == "image" else _as_it_is(source)
    train = cast(pd.DataFrame, taken(table, train_rows))
    columns = _columns(spec.source, train)
    if spec.text.mode == "sequence" and [column.type for column in columns] == ["text"]:
        return fit_tokens(columns[0], train[columns[0].name], spec.text)
    return TableEncoding(columns=tuple(fit_column(column, train[column.name], spec.text) for column in columns))


def fitted(spec: DataSpec) -> Fitted:
    """What `fit_encoding` learns for a table, and how its rows are shared out; kept in the cache.

    Raises:
        NetloomError: as `fit_encoding` and `share_out`.
    """
    parts = spec.model_dump_json(
        include={"source": True, "task": True, "split": True, "text": True, "corrupt": {"train_rows", "seed"}}
    )
    return _fitted(key_of("fitted", _VERSION, parts, source_fingerprint(spec.source)), spec.model_dump_json())


def source_fingerprint(source: SourceSpec) -> str:
    """Changes when the user's file or folder that `source` names changes; empty where it names none."""
    path = getattr(source, "path", None)
    return fingerprint(resolve(path)) if path else ""


@functools.lru_cache(maxsize=8)
def _fitted(key: str, spec_json: str) -> Fitted:
    folder = made(key, functools.partial(_fit, DataSpec.model_validate_json(spec_json)))
    arrays = {file.stem: np.load(file, allow_pickle=False) for file in folder.glob("*.npy")}
    y = arrays.pop("y", None)
    encoding = TypeAdapter(Encoding).validate_json((folder / "encoding.json").read_bytes())
    rows = {split: arrays[split] for split in ("train", "val", "test")}
    return Fitted(encoding, cast("dict[Split, np.ndarray]", rows), y)


def _fit(spec: DataSpec, folder: Path) -> None:
    source = source_of(spec.source)
    data = source.read()
    rows = share_out(spec, source, data)
    encoding = fit_encoding(spec, source, data, rows["train"])
    (folder / "encoding.json").write_text(encoding.model_dump_json(), encoding="utf-8")
    for split, numbers in rows.items():
        np.save(folder / f"{split}.npy", numbers)
    if isinstance(data.y, np.ndarray):
        np.save(folder / "y.npy", data.y)


def _as_it_is(source: Source) -> ArrayEncoding:
    shape = cast("tuple[int, ...]", source.input_shape)
    return ArrayEncoding(
        shape=shape, raw_dtype="uint8" if source.dtype == "uint8" else "float32", feature_names=source.feature_names
    )


def _image_encoding(spec: DataSpec, source: Source) -> ArrayEncoding | ImageEncoding:
    """Files are always brought to one size, so that an exported model takes images of any."""
    asked: ImageSpec = spec.image
    files = spec.source.kind in _FILES
    *sides, raw_channels = source.input_shape
    height, width = sides if not files else (SIDE, SIDE)
    shape = (asked.height or height or SIDE, asked.width or width or SIDE, _channels(asked, raw_channels or 1, source))
    if not files and shape == source.input_shape:
        return _as_it_is(source)
    return ImageEncoding(
        raw_shape=(None, None, raw_channels or 1) if files else (sides[0], sides[1], raw_channels or 1),
        raw_dtype="uint8" if source.dtype == "uint8" else "float32",
        height=shape[0],
        width=shape[1],
        channels=shape[2],
        fit=asked.fit,
        interpolation=asked.interpolation,
    )


def _channels(asked: ImageSpec, raw: int, source: Source) -> int:
    if asked.colour == "as_is":
        return raw
    if raw not in (1, 3):
        raise NetloomError(
            f"The images of {source.title} have {raw} channels; only 1 or 3 can be made grey or coloured.",
            "Leave their colour as it is.",
        )
    return 1 if asked.colour == "grey" else 3


def _columns(source: SourceSpec, train: pd.DataFrame) -> tuple[ColumnSpec, ...]:
    """The columns that the network is to see: as the spec of a table says or means, else every one by its type."""
    if source.kind == "table":
        return source.columns or complete(source).columns
    types = {name: "numeric" if train[name].dtype.kind in "fiub" else "text" for name in train.columns}
    return tuple(ColumnSpec.model_validate({"name": name, "type": kind}) for name, kind in types.items())
