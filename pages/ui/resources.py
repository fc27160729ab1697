"""Handles that every tab shares (the store, the drafts) and what is worth computing once (data, summaries)."""

from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import streamlit as st

from models.errors import NetloomError
from models.facts import Summary
from models.spec import ModelSpec
from pipelines import engine
from pipelines.data.loading import Splits, load
from pipelines.data.preview import Preview, preview
from pipelines.data.spec import DataSpec
from pipelines.drafts import DraftStore
from pipelines.launch.slots import Inventory
from pipelines.launch.slots import inventory as inventory_now
from pipelines.runs.home import home_dir
from pipelines.runs.store import RunStore


def store() -> RunStore:
    """The run store of this home. Raises: StoreError."""
    return _store(home_dir())


def drafts() -> DraftStore:
    """The drafts of this home."""
    return DraftStore(home_dir())


def inventory() -> Inventory:
    """The devices of this machine; asked anew after a minute."""
    return _inventory()


def splits(data: DataSpec) -> Splits:
    """The rows of `data`, read once; treat them as read-only. Raises: NetloomError where they are not on disk."""
    return _splits(data.model_dump_json())


def data_preview(data: DataSpec) -> Preview:
    """What to show of `data`. Raises: as `splits`."""
    return _preview(data.model_dump_json())


def summary(model: ModelSpec, patience_s: float = 60) -> Summary | None:
    """What Keras says of `model`: shapes, counts, problems. None where it has not answered within `patience_s`.

    Raises: NetloomError where the engine fails.
    """
    model_json = model.model_dump_json()
    answer = _summary(model_json)
    try:
        return answer.result(patience_s)
    except TimeoutError:
        return None
    except (NetloomError, CancelledError):
        _summary.clear(model_json)
        raise


def ask(function: str, /, timeout_s: float = 60, **kwargs: Any) -> Any:
    """Run a function of `models` or `pipelines` in the Keras process. Raises: NetloomError."""
    return engine.call(function, timeout_s=timeout_s, **kwargs)


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(home: Path) -> RunStore:
    return RunStore(home)


@st.cache_resource(max_entries=4, show_spinner="Reading the data")
def _splits(data_json: str) -> Splits:
    return load(DataSpec.model_validate_json(data_json))


@st.cache_data(max_entries=16, show_spinner=False)
def _preview(data_json: str) -> Preview:
    return preview(_splits(data_json))


@st.cache_resource(max_entries=256, show_spinner=False)
def _summary(model_json: str) -> Future[Summary]:
    return engine.submit("models.summary.summarize", spec=ModelSpec.model_validate_json(model_json))


@st.cache_data(ttl=60, show_spinner=False)
def _inventory() -> Inventory:
    return inventory_now()
