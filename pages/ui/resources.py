"""Handles that every tab shares (the store, the drafts) and what is worth computing once (data, summaries)."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from models.errors import NetloomError, SpecError
from models.facts import Summary
from models.spec import ModelSpec
from pipelines import engine
from pipelines.data.changes.augmentation import Examples
from pipelines.data.files.files import fingerprint, resolve
from pipelines.data.loading import NotPrepared, Splits, load
from pipelines.data.preview.looked import Looked, look_at
from pipelines.data.preview.variance import Variance, variance
from pipelines.data.registry import source_of
from pipelines.data.source import RawData
from pipelines.data.spec import DataSpec
from pipelines.drafts import DraftStore
from pipelines.launch.slots import Inventory
from pipelines.launch.slots import inventory as inventory_now
from pipelines.library import ModelLibrary
from pipelines.runs.forecast import Forecast
from pipelines.runs.home import home_dir
from pipelines.runs.specs import spec_of
from pipelines.runs.store import RunStore

PREPARE_TIMEOUT_S = 3600  # a large folder of images is decoded once

P = ParamSpec("P")
T = TypeVar("T")


def store() -> RunStore:
    """The run store of this home. Raises: StoreError."""
    return _store(home_dir())


def drafts() -> DraftStore:
    """The drafts of this home."""
    return DraftStore(home_dir())


def library() -> ModelLibrary:
    """The networks that people keep in this home."""
    return ModelLibrary(home_dir())


def inventory() -> Inventory:
    """The devices of this machine; asked anew after a minute."""
    return _inventory()


def splits(data: DataSpec) -> Splits:
    """The rows of `data`, read once; treat them as read-only. Raises: NetloomError where they are not on disk."""
    key = (data.model_dump_json(), _version(data))
    try:
        return _splits(*key)
    except NotPrepared:
        with st.spinner("Preparing the data, once: columns, texts and images become numbers"):
            ask("pipelines.data.keras_loading.prepare", timeout_s=PREPARE_TIMEOUT_S, lane="slow", spec=data)
        return _splits(*key)


def augmented(data: DataSpec) -> Examples:
    """Some training images before and after `data.augment`. Raises: as `splits`."""
    return _augmented(data.model_dump_json(), _version(data))


def explained(data: DataSpec) -> Variance:
    """What the principal components of the scaled inputs of `data` explain. Raises: as `splits`."""
    whole = data.replace(pca=None, augment=())
    return _explained(whole.model_dump_json(), _version(whole))


def looked(data: DataSpec) -> Looked:
    """The raw rows of `data`, read once and shared out; treat them as read-only. Raises: as `splits`."""
    return _looked(_asked(data), _version(data))


def look(function: Callable[Concatenate[Looked, P], T], data: DataSpec, *args: P.args, **kwargs: P.kwargs) -> T:
    """What a function of `pipelines.data.preview` tells of `looked(data)`, computed once. Raises: as `splits`."""
    name = f"{function.__module__}.{function.__qualname__}"
    return _look(name, function, _asked(data), _version(data), args, kwargs)


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


def forecast(uid: str) -> Forecast | None:
    """How long past runs took that did the same work as a run; asked anew after half a minute."""
    return _forecast(home_dir(), uid)


def ask(function: str, /, timeout_s: float = 60, **kwargs: Any) -> Any:
    """Run a function of `models` or `pipelines` in the Keras process. Raises: NetloomError."""
    return engine.call(function, timeout_s=timeout_s, **kwargs)


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(home: Path) -> RunStore:
    return RunStore(home)


@st.cache_resource(max_entries=4, show_spinner="Reading the data")
def _splits(data_json: str, version: str) -> Splits:
    return load(DataSpec.model_validate_json(data_json))


@st.cache_data(max_entries=16, show_spinner=False)
def _augmented(data_json: str, version: str) -> Examples:
    return ask("pipelines.data.changes.keras_augmentation.examples", spec=DataSpec.model_validate_json(data_json))


@st.cache_data(max_entries=16, show_spinner="Finding the principal components")
def _explained(data_json: str, version: str) -> Variance:
    data = DataSpec.model_validate_json(data_json)
    return variance(splits(data), data)


@st.cache_resource(max_entries=2, show_spinner="Reading the data")
def _raw(source_json: str, version: str) -> RawData:
    return source_of(DataSpec.model_validate_json(source_json).source).read()


@st.cache_resource(max_entries=4, show_spinner="Reading the data")
def _looked(data_json: str, version: str) -> Looked:
    data = DataSpec.model_validate_json(data_json)
    return look_at(data, _raw(DataSpec(source=data.source).model_dump_json(), version))


@st.cache_data(max_entries=256, show_spinner="Looking at the data")
def _look(
    name: str,
    _function: Callable[..., Any],
    data_json: str,
    version: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    return _function(_looked(data_json, version), *args, **kwargs)


def _asked(data: DataSpec) -> str:
    """What raw rows and their splits depend on; nothing is read anew for another scaling."""
    asked = DataSpec(source=data.source, task=data.task, split=data.split, corrupt=data.corrupt)
    return asked.model_dump_json()


def _version(data: DataSpec) -> str:
    """Changes with the file that `data` is read from."""
    path = getattr(data.source, "path", None)
    return "" if path is None else _file_version(path)


@st.cache_data(ttl=2, max_entries=16, show_spinner=False)
def _file_version(path: str) -> str:
    return fingerprint(resolve(path))


@st.cache_resource(max_entries=256, show_spinner=False)
def _summary(model_json: str) -> Future[Summary]:
    return engine.submit("models.summary.summarize", spec=ModelSpec.model_validate_json(model_json))


@st.cache_data(ttl=30, max_entries=1024, show_spinner=False)
def _forecast(home: Path, uid: str) -> Forecast | None:
    store = _store(home)
    try:
        return store.forecast(spec_of(store.get(uid)))
    except SpecError:
        return None  # nothing can be told of a run whose spec cannot be read


@st.cache_data(ttl=60, show_spinner=False)
def _inventory() -> Inventory:
    return inventory_now()
