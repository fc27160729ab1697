"""The columns of a table: which ones the network sees, as what, and what becomes of missing values."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from models.errors import NetloomError
from pages.ui import fields, state, text
from pages.ui.data import column_spec as specs
from pages.ui.data.edit import attempt, change, table
from pipelines.data.spec import ColumnSpec, TableSource
from pipelines.data.tables.profile import ColumnProfile
from pipelines.data.tables.propose import complete
from pipelines.data.tables.reading import table_of

_KEY, _OPEN = "data.columns", "data.column.open"
ROWS_SHOWN = 12


def words(source: TableSource) -> str:
    """How many columns are used, of how many."""
    used, inputs = _used(source), _inputs(source)
    return f"{len(used)} of {len(inputs)} used"


def controls(source: TableSource) -> None:
    """All columns in a table to edit, and one of them in full."""
    inputs = _inputs(source)
    key, given = state.rows(_KEY, _rows(source))
    st.data_editor(
        given,
        key=key,
        on_change=state.take,
        args=(_KEY, _take_rows, state.entered_rows),
        hide_index=True,
        num_rows="fixed",
        height="content" if len(given) <= ROWS_SHOWN else 420,
        disabled=["column", "missing"],
        column_order=["use", "column", "type", "missing", "becomes"],
        column_config={
            "use": st.column_config.CheckboxColumn("Use", width=68),
            "column": st.column_config.TextColumn("Column", width=100),
            "type": st.column_config.SelectboxColumn("Type", options=list(specs.TYPES), required=True, width=108),
            "missing": st.column_config.NumberColumn("Missing", width=72, format="localized"),
            "becomes": st.column_config.SelectboxColumn(
                "Becomes", options=list(specs.MISSING.values()), required=True, width=120
            ),
        },
        alt="The columns: which are used, as what type, how many values are missing and what those become",
    )
    fields.show_refusal(_KEY)
    with st.container(horizontal=True, gap="xsmall"):
        worth = [column.name for column in inputs if column.type not in ("empty", "constant")]
        st.button("Use all", key="data.columns.all", on_click=attempt, args=(_use, worth))
        st.button(
            "As proposed", key="data.columns.proposed", on_click=attempt, args=(_as_proposed,),
            help="Takes back every change to the columns.",
        )  # fmt: skip
    _one(source, inputs)


def _one(source: TableSource, inputs: Sequence[ColumnProfile]) -> None:
    """One column in full."""
    by_name = {column.name: column for column in inputs}
    name = state.recall(_OPEN)
    fields.choice(
        "One column in full", "data.column", name if name in by_name else None, list(by_name), _open, "Choose a column"
    )
    if name not in by_name:
        return
    profile, used = by_name[name], _used(source)
    spec = used.get(name) or specs.likely(profile)
    st.caption(_seen(profile))
    left, right = st.columns(2, vertical_alignment="center")
    with left:
        fields.switch("Use this column", "data.column.use", name in used, lambda on: _set_used(name, on))
    with right:
        st.button(
            "Only this one", key="data.column.only", on_click=attempt, args=(_use, [name]),
            help="The network sees no other column.",
        )  # fmt: skip
    left, right = st.columns(2)
    with left:
        fields.choice(
            "Type", "data.column.type", spec.type, specs.TYPES, lambda v: _set(name, type=v),
            format_func=str.capitalize,
        )  # fmt: skip
        if spec.type == "numeric":
            fields.number(
                "Bins", "data.column.bins", spec.bins, lambda v: _set(name, bins=v), min_value=0, max_value=256,
                help="Put into so many classes of equally many training rows, one-hot; 0: they stay numbers.",
            )  # fmt: skip
        elif spec.type == "categorical":
            fields.number(
                "Categories at most", "data.column.max_categories", spec.max_categories,
                lambda v: _set(name, max_categories=v), min_value=2, max_value=10_000,
                help="The most frequent so many get a place of their own; all others share one.",
            )  # fmt: skip
    with right:
        fields.choice(
            "Missing becomes", "data.column.missing", specs.missing_of(spec), specs.missing_choices(spec.type),
            lambda v: _set(name, missing=v), format_func=lambda way: specs.MISSING[way].capitalize(),
        )  # fmt: skip
        if spec.missing == "constant" and spec.type in ("categorical", "text"):
            fields.line("Constant", "data.column.fill", str(spec.fill), lambda v: _set(name, fill=v))
        elif spec.missing == "constant":
            fields.number(
                "Constant", "data.column.fill", float(spec.fill or 0), lambda v: _set(name, fill=v), format="%g",
                help="Days since 1970-01-01." if spec.type == "date" else None,
            )  # fmt: skip


def _inputs(source: TableSource) -> list[ColumnProfile]:
    target = complete(source).target or ()
    return [column for column in table_of(source).profile.columns if column.name not in target]


def _used(source: TableSource) -> dict[str, ColumnSpec]:
    return {column.name: column for column in complete(source).columns}


def _rows(source: TableSource) -> list[state.Row]:
    used = _used(source)
    return [specs.row(column, used.get(column.name)) for column in _inputs(source)]


def _keep(source: TableSource, used: dict[str, ColumnSpec]) -> None:
    """Make these the columns that the network sees, in the order of the file."""
    if not used:
        raise NetloomError("The network needs at least one column.", "Leave one ticked.")
    columns = tuple(used[column.name] for column in _inputs(source) if column.name in used)
    change(source=source.replace(columns=columns, target=complete(source).target))


def _take_rows(entered: list[state.Row]) -> None:
    source = table()
    used, profiles = _used(source), {column.name: column for column in _inputs(source)}
    for before, now in zip(_rows(source), entered, strict=True):
        if before != now:
            name = now["column"]
            spec = specs.from_row(used.get(name) or specs.likely(profiles[name]), before, now)
            used.pop(name, None)
            if spec is not None:
                used[name] = spec
    _keep(source, used)


def _set(name: str, **changes: Any) -> None:
    source = table()
    used, profiles = _used(source), {column.name: column for column in _inputs(source)}
    _keep(source, {**used, name: specs.changed(used.get(name) or specs.likely(profiles[name]), **changes)})


def _set_used(name: str, on: bool) -> None:
    if on:
        _set(name)
    else:
        source = table()
        _keep(source, {other: spec for other, spec in _used(source).items() if other != name})


def _use(names: Sequence[str]) -> None:
    source = table()
    used = _used(source)
    profiles = {column.name: column for column in _inputs(source)}
    _keep(source, {name: used.get(name) or specs.likely(profiles[name]) for name in names})


def _as_proposed() -> None:
    source = table()
    change(source=source.replace(columns=(), target=complete(source).target))


def _open(name: str | None) -> None:
    state.remember(_OPEN, name)


def _seen(column: ColumnProfile) -> str:
    """What was found in a column."""
    parts = [f"{text.count(column.unique)} different values", f"{text.count(column.missing)} missing"]
    if column.minimum is not None and column.maximum is not None:
        parts.append(f"{text.escape(str(column.minimum))} to {text.escape(str(column.maximum))}")
    elif column.top:
        parts.append("most often " + ", ".join(text.escape(str(value))[:40] for value, _ in column.top[:3]))
    parts.append({"id": "looks like an id", "constant": "always the same", "empty": "empty"}.get(column.type, ""))
    parts.append(text.escape(column.note))
    return " · ".join(filter(None, parts))
