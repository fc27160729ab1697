"""The verb `data`: what there is to train on, what a DataSpec gives, and a look at it, as JSON."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from models.errors import NetloomError, SpecError
from pipelines.cli.printing import print_json
from pipelines.cli.reading import read_json
from pipelines.data.downloads import downloads
from pipelines.data.facts import facts
from pipelines.data.files.files import delete_upload, keep_upload, uploads
from pipelines.data.images.files import ImageFiles
from pipelines.data.preview.columns import column_table, head
from pipelines.data.preview.glance import glance
from pipelines.data.preview.looked import Looked, look_at
from pipelines.data.preview.targets import balance, target_table
from pipelines.data.recognise import recognise
from pipelines.data.registry import NAMED, source_of
from pipelines.data.spec import DataSpec, TableSource
from pipelines.data.tables.reading import table_of
from pipelines.spec import RunSpec

GREATEST_UPLOAD_BYTES = 10 * 2**30
HEAD_ROWS = 10


def add_to(verb: argparse.ArgumentParser, parser_class: type[argparse.ArgumentParser]) -> None:
    """Give the verb `data` its own verbs."""
    verbs = verb.add_subparsers(dest="data_verb", metavar="VERB", required=True, parser_class=parser_class)
    verbs.add_parser("list", help="print every set that has a name, and every upload, one a line")
    for name, what in (
        ("show", "print what a DataSpec gives: task, shapes, classes, rows of each split"),
        ("preview", "print that and a look at the rows: head, missing values, balance, ranges, content hash"),
    ):
        one = verbs.add_parser(name, help=what)
        one.add_argument(
            "spec", metavar="SPEC.json", help="a DataSpec or RunSpec as JSON, or the name of a set, say digits"
        )
    one = verbs.add_parser("add", help="keep a copy of a file as an upload and print the DataSpec proposed for it")
    one.add_argument("file", type=Path, metavar="FILE", help="CSV, TSV, Parquet, NPZ, or a zip of images")


def run(given: argparse.Namespace) -> int:
    """Run one of them. Returns the exit status. Raises: NetloomError."""
    return _VERBS[given.data_verb](given)


def read_data_spec(name_or_path: str) -> DataSpec:
    """The DataSpec of a file (or of a RunSpec in it), or of a set with a name.

    Raises:
        SpecError: it cannot be read, or is no such spec.
    """
    named = {source_of(source).name: source for source in NAMED}
    if name_or_path in named:
        return DataSpec(source=named[name_or_path])
    path = Path(name_or_path)
    if not path.suffix and not path.exists():
        raise SpecError(
            f"There is no file and no data set {name_or_path!r}.", "`python -m pipelines data list` names the sets."
        )
    values = read_json(path)
    try:
        if "model" in values:
            return RunSpec.model_validate_json(json.dumps(values)).data
        return DataSpec.model_validate_json(json.dumps(values))
    except ValidationError as error:
        raise SpecError.from_validation(error, name_or_path) from error


def _list(given: argparse.Namespace) -> int:
    for spec in NAMED:
        source = source_of(spec)
        file = downloads.file_for(spec)
        print_json(
            {
                "name": source.name,
                "title": source.title,
                "kind": source.kind,
                "tasks": list(source.tasks),
                "rows": source.num_rows,
                "on_this_machine": file is None or downloads.cached_path(file) is not None,
                "source": spec.model_dump(mode="json"),
            }
        )
    for upload in uploads():
        print_json({"name": upload.name, "kind": "upload", "path": upload.path, "bytes": upload.bytes})
    return 0


def _show(given: argparse.Namespace) -> int:
    print_json(_known(read_data_spec(given.spec)))
    return 0


def _preview(given: argparse.Namespace) -> int:
    spec = read_data_spec(given.spec)
    looked = look_at(spec)
    seen = glance(looked)
    print_json(
        _known(spec)
        | {
            "bytes": seen.bytes,
            "content_hash": seen.content_hash,
            "wrong_labels": seen.wrong_labels,
            "left_out": seen.left_out,
            "splits": _records(seen.splits),
            "balance": _records(balance(looked)),
            "target": _records(target_table(looked)),
            **_rows(looked),
        }
    )
    return 0


def _add(given: argparse.Namespace) -> int:
    before = {upload.path for upload in uploads()}
    try:
        with given.file.open("rb") as stream:
            path = keep_upload(stream, given.file.name, GREATEST_UPLOAD_BYTES)
    except OSError as error:
        raise NetloomError(f"{given.file} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    try:
        print_json(recognise(path).model_dump(mode="json"))
    except NetloomError:
        if path not in before:
            delete_upload(path)
        raise
    return 0


def _known(spec: DataSpec) -> dict[str, Any]:
    known = asdict(facts(spec)) | {"spec": spec.model_dump(mode="json")}
    if isinstance(spec.source, TableSource):  # also the columns that are not proposed as inputs
        known["file_columns"] = [column.model_dump(mode="json") for column in table_of(spec.source).profile.columns]
    return known


def _rows(looked: Looked) -> dict[str, Any]:
    """The first training rows, and what is in each column; of images, the names of some."""
    x = looked.data.x
    if isinstance(x, ImageFiles):
        return {"head": [x.names[row] for row in looked.rows["train"][:HEAD_ROWS].tolist()]}
    if looked.source.kind == "image":
        return {}
    return {
        "head": _records(head(looked, "train", HEAD_ROWS).reset_index()),
        "columns": _records(column_table(looked, "train")),
    }


def _records(frame: pd.DataFrame) -> Any:
    """A row an object; no value is null."""
    return json.loads(frame.to_json(orient="records", date_format="iso", default_handler=str))


_VERBS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list, "show": _show, "preview": _preview, "add": _add,
}  # fmt: skip
