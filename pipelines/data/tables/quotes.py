"""Quoted fields that do not end as they should: a reader would run rows together without a word."""

import mmap
import re
from pathlib import Path
from typing import BinaryIO

import numpy as np

from models.errors import NetloomError
from pipelines.data.tables.text_file import line_at

_PIECE_BYTES = 1 << 22
_QUOTE = ord('"')
_CURE = "Mend it, or, where quotes are characters like any other, say that fields are not quoted."


def refuse_loose_quotes(path: Path, delimiter: str, name: str) -> None:
    """Refuse a file with a quoted field that is never closed, or that is closed in the middle of a field.

    A quote inside a field that does not begin with one is a character like any other. As elsewhere, two quotes in a
    quoted field stand for one.

    Args:
        path: a file in UTF-8, not empty.
        delimiter: one ASCII character.
        name: of the file, for messages.

    Raises:
        NetloomError: it names the line on which the field begins.
    """
    with path.open("rb") as stream:
        if not _alternate(stream, delimiter.encode()):
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
                _refuse_first(path, content, delimiter.encode(), name)


def _alternate(stream: BinaryIO, delimiter: bytes) -> bool:
    """Whether every odd quote begins a field and every even one ends it, but for pairs: the quick look."""
    around = np.zeros(256, bool)
    around[[*delimiter, *b'\r\n"']] = True
    seen, before = 0, b"\n"
    piece = stream.read(_PIECE_BYTES)
    while piece:
        after = stream.read(_PIECE_BYTES)
        values = np.frombuffer(before + piece + (after[:1] or b"\n"), np.uint8)
        places = np.flatnonzero(values[1:-1] == _QUOTE) + 1
        first, second = places[seen % 2 :: 2], places[1 - seen % 2 :: 2]
        if not (around[values[first - 1]].all() and around[values[second + 1]].all()):
            return False
        seen += len(places)
        before, piece = piece[-1:], after
    return seen % 2 == 0


def _refuse_first(path: Path, content: mmap.mmap, delimiter: bytes, name: str) -> None:
    """The exact look, field by field."""
    quoted = re.compile(
        rb'(?:\A(?:\xef\xbb\xbf)?|(?<=[\r\n' + re.escape(delimiter) + rb']))"[^"]*+(?:""[^"]*+)*+("(?=[\r\n'
        + re.escape(delimiter) + rb"]|\Z))?"
    )  # fmt: skip
    for field in quoted.finditer(content):
        if field[1] is None:
            what = "is never closed" if field.end() == len(content) else "has text after its closing quote"
            raise NetloomError(
                f"The quoted field that begins on line {line_at(path, field.start())} of {name} {what}.", _CURE
            )
