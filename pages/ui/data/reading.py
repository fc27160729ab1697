"""How the text of a table is read: delimiter, encoding, header, quotes, decimals, missing marks."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from models.errors import NetloomError
from pages.ui import fields
from pipelines.data.spec import TableSource

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar", " ": "Space"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows, western (cp1252)",
    "latin-1": "Latin-1",
    "mac-roman": "Mac, western",
    "shift-jis": "Japanese (Shift-JIS)",
    "gb18030": "Chinese (GB 18030)",
}


def has_options(source: TableSource) -> bool:
    """Whether the file is text, which can be read in several ways."""
    return not source.path.lower().endswith((".parquet", ".pq"))


def words(source: TableSource, found: str) -> str:
    """How the file is read, in a few words. found: its delimiter.

    >>> words(TableSource(path="a.csv", header=False, decimal=","), ";")
    'UTF-8, semicolons, decimal comma, no header'
    """
    parts = [
        ENCODINGS.get(source.encoding, source.encoding).partition(" (")[0],
        f"{DELIMITERS.get(found, found).lower()}s",
        "decimal comma" if source.decimal == "," else "",
        "" if source.header else "no header",
        "" if source.quoted else "no quotes",
    ]
    return ", ".join(filter(None, parts))


def controls(source: TableSource, apply: Callable[[TableSource], None], prefix: str = "data.reading") -> None:
    """The options of `source`; a changed one is handed to `apply` as a whole source, its columns to be proposed."""

    def to(**changes: Any) -> None:
        apply(source.replace(**changes, columns=(), target=None, target_type=None))

    left, right = st.columns(2)
    with left:
        fields.choice(
            "Delimiter", f"{prefix}.delimiter", source.delimiter, _with(DELIMITERS, source.delimiter),
            lambda v: to(delimiter=v), "Found out", format_func=lambda v: DELIMITERS.get(v, v),
        )  # fmt: skip
        fields.choice(
            "Decimals", f"{prefix}.decimal", source.decimal, [".", ","], lambda v: to(decimal=v),
            format_func={".": "Point: 1.5", ",": "Comma: 1,5"}.__getitem__,
        )  # fmt: skip
    with right:
        fields.choice(
            "Encoding", f"{prefix}.encoding", source.encoding, _with(ENCODINGS, source.encoding),
            lambda v: to(encoding=v), format_func=lambda v: ENCODINGS.get(v, v),
        )  # fmt: skip
        fields.line(
            "No value is written as", f"{prefix}.missing", ", ".join(filter(None, source.missing_marks)),
            lambda v: to(missing_marks=_marks(v)),
            help="Words with commas between. An empty field always means that there is no value.",
        )  # fmt: skip
    fields.switch("First line names the columns", f"{prefix}.header", source.header, lambda v: to(header=v))
    fields.switch(
        'Fields may be quoted: "…"', f"{prefix}.quoted", source.quoted, lambda v: to(quoted=v),
        help="Off: quotes are characters like any other, as in many TSV files.",
    )  # fmt: skip
    st.caption("A change here has the columns proposed anew.")


def _with(known: dict[str, str], value: str | None) -> list[str]:
    return [*known] if value in known or value is None else [*known, value]


def _marks(words: str) -> tuple[str, ...]:
    marks = tuple(dict.fromkeys(filter(None, (mark.strip() for mark in words.split(",")))))
    if len(marks) > 50:
        raise NetloomError(f"At most 50 words can mean that there is no value. Received: {len(marks)}.")
    return ("", *marks)
