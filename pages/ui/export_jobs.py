"""Exports under way. They belong to the server, not to a tab: a refresh finds them again."""

from concurrent.futures import Future
from functools import partial
from pathlib import Path

import streamlit as st

from pipelines import engine
from pipelines.export.facts import ExportReport

TIMEOUT_S = 900  # a SavedModel of a large network, written, loaded and compared
Key = tuple[str, str, str]


def start(home: Path, uid: str, format: str) -> None:
    """Begin to export a run, unless that is under way."""
    jobs, key = _jobs(), (str(home), uid, format)
    if key in jobs and not jobs[key].done():
        return
    jobs[key] = engine.submit(
        "pipelines.export.exporter.export", TIMEOUT_S, "slow", home=home, run_uid=uid, format=format
    )


def under_way(home: Path, uid: str, format: str) -> bool:
    """Whether an export waits or works."""
    job = _jobs().get((str(home), uid, format))
    return job is not None and not job.done()


def outcome(home: Path, uid: str, format: str) -> ExportReport | Exception | None:
    """What became of the last export since the server started; None where none has ended."""
    job = _jobs().get((str(home), uid, format))
    if job is None or not job.done() or job.cancelled():
        return None
    return job.exception() or job.result()  # type: ignore[return-value]


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[Key, "Future[ExportReport]"]:
    return {}


def reader(path: str) -> partial[bytes]:
    """For a download button: the file is read when somebody wants it."""
    return partial(Path(path).read_bytes)
