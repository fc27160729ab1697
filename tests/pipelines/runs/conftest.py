"""A store with a clock of its own, and specs of nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.spec import ModelSpec
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


class Clock:
    """Moves on by a second each time it is read; `now` may be set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(home: Path, clock: Clock) -> Iterator[RunStore]:
    store = RunStore(home, clock=clock)
    yield store
    store.close()


@pytest.fixture
def queue(store: RunStore) -> Callable[..., str]:
    """Queues a run and gives its uid; the settings are those of RunSpec."""

    def queue(priority: int = 0, held: bool = False, **changes) -> str:
        return store.create(RunSpec(model=ModelSpec(), **changes), priority=priority, held=held).uid

    return queue
