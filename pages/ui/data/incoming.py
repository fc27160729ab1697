"""A file or folder of the user's on its way into the draft: read with a spinner, refused in a sentence.

The draft changes only when all went well. A table that could not be read stays at hand, so that other reading options
can be tried on it; any other new upload that is refused is deleted at once.
"""

import contextlib
from dataclasses import dataclass
from pathlib import PurePath

import streamlit as st
from pydantic import ValidationError

from models.errors import NetloomError
from pages.ui import state, text
from pages.ui.data import reading
from pages.ui.data.edit import use
from pipelines.data.files.files import delete_upload
from pipelines.data.recognise import recognise
from pipelines.data.spec import TableSource
from pipelines.data.tables.propose import propose

_NEXT, _FAULT, _NEW = "data.incoming.next", "data.incoming.fault", "data.incoming.new"
TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".dat")


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why a file was not taken. source: the options that it was read with, where others may help."""

    error: NetloomError
    source: TableSource | None = None


def bring(path: str, is_new: bool = False) -> None:
    """Have the page read what lies there. is_new: an upload that nothing uses yet, and that goes if it is no good."""
    if path != state.recall(_NEW):  # else the same file once more
        _forget_new()
        state.remember(_NEW, path if is_new else None)
    state.remember(_NEXT, path)


def bring_table(source: TableSource) -> None:
    """Have the page read a table with these options; its columns are proposed anew."""
    state.remember(_NEXT, source)


def refuse(error: NetloomError) -> None:
    """Have the page say why a file did not even arrive."""
    state.remember(_FAULT, _Fault(error))


def receive() -> None:
    """Read what `bring` named, if anything, and say what was wrong with the last file."""
    fault: _Fault | None
    waiting: str | TableSource | None = state.recall(_NEXT)
    if waiting is not None:
        state.remember(_NEXT, None)
        fault = _read(waiting)
        state.remember(_FAULT, fault)
        if fault is None:
            state.remember(_NEW, None)
        elif fault.source is None:
            _forget_new()
        st.rerun()
    fault = state.recall(_FAULT)
    if fault is not None:
        text.show_error(fault.error)
        if fault.source is not None:
            with st.expander("Read it in another way", key="data.retry"):
                reading.controls(fault.source, bring_table, "data.retry")
        st.button("Dismiss", key="data.incoming.dismiss", icon=":material/close:", on_click=_dismiss)


def _read(waiting: str | TableSource) -> _Fault | None:
    path = waiting if isinstance(waiting, str) else waiting.path
    name = PurePath(path).name
    try:
        with st.spinner(f"Reading {text.escape(name)}"):
            use(recognise(waiting) if isinstance(waiting, str) else propose(waiting))
    except NetloomError as error:
        reason = error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        reason = NetloomError(f"{name} cannot be used: {first}.")
    else:
        return None
    if isinstance(waiting, str) and PurePath(path).suffix.lower() in TABLE_ENDINGS:
        return _Fault(reason, TableSource(path=path))
    return _Fault(reason, waiting if isinstance(waiting, TableSource) else None)


def _dismiss() -> None:
    state.remember(_FAULT, None)
    _forget_new()


def _forget_new() -> None:
    """Delete the new upload that could not be read, if there is one."""
    path = state.recall(_NEW)
    state.remember(_NEW, None)
    if path is not None:
        with contextlib.suppress(NetloomError):  # deleted by hand meanwhile
            delete_upload(path)
