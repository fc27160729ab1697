"""A network as something to give away: a link, a JSON file; and networks that come in so."""

import streamlit as st

from models.errors import NetloomError
from models.exchange.importing import Imported, read
from models.exchange.link import pack, unpack
from models.spec import ModelSpec
from pages.ui import state, text
from pages.ui.design import work
from pipelines.drafts import Draft

_KEY = "design.share"
PARAM = "model"  # of the address
SHORT = 500  # characters that are shown whole
LONG = 8_000  # characters that every browser and mail program takes as an address


def show() -> None:
    """The button that opens it."""
    if st.button(
        "Share", key=_KEY, icon=":material/share:", help="As a link or a file; or open a file from elsewhere."
    ):
        state.forget(f"{_KEY}.")
        dialog()


def receive() -> None:
    """Open the network that the address brings (`?model=...`) as a new draft; the visitor's own stays as it is."""
    packed = state.param(PARAM)
    if not packed:
        return
    state.show_param(PARAM, None)
    try:
        model = unpack(packed)
    except NetloomError as error:
        state.notify(error)
        return
    state.begin(draft_of(model, state.draft()))
    state.notify(f"{model.name} came with the link and is a new draft. Your own draft is kept as it was.")


def draft_of(model: ModelSpec, now: Draft) -> Draft:
    """A draft of `model` as it is, on the data of `now`; matched to them only where that changes nothing."""
    draft = now.replace(spec=now.spec.replace(model=model), match_data=True)
    try:
        unchanged = draft.matched() == draft
    except NetloomError:
        unchanged = False
    return draft if unchanged else draft.replace(match_data=False)


def address(model: ModelSpec, page: str) -> str:
    """The link to `model`. `page`: the address of the Design page. Raises: NetloomError where it is too large."""
    return f"{page.partition('?')[0]}?{PARAM}={pack(model)}"


@st.dialog("Share", width="large", icon=":material/share:")
def dialog() -> None:
    """A link, a file, and a file from elsewhere."""
    model = work.model()
    link, file, incoming = st.tabs(["Link", "File", "Open a file"], key=f"{_KEY}.tabs", on_change="rerun")
    if link.open:
        with link:
            _link(model)
    if file.open:
        with file:
            _file(model)
    if incoming.open:
        with incoming:
            _incoming()


def _link(model: ModelSpec) -> None:
    try:
        words = address(model, st.context.url or "design")
    except NetloomError as error:
        text.show_error(error)
        return
    st.caption("Whoever opens this gets the network as a new draft. Nothing is stored anywhere: it is all in the link.")
    st.code(words, language=None, wrap_lines=True, height=160 if len(words) > SHORT else "content")
    if len(words) > LONG:
        st.caption(f":material/warning: With {text.count(len(words))} characters, some mail programs will cut it off; "
                   "the file is safer.")  # fmt: skip


def _file(model: ModelSpec) -> None:
    st.caption("JSON that can be opened here again, read by `python -m models`, and kept under version control.")
    st.download_button(
        "Download JSON", model.model_dump_json(indent=2, exclude_defaults=True), f"{model.name}.json",
        "application/json", key=f"{_KEY}.json", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _incoming() -> None:
    st.caption("A network as JSON (from here, or Keras's `model.to_json()`), or a `.keras` file. The file is read as "
               "data: no code in it is run, and weights are left out.")  # fmt: skip
    file = st.file_uploader("File", type=["json", "keras"], key=state.fresh(f"{_KEY}.file"),
                            label_visibility="collapsed")  # fmt: skip
    if file is None:
        return
    try:
        found = read(file.getvalue(), file.name)
    except NetloomError as error:
        text.show_error(error)
        return
    layers = found.spec.num_layers
    st.markdown(f"**{text.escape(found.spec.name)}** with {layers} layer{'s' if layers != 1 else ''}.")
    for note in found.notes:
        st.markdown(f":material/info: {text.escape(note)}")
    if st.button("Open it", key=f"{_KEY}.open", type="primary", icon=":material/folder_open:"):
        open_imported(found)
        state.renew(f"{_KEY}.file")
        st.rerun()


def open_imported(found: Imported) -> None:
    """Make what was read the network of the draft, as it is."""
    now = state.draft()
    if not draft_of(found.spec, now).match_data and now.match_data:
        state.keep(now.replace(match_data=False))
    if work.change(lambda _: found.spec):
        state.notify(f"Opened {found.spec.name}. Undo brings back what was here before.")
