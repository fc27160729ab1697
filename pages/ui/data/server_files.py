"""Files and folders of the server, below those that NETLOOM_DATA names. Without it nothing is shown."""

import os
from pathlib import Path

import streamlit as st

from pages.ui import fields, state, text
from pages.ui.data import incoming
from pipelines.data.files import files

_AT = "data.server.at"
ENTRIES_SHOWN = 500
UP, HERE = "..", "."


def controls() -> None:
    """A path to type, or a walk through the folders."""
    roots = [folder for folder in files.allowed_folders()[1:] if folder.is_dir()]
    if not roots:
        return
    at = _at(roots)
    with st.expander("On the server", key="data.server"):
        fields.line("Path", "data.server.path", str(at), _typed, help=f"Below {', '.join(map(str, roots))}.")
        if at.is_dir():
            try:
                listed = entries(at, roots)
            except OSError as error:
                st.caption(f"{text.escape(str(at))} cannot be opened: {error.strerror}.")
                listed = [UP]
            fields.choice("In this folder", "data.server.entry", None, listed, _pick, f"{len(listed)} entries")
        st.button(
            "Use this folder" if at.is_dir() else "Use this file", key="data.server.use", icon=":material/input:",
            help="A table, a zip or an NPZ; or a folder of images with one folder for each class.",
            on_click=incoming.bring, args=(str(at),),
        )  # fmt: skip


def entries(at: Path, roots: list[Path]) -> list[str]:
    """What lies in a folder: folders with a slash, then files, by name; `..` where the way up is allowed."""
    with os.scandir(at) as found:
        names = [(not entry.is_dir(), entry.name) for entry in found if not entry.name.startswith(".")]
    shown = [name if is_file else f"{name}/" for is_file, name in sorted(names)[:ENTRIES_SHOWN]]
    return shown if at in roots and len(roots) == 1 else [UP, *shown]


def _at(roots: list[Path]) -> Path:
    """Where the walk stands: below one of the folders that may be read."""
    at = Path(state.recall(_AT) or roots[0])
    return at if any(at == root or root in at.parents for root in roots) else roots[0]


def _typed(path: str) -> None:
    state.remember(_AT, str(files.resolve(path.strip())))


def _pick(entry: str) -> None:
    roots = list(files.allowed_folders()[1:])
    at = _at(roots)
    at = at.parent if at.is_file() else at
    new = at.parent if entry == UP else at / entry.rstrip("/")
    if entry == UP and at in roots:  # from the top of one folder to the next
        new = roots[(roots.index(at) + 1) % len(roots)]
    state.remember(_AT, str(files.resolve(str(new))))
