"""The library: networks kept under a name, every save a version; open one, or tidy up."""

from itertools import pairwise

import streamlit as st

from models.differences import differences
from models.errors import NetloomError
from models.spec import ModelSpec
from pages.ui import fields, resources, state, text
from pages.ui.design import work
from pipelines.library import ModelLibrary, Saved

_KEY = "design.library"
_DONE = {"rename": "{0} is called {1} now.", "duplicate": "{1} is a copy of {0}.", "delete": "{0} is deleted."}


def show() -> None:
    """The button that opens the library."""
    if st.button("Library", key=_KEY, icon=":material/bookmarks:", help="Keep this network, or open one that was."):
        state.forget(f"{_KEY}.")
        dialog()


@st.dialog("Library", width="large", icon=":material/bookmarks:")
def dialog() -> None:
    """What was kept, and where the network at hand is kept."""
    library, model = resources.library(), work.model()
    _said()
    _keep(library, model)
    kept = library.names()
    if not kept:
        st.caption("Nothing was saved yet. A network that is saved again under its name gets a new version.")
    for saved in kept:
        label = f"**{text.escape(saved.name)}** · version {saved.version} · {_facts(saved)}"
        with fields.fold(label, f"{_KEY}.of.{saved.name}") as opened:
            if opened.open:
                _versions(library, saved)
                _tidy(library, saved)


def history(library: ModelLibrary, name: str) -> list[tuple[Saved, str]]:
    """Every version of a network, newest first, and what it changed in the one before."""
    versions = library.versions(name)
    specs = [library.load(name, saved.version) for saved in versions]
    changes = [differences(before, after) for after, before in pairwise(specs)]
    return list(zip(versions, [*changes, "the first version"], strict=True))


def _facts(saved: Saved) -> str:
    note = f" · {text.escape(saved.note)}" if saved.note else ""
    return f"{saved.layers} layer{'' if saved.layers == 1 else 's'} · {text.ago(saved.saved_at)}{note}"


def _keep(library: ModelLibrary, model: ModelSpec) -> None:
    name, note, button = st.columns([3, 4, 2], vertical_alignment="bottom")
    kept = state.recall(f"{_KEY}.name") or state.recall("library.last", model.name)
    with name:
        st.text_input("Name", key=state.field(f"{_KEY}.name", kept), max_chars=80)
    with note:
        st.text_input(
            "Note", key=state.fresh(f"{_KEY}.note"), placeholder="what is new in it; may be empty", max_chars=200
        )
    with button:
        st.button("Save", key=f"{_KEY}.save", type="primary", icon=":material/save:", width="stretch",
                  disabled=not model.nodes, on_click=_save, args=(library,))  # fmt: skip


def _save(library: ModelLibrary) -> None:
    name, note = state.entered(f"{_KEY}.name") or "", state.entered(state.fresh(f"{_KEY}.note")) or ""
    try:
        saved = library.save(work.model(), name, note)
    except NetloomError as error:
        state.remember(f"{_KEY}.said", error)
        return
    state.remember("library.last", saved.name)
    state.renew(f"{_KEY}.note")
    state.remember(f"{_KEY}.said", f"Saved as {saved.name}, version {saved.version}.")


def _said() -> None:
    """What the last click came to."""
    said = state.recall(f"{_KEY}.said")
    state.remember(f"{_KEY}.said", None)
    if isinstance(said, NetloomError):
        text.show_error(said)
    elif said:
        st.success(text.escape(said), icon=":material/check:")


def _versions(library: ModelLibrary, newest: Saved) -> None:
    try:
        versions = history(library, newest.name)
    except NetloomError as error:
        text.show_error(error)
        return
    for saved, changed in versions:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if st.button("Open", key=f"{_KEY}.open.{saved.name}.{saved.version}", icon=":material/folder_open:"):
                _open(library, saved)
            st.markdown(f"Version {saved.version} · {_facts(saved)}  \n:gray[{text.escape(text.sentence(changed))}]")


def _open(library: ModelLibrary, saved: Saved) -> None:
    try:
        model = library.load(saved.name, saved.version)
    except NetloomError as error:
        text.show_error(error)
        return
    if work.change(lambda _: model):
        state.remember("library.last", saved.name)
        state.notify(f"Opened {saved.name}, version {saved.version}. Undo brings back what was here before.")
    st.rerun()


def _tidy(library: ModelLibrary, saved: Saved) -> None:
    """Rename, duplicate, delete."""
    key = f"{_KEY}.new.{saved.name}"

    def do(how: str) -> None:
        new = state.entered(state.fresh(key)) or ""
        try:
            getattr(library, how)(saved.name, *(() if how == "delete" else (new,)))
        except NetloomError as error:
            state.remember(f"{_KEY}.said", error)
            return
        if how == "rename":
            for held in (f"{_KEY}.name", "library.last"):  # the next save is of the same network
                if state.recall(held) == saved.name:
                    state.remember(held, new.strip())
        state.remember(f"{_KEY}.said", _DONE[how].format(saved.name, new.strip()))
        state.renew(key)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Another name", key=state.fresh(key), max_chars=80, width=260)
        st.button("Rename", key=f"{key}.rename", on_click=do, args=("rename",))
        st.button("Duplicate", key=f"{key}.duplicate", on_click=do, args=("duplicate",),
                  help="A copy of the newest version under the other name.")  # fmt: skip
        with st.popover("Delete", icon=":material/delete:", key=f"{key}.ask"):
            count = len(library.versions(saved.name))
            what = f"All its {count} versions go" if count > 1 else "It goes"
            st.markdown(f"Delete **{text.escape(saved.name)}**? {what} for good; drafts and runs keep their networks.")
            st.button("Delete for good", key=f"{key}.delete", type="primary", on_click=do, args=("delete",))
