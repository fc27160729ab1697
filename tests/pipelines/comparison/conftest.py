"""Real runs in a real store, with metrics written as a worker writes them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from models.spec import ModelSpec
from pipelines.comparison.variants import STUDY_TAG, VARIANT_TAG
from pipelines.runs.facts import MetricPoint, Run, Status
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


class Study:
    """A store, and runs of one study in it."""

    def __init__(self, home: Path) -> None:
        self.store = RunStore(home)

    def add(
        self,
        variant: str | None,
        seed: int,
        test: float | None = None,
        val: Sequence[float] = (),
        status: Status = "finished",
        best_epoch: int | None = None,
    ) -> Run:
        """A run with a test accuracy and validation accuracies by epoch, ended with `status`."""
        tags = {} if variant is None else {STUDY_TAG: "s", VARIANT_TAG: variant}
        run = self.store.create(RunSpec(model=ModelSpec(), seed=seed, tags=tags))
        points = [MetricPoint("accuracy", "val", epoch, 10 * epoch + 9, value) for epoch, value in enumerate(val)]
        if test is not None:
            points.append(MetricPoint("accuracy", "test", max(len(val) - 1, 0), 10 * max(len(val), 1) - 1, test))
        self.store.log_epoch(run.uid, points)
        if status == "running":
            self.store.claim(run.uid, "host", "cpu")
        elif status != "queued":
            self.store.finish(run.uid, status, best_epoch=best_epoch)
        return self.store.get(run.uid)

    def add_all(self, tests: Mapping[str, Sequence[float]]) -> None:
        """Finished runs: test accuracies by variant, seeds 0, 1, ..."""
        for variant, found in tests.items():
            for seed, test in enumerate(found):
                self.add(variant, seed, test)

    @property
    def runs(self) -> list[Run]:
        return self.store.find()

    @property
    def history(self):
        return self.store.history([run.uid for run in self.runs])


@pytest.fixture
def study(home: Path) -> Iterator[Study]:
    study = Study(home)
    yield study
    study.store.close()
