"""What the engine finds inside a trained network, kept until that is trained further."""

from typing import Any

import streamlit as st

from pages.ui import resources, trained_run
from pipelines.inspection.registry import PROBES
from pipelines.runs.facts import Run

TIMEOUT_S = 120  # the first look at a run reads its data and its network


def look(probe: str, run: Run, **kwargs: Any) -> Any:
    """What the probe of this name finds in the state of the network that the page is about. Raises: NetloomError."""
    epoch = trained_run.epoch(run)
    stat = trained_run.network_file(run, epoch).stat()
    with st.spinner("Looking"):
        version = (stat.st_mtime_ns, stat.st_size)
        return _look(probe, str(resources.store().home), run.uid, version, epoch=epoch, **kwargs)


@st.cache_data(max_entries=64, show_spinner=False)
def _look(probe: str, home: str, uid: str, version: tuple[int, int], **kwargs: Any) -> Any:
    return resources.ask(PROBES[probe].function, timeout_s=TIMEOUT_S, home=home, run_uid=uid, **kwargs)
