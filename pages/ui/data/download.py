"""A data set that is fetched once, with a bar that moves."""

import streamlit as st

from pages.ui import state, text
from pipelines.data.downloads import downloads
from pipelines.data.downloads.remote_files import OFFLINE_SETS, Download
from pipelines.data.registry import source_of
from pipelines.data.spec import DataSpec


def needed(data: DataSpec) -> bool:
    """Whether the data are still to be fetched."""
    wanted = downloads.file_for(data.source)
    return wanted is not None and downloads.cached_path(wanted) is None


def show(data: DataSpec) -> None:
    """Offer the download that `data` needs, or show how far it is."""
    wanted = downloads.file_for(data.source)
    if wanted is not None:
        busy = downloads.cache_state(wanted).status == "downloading"
        st.fragment(_bar, run_every=0.5 if busy else None)(wanted, busy)
        source = source_of(data.source)
        st.caption(f"{text.escape(source.notes)} Licence: {text.escape(source.licence)}.")


def _bar(wanted: Download, was_busy: bool) -> None:
    now = downloads.cache_state(wanted)
    if now.status == "cached":
        state.keep(state.draft())  # only now can the network be matched to its data
    if now.status == "cached" or (now.status == "downloading") != was_busy:
        st.rerun()  # the whole page, with the tick or without it
    size = text.size(wanted.bytes) if wanted.bytes else "small"
    with st.container(border=True):
        st.markdown(f"**{wanted.title} is not on this machine yet.** It is {size}, fetched once.")
        if now.status == "downloading":
            so_far = text.size(now.bytes)
            st.progress(now.fraction, f"{so_far} of {size}" if wanted.bytes else so_far)
            return
        if now.status == "failed":
            st.error(text.escape(now.error), icon=":material/cloud_off:")
        again = "Try again" if now.status == "failed" else "Download"
        if st.button(again, key="data.download", type="primary", icon=":material/download:"):
            downloads.start(wanted)
            st.rerun()
        if now.status != "failed":  # which says so itself
            st.caption(f"Without a network, take a set that needs none: {OFFLINE_SETS}.")
