"""The pages under Streamlit's own test runner, on a home of the test's own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipelines.data.spec import ArraysSource, DataSpec
from pipelines.drafts import Draft, DraftStore
from pipelines.examples import EXAMPLES
from pipelines.fitting import start_from
from pipelines.launch import liveness
from pipelines.runs.facts import MetricPoint, Progress, Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec, SnapshotSpec

MAIN = Path(__file__).resolve().parents[2] / "pages" / "main.py"
TRAIN = "import sys; from pipelines.training.worker import train; [train(sys.argv[1], uid) for uid in sys.argv[2:]]"
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


@pytest.fixture
def make_run(store: RunStore) -> Callable[..., Run]:
    """`make_run("name", status="failed", epochs=4)`: a run as training would have left it, without the training.

    epochs: how many it finished. value: what its accuracy comes to. best, stopped: 0-based epochs. base: an example's
    name; seed, tags and any field of its TrainSpec change it.
    """

    def make_run(
        name: str = "digits", status: str = "finished", epochs: int = 6, *, value: float = 0.9,
        error: str | None = None, best: int | None = None, stopped: int | None = None, base: str = "digits-cnn",
        seed: int = 0, tags: dict[str, str] | None = None, **train: object,
    ) -> Run:  # fmt: skip
        example = EXAMPLES[base]
        spec = example.replace(name=name, seed=seed, tags=tags or {}, train=example.train.replace(**train))
        run = store.create(spec)
        if status == "queued":
            return run
        store.claim(run.uid, "here", "cpu")
        store.started(run.uid, 999_999_999, 1.0)
        planned = spec.train.epochs
        for epoch in range(epochs):
            store.log_epoch(run.uid, epoch_points(epoch, value), Progress(epoch + 1, planned, 0, 40, 5_000.0))
        (store.run_dir(run.uid) / "log.txt").write_text(f"{epochs} epochs\nthe last line\n", encoding="utf-8")
        if status == "finished":
            step = epochs * 40
            test = [MetricPoint(metric, "test", epochs - 1, step, value) for metric in ("loss", "accuracy")]
            store.log_epoch(run.uid, test)
        if status != "running":
            store.finish(run.uid, status, error=error, best_epoch=best, stopped_epoch=stopped)
        return store.get(run.uid)

    return make_run


def epoch_points(epoch: int, value: float) -> list[MetricPoint]:
    """Loss and accuracy of both splits at the end of an epoch."""
    step = (epoch + 1) * 40
    return [
        MetricPoint(metric, split, epoch, step, level)
        for split, bonus in (("train", 0.02), ("val", 0.0))
        for metric, level in (("loss", 1 / (epoch + 1) - bonus), ("accuracy", value * (1 - 0.5**epoch) + bonus))
    ]


def train_all(home: Path, specs: Sequence[RunSpec]) -> dict[str, str]:
    """Train these in a process of its own; gives name -> uid. All must finish."""
    opened, uids = RunStore(home), {}
    for spec in specs:
        uids[spec.name] = opened.create(spec).uid
        opened.claim(uids[spec.name], "here", "cpu")
    environment = {**os.environ, "NETLOOM_HOME": str(home)}
    subprocess.run(
        [sys.executable, "-c", TRAIN, str(home), *uids.values()], cwd=MAIN.parents[1], env=environment, check=True
    )
    ended = {run.name: (run.status, run.error) for run in opened.find()}
    opened.close()
    assert {status for status, _ in ended.values()} == {"finished"}, ended
    return uids


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one short, real training of each kind of data, with snapshots: digits-cnn, iris-mlp, diabetes-mlp."""
    home = tmp_path_factory.mktemp("trained")
    examples = [EXAMPLES[name] for name in ("digits-cnn", "iris-mlp", "diabetes-mlp")]
    fit = {"epochs": 2, "snapshots": SnapshotSpec()}
    train_all(home, [example.replace(train=example.train.replace(**fit)) for example in examples])
    return home


@pytest.fixture
def trained_runs(trained_home: Path, home: Path) -> dict[str, str]:
    """The same in this test's own home: example's name -> uid. Ask for it before `open_page`."""
    shutil.copytree(trained_home, home, dirs_exist_ok=True)
    opened = RunStore(home)
    uids = {run.name: run.uid for run in opened.find()}
    opened.close()
    return uids


@pytest.fixture
def deleted_data(store: RunStore) -> Callable[[], None]:
    """A draft of a network on a file that was there; calling this takes the file away."""
    uploads = store.home / "uploads"
    uploads.mkdir(exist_ok=True)
    x = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
    np.savez(uploads / "mine.npz", x=x, y=x[:, :3].argmax(1))
    data = DataSpec(source=ArraysSource(path="mine.npz"))
    spec = EXAMPLES["iris-mlp"].replace(data=data, model=start_from("table-mlp", data))
    drafts = DraftStore(store.home)
    drafts.save(Draft(spec=spec), drafts.fresh_id(), None)
    return (uploads / "mine.npz").unlink
