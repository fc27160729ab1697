"""All that is done with the rows, one section a step, folded; each says in its heading how it is set."""

from collections.abc import Callable

import streamlit as st

from models.errors import NetloomError
from pages.ui import fields
from pages.ui.data import augmentation, columns, incoming, preparation, reading, split, study
from pages.ui.data.edit import attempt, data, proposed, use
from pipelines.data.facts import DataFacts
from pipelines.data.files.files import resolve
from pipelines.data.recognise import recognise
from pipelines.data.spec import FILE_KINDS, TableSource
from pipelines.data.tables.reading import table_of


def controls(known: DataFacts) -> None:
    """Every section that this kind of data has."""
    spec = data()
    source = spec.source
    if isinstance(source, TableSource):
        if reading.has_options(source):
            said = reading.words(source, table_of(source).profile.delimiter)
            _section("reading", "Reading", said, lambda: reading.controls(source, incoming.bring_table))
        _section("columns", "Columns", columns.words(source), lambda: columns.controls(source))
    _section("split", "Split", split.words(known), lambda: split.controls(known))
    _section("preparation", "Preparation", preparation.words(spec, known), lambda: preparation.controls(known))
    if known.kind == "image":
        _section("augmentation", "Augmentation", augmentation.words(spec), lambda: augmentation.controls(known))
    _section("study", "Study", study.words(spec.corrupt), lambda: study.controls(known))


def start_over() -> None:
    """Offer the data as they would be proposed, which mends all but a file that is gone."""
    path = getattr(data().source, "path", None)
    try:
        if path is not None:
            resolve(path)
    except NetloomError:
        return
    st.button("Set everything as proposed", key="data.start_over", on_click=attempt, args=(_start_over,))


def _start_over() -> None:
    source = data().source
    use(recognise(source.path) if source.kind in FILE_KINDS else proposed(source))


def _section(key: str, title: str, words: str, draw: Callable[[], None]) -> None:
    with fields.section(title, words, f"data.section.{key}"):
        draw()
