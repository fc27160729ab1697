"""Raw rows from a file as the model's inputs, and its outputs into one. It lies beside predict.py; needs numpy, for
pictures Pillow too.
"""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent
BATCH_ROWS = 1024
NO_NUMBER = -(2**63)


def batches(path: str) -> Iterator[Any]:
    """Inputs of the model, some rows at a time, from what `path` names.

    A table: ROWS.csv in UTF-8 with a header, written as the training file was; more columns do no harm.
    Arrays: ROWS.npy of shape (rows, ...).
    Pictures of any size: one file, a folder of them, or PICTURES.npz with one array each, (height, width, channels).
    """
    about = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))
    source, inputs = Path(path), about["inputs"]
    if source.suffix == ".npy":
        rows = np.load(source, allow_pickle=False).astype("float32")
        return (rows[start : start + BATCH_ROWS] for start in range(0, len(rows), BATCH_ROWS))
    if source.suffix == ".npz":
        return (array[np.newaxis].astype("float32") for array in np.load(source, allow_pickle=False).values())
    if "column" in inputs[0]:
        return _table(source, inputs, set(about["missing"]))
    return (_picture(file, inputs[0]["shape"][-1]) for file in _files(source))


def save(path: str, parts: list[Any]) -> None:
    """Write outputs that came part by part: an array as .npy; several, each a dict by name, as .npz."""
    if isinstance(parts[0], dict):
        whole: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        np.savez(path.removesuffix(".npy"), **whole)  # which puts .npz behind it
    else:
        np.save(path, np.concatenate(parts))


def _table(path: Path, inputs: list[dict[str, Any]], missing: set[str]) -> Iterator[dict[str, np.ndarray]]:
    csv.field_size_limit(sys.maxsize)
    wanted = {each["column"] for each in inputs}
    with path.open(newline="", encoding="utf-8-sig") as stream:
        header = stream.readline()
        delimiter = next((one for one in ",;\t|" if wanted <= set(_names(header, one))), ",")
        stream.seek(0)
        reader = csv.DictReader(stream, delimiter=delimiter)
        names = [name.strip() for name in reader.fieldnames or []]
        reader.fieldnames = names
        lacking = [each["column"] for each in inputs if each["column"] not in names]
        if lacking:
            sys.exit(f"{path} has no column {lacking[0]!r}; it has {', '.join(names)}.")
        while rows := list(islice(reader, BATCH_ROWS)):
            yield {
                each["name"]: np.array([[_value(row[each["column"]], each, missing)] for row in rows], _dtype(each))
                for each in inputs
            }


def _names(header: str, delimiter: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]


def _value(text: str | None, about: dict[str, Any], missing: set[str]) -> Any:
    """What a field says; NaN, the smallest whole number or an empty string where it says nothing."""
    given = (text or "").strip(" \t\r\n")
    given = "" if given in missing else given
    if about["holds"] == "category number":
        return int(given) if given and given.lstrip("-").isdecimal() else NO_NUMBER
    if about["dtype"] == "string":
        return _number_word(given, about) if about.get("written") == "number" else given
    if not given:
        return np.nan
    if about["holds"] == "date":
        return _days(given, about.get("format"))
    return float(given.replace(about.get("decimal", "."), "."))


def _number_word(given: str, about: dict[str, Any]) -> str:
    """A category that is a number, as training knew it: 1.50 is the category 1.5."""
    if given.lstrip("-").isdecimal():
        return str(int(given))
    try:
        return str(float(given.replace(about.get("decimal", "."), "."))).removesuffix(".0")
    except ValueError:
        return given


def _days(given: str, form: str | None) -> float:
    """Days since 1970-01-01 of a date as the training file wrote it, or in ISO 8601."""
    try:
        when = np.datetime64(datetime.strptime(given, form or "")) if form else np.datetime64(given.replace(" ", "T"))
    except ValueError:
        when = np.datetime64(given.replace(" ", "T"))
    return (when - np.datetime64("1970-01-01")) / np.timedelta64(1, "D")


def _dtype(about: dict[str, Any]) -> Any:
    return str if about["dtype"] == "string" else about["dtype"]


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _picture(path: Path, channels: int) -> np.ndarray:
    from PIL import Image  # Tables and arrays do without.
    from pixels import pixels  # pyright: ignore[reportMissingImports] - it lies beside this file

    with Image.open(path) as image:
        return pixels(image, "grey" if channels == 1 else "rgb")[np.newaxis].astype("float32")
