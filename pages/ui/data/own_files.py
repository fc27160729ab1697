"""The user's own files: upload one, take one that was uploaded before, or one in a folder of the server."""

import streamlit as st

from models.errors import NetloomError
from pages.ui import state, text
from pages.ui.data import incoming, server_files
from pages.ui.data.edit import attempt, data
from pipelines.data.files import files

ENDINGS = ["csv", "tsv", "txt", "parquet", "zip", "npz"]
_UPLOAD = "data.upload"
MB = 2**20


def controls() -> None:
    """Every way to a file."""
    _uploader()
    incoming.receive()
    _uploads()
    server_files.controls()


def _uploader() -> None:
    limit = int(st.get_option("server.maxUploadSize"))
    file = st.file_uploader(
        "Upload a table, images, texts or arrays",
        type=ENDINGS,
        key=state.fresh(_UPLOAD),
        help=f"A CSV, TSV or Parquet file; a zip with a folder of images for each class, or of images and masks; or an "
        f"NPZ with x and y. Up to {limit} MB. It stays on this machine.",
    )
    if file is None:
        return
    before = {upload.path for upload in files.uploads()}
    try:
        path = files.keep_upload(file, file.name, limit * MB)
        incoming.bring(path, is_new=path not in before)
    except NetloomError as error:
        incoming.refuse(error)
    state.renew(_UPLOAD)  # its copy in memory goes
    st.rerun()


def _uploads() -> None:
    """What was uploaded before, newest first."""
    kept = files.uploads()
    if not kept:
        return
    with st.popover(f"Uploads ({len(kept)})", icon=":material/folder_open:", key="data.uploads"):
        for upload in kept:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.button(
                    text.escape(upload.name), key=f"data.upload.take.{upload.path}", type="tertiary",
                    icon=":material/check:" if upload.path == _path_in_use() else ":material/draft:",
                    on_click=incoming.bring, args=(upload.path,),
                )  # fmt: skip
                st.space("stretch")
                st.caption(f"{text.size(upload.bytes)} · {text.ago(upload.uploaded_at)}", width="content")
                st.button(
                    "", key=f"data.upload.delete.{upload.path}", icon=":material/delete:", type="tertiary",
                    help="Delete it. Runs that were trained on it stay, but can no longer be repeated.",
                    on_click=attempt, args=(files.delete_upload, upload.path),
                )  # fmt: skip


def _path_in_use() -> str | None:
    return getattr(data().source, "path", None)
