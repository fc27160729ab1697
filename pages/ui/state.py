"""The one file that touches session_state and query_params.

Three things live here. The draft: the RunSpec in the making, one a tab, on disk after each change. The address: which
run or runs a page is about, so that every page is a link. And fields: widgets whose value is always the one that the
program holds, whatever the browser last drew.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st
from pydantic import ValidationError

from models.errors import NetloomError
from models.spec import ModelSpec
from pages.ui import resources
from pipelines.drafts import Draft
from pipelines.history import History

# Session keys of this file; a page's own are `page.field.id`.
_DRAFT, _DRAFT_ID, _STAMP, _REFUSED, _NOTICE = "draft", "draft.id", "draft.stamp", "draft.refused", "notice"
_UNSURE = "field.unsure"
_NOTHING = object()
_SENT_S = 0.1  # what a run has drawn may still be dropped when the next one begins
_LOST_S = 5.0  # after that, the browser has it, or has been left
Row = dict[str, Any]


# The draft


def draft() -> Draft:
    """The draft of this tab: the one that its address names, else a copy of the one saved last, else the first one."""
    session = st.session_state
    if _DRAFT not in session:
        drafts = resources.drafts()
        named = st.query_params.get("draft", "")
        loaded = drafts.load(named)
        session[_DRAFT], session[_STAMP] = loaded or (drafts.newest() or Draft(), None)
        session[_DRAFT_ID] = named if loaded else drafts.fresh_id()
    if session[_STAMP] is not None and st.query_params.get("draft") != session[_DRAFT_ID]:
        st.query_params["draft"] = session[_DRAFT_ID]
    return session[_DRAFT]


def keep(changed: Draft) -> None:
    """Make `changed`, matched to its data, the draft of this tab, and save it.

    Raises:
        NetloomError: its data are others than before, and cannot be used so.
    """
    before = draft()
    session = st.session_state
    try:
        changed = changed.matched()
    except NetloomError:
        if changed.spec.data != before.spec.data:
            raise  # such data are refused; where those of before are gone, the draft can still be worked on
    if changed == before:
        return
    session[_DRAFT] = changed
    session[_DRAFT_ID], session[_STAMP] = resources.drafts().save(changed, session[_DRAFT_ID], session[_STAMP])


def begin(begun: Draft) -> None:
    """Make `begun` a new draft of this tab; the one before stays on disk, under its own address."""
    session = st.session_state
    drafts = resources.drafts()
    session[_DRAFT] = begun
    session[_DRAFT_ID], session[_STAMP] = drafts.save(begun, drafts.fresh_id(), None)
    draft()  # which puts it into the address


def change_model(model: ModelSpec) -> None:
    """Make `model`, matched to the data, the network of the draft; `undo` goes back to the one before.

    Raises:
        NetloomError: as `keep`.
    """
    held = draft()
    keep(held.replace(spec=held.spec.replace(model=model)))
    after = draft().spec.model
    if after != held.spec.model:
        _history().push(held.spec.model, after)


def can_undo() -> bool:
    """Whether the network of the draft was another one before."""
    return _history().can_undo(draft().spec.model)


def can_redo() -> bool:
    """Whether a change of it was undone."""
    return _history().can_redo(draft().spec.model)


def undo() -> None:
    """Go back to the network before the last change, if there was one."""
    _restore(_history().undo(draft().spec.model))


def redo() -> None:
    """Make the change again that was undone last, if there was one."""
    _restore(_history().redo(draft().spec.model))


def _restore(model: ModelSpec | None) -> None:
    if model is not None:
        held = draft()
        keep(held.replace(spec=held.spec.replace(model=model)))


def _history() -> History:
    draft()  # which may be another one than that of the last run of the script
    return resources.drafts().history(st.session_state[_DRAFT_ID])


# Fields


def field(key: str, value: Any) -> str:
    """Let the next widget with this key show `value`, unless it shows an entry that was refused. Returns the key.

    Give the widget the same value as its own (see `pages.ui.fields`). What was entered comes back by `entered(key)`, in
    its on_change callback.
    """
    if key not in st.session_state:
        _refused().pop(key, None)  # the page was left, and the entry with it
    unsure: dict[str, float] = _held(_UNSURE)
    again = unsure.get(key, 0.0) > time.monotonic()
    if key not in _refused() and (again or st.session_state.get(key, _NOTHING) != value):
        st.session_state[key] = value
        unsure[key] = time.monotonic() + _LOST_S
    return key


def drawn() -> None:
    """A run of the script has come to its end: what it set its fields to is on its way to the browser.

    A run that another one cuts short may never reach the browser, which goes on showing, and then reporting as if it
    had been entered, what was there before. So what it set is set again, until a run ends.
    """
    soon = time.monotonic() + _SENT_S
    unsure: dict[str, float] = _held(_UNSURE)
    st.session_state[_UNSURE] = {key: min(end, soon) for key, end in unsure.items() if end > soon - _SENT_S}


def held(key: str, value: Any) -> str:
    """Let the next widget with this key go on from the one before, or begin with `value`. Returns the key.

    To Streamlit, a widget with another label is another one, which would begin anew.
    """
    st.session_state[key] = st.session_state.get(key, value)
    return key


def entered(key: str) -> Any:
    """What the widget with this key shows."""
    return st.session_state.get(key)


def take(key: str, apply: Callable[[Any], None], read: Callable[[str], Any] = entered) -> None:
    """A widget's on_change: hand its entry to `apply`; keep the entry and what was wrong with it if it is refused."""
    if read is entered and key not in st.session_state:
        return  # the browser speaks of a field that is gone: a run that drew it was cut short by one that did not
    _refused().pop(key, None)
    try:
        apply(read(key))
    except ValidationError as error:
        _refused()[key] = _reason(error)
    except NetloomError as error:
        _refused()[key] = str(error)


