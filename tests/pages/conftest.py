"""The pages under Streamlit's own test runner, on a home of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipelines.launch import liveness
from pipelines.runs.store import RunStore

MAIN = Path(__file__).resolve().parents[2] / "pages" / "main.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture
def store(home: Path) -> Iterator[RunStore]:
    """The run store of the test's home. Whatever process was started for it is ended."""
    opened = RunStore(home)
    yield opened
    for run in opened.find(statuses=["queued", "running"]):
        opened.request(run.uid, "kill")
        liveness.kill(run.pid, run.pid_created)
    for service in opened.services("supervisor"):
        liveness.kill(service.pid, service.pid_created)
    opened.close()


@pytest.fixture
def open_page(store: RunStore) -> Iterator[OpenPage]:
    """`open_page("train.py", run=uid)`: a new browser tab on a page, drawn once."""

    def open_page(page: str = "home.py", timeout_s: float = 30, **params: str) -> AppTest:
        tab = AppTest.from_file(MAIN, default_timeout=timeout_s)
        for name, value in params.items():
            tab.query_params[name] = value
        tab.switch_page(page)
        tab.run()
        return tab

    yield open_page
    st.cache_resource.clear()
    st.cache_data.clear()