def rows(key: str, held: Sequence[Row]) -> tuple[str, list[Row]]:
    """Let the next data editor show the rows that the program holds. Returns its widget's key, and what to give it.

    An editor keeps what was changed in it beside what it was given. It goes on as it is while both together come to
    what is held; anything else (a refused entry, a change from elsewhere) begins it anew.
    """
    given: list[Row] = st.session_state.get(f"{key}.given", [])
    if not given or _with_edits(given, st.session_state.get(fresh(key))) != list(held):
        renew(key)
        given = st.session_state[f"{key}.given"] = [dict(row) for row in held]
    return fresh(key), given


def entered_rows(key: str) -> list[Row]:
    """What the data editor of `rows(key, ...)` shows."""
    return _with_edits(st.session_state.get(f"{key}.given", []), st.session_state.get(fresh(key)))


def fresh(key: str) -> str:
    """The key of a widget that `renew(key)` can begin anew, empty."""
    return f"{key}.{st.session_state.get(f'{key}.count', 0)}"


def renew(key: str) -> None:
    """Begin the widget of `fresh(key)` anew."""
    st.session_state[f"{key}.count"] = st.session_state.get(f"{key}.count", 0) + 1


def refusal(key: str) -> str | None:
    """Why the entry that the widget shows was refused, or None."""
    return _refused().get(key)


def refusals(prefix: str) -> list[str]:
    """Why entries of fields whose keys begin so were refused, for those that a page still shows."""
    return [reason for key, reason in _refused().items() if key.startswith(prefix) and key in st.session_state]


def forget(prefix: str) -> None:
    """Drop what is remembered under keys that begin so, refused entries included."""
    for key in [key for key in st.session_state if isinstance(key, str) and key.startswith(prefix)]:
        del st.session_state[key]
    for key in [key for key in _refused() if key.startswith(prefix)]:
        del _refused()[key]


def recall(key: str, default: Any = None) -> Any:
    """What a page remembered in this tab."""
    return st.session_state.get(key, default)


def remember(key: str, value: Any) -> None:
    """Keep something in this tab, under `page.field.id`. Not for what must survive a refresh."""
    st.session_state[key] = value


# How pydantic calls a bound, in fewer words.
_BOUNDS = {
    "greater_than_equal": "at least {ge:g}", "less_than_equal": "at most {le:,g}", "greater_than": "more than {gt:g}",
    "less_than": "less than {lt:g}",
}  # fmt: skip


def _reason(error: ValidationError) -> str:
    """Why a spec refused an entry: its field is the widget, so only the fault is said."""
    fault = error.errors(include_url=False)[0]
    words = fault["msg"].removeprefix("Value error, ").replace("Input should be", "It must be")
    if fault["type"] in _BOUNDS:
        words = "It must be " + _BOUNDS[fault["type"]].format_map(fault.get("ctx", {}))
    received = "" if "Received:" in words else f". Received: {fault.get('input')!r:.80}"
    return f"{words[:1].upper()}{words[1:]}{received}"


def _with_edits(given: Sequence[Row], state: Any) -> list[Row]:
    edits = state["edited_rows"] if state else {}
    return [{**row, **edits.get(index, {})} for index, row in enumerate(given)]


def _refused() -> dict[str, str]:
    return _held(_REFUSED)


def _held(key: str) -> dict[str, Any]:
    if key not in st.session_state:
        st.session_state[key] = {}
    return st.session_state[key]


# Notices: what a callback has to say, shown by the page that is drawn next


def notify(message: str | NetloomError) -> None:
    """Say something once, on the next run of the script: a plain sentence, or an error to show as one."""
    st.session_state[_NOTICE] = message


def has_notice() -> bool:
    """Whether `notify` has left something."""
    return st.session_state.get(_NOTICE) is not None


def pop_notice() -> str | NetloomError | None:
    """What `notify` left, once."""
    return st.session_state.pop(_NOTICE, None)


# The address


def run_uid() -> str | None:
    """The run that the address names (`?run=`), or None."""
    return st.query_params.get("run") or None


def show_run(uid: str | None) -> None:
    """Put a run into the address, or take it out."""
    _put("run", uid)


def run_uids() -> list[str]:
    """The runs that the address names (`?runs=a,b`), in its order, each once."""
    return list(dict.fromkeys(uid for uid in st.query_params.get("runs", "").split(",") if uid))


def show_runs(uids: Iterable[str]) -> None:
    """Put several runs into the address, or take them out."""
    _put("runs", ",".join(uids) or None)


def param(name: str, default: str = "") -> str:
    """Another part of the address."""
    return st.query_params.get(name, default)


def show_param(name: str, value: str | None) -> None:
    """Change another part of the address; None takes it out."""
    _put(name, value)


def go(page: str, **params: str) -> None:
    """Leave for another page: `go("runs.py", run=uid)`."""
    st.switch_page(page, query_params=params)


def _put(name: str, value: str | None) -> None:
    if value is None:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
