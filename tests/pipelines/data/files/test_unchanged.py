"""Data that changed behind a run are noticed before anything is made of them."""

from pathlib import Path

import numpy as np
import pytest

from models.errors import NetloomError
from pipelines.data.files.unchanged import FILE, refuse_changed, remember
from pipelines.data.spec import ArraysSource, BundledSource, DataSpec, TableSource
from pipelines.fitting import start_from
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec, TrainSpec


def test_a_file_must_stay_as_it_was(home: Path, tmp_path: Path):
    uploads = home / "uploads"
    uploads.mkdir()
    source, file = TableSource(path="rows.csv"), uploads / "rows.csv"
    file.write_text("a,b\n1,2\n")
    refuse_changed(source, tmp_path)  # a run of before this was remembered
    remember(source, tmp_path)
    remember(source, tmp_path)
    file.write_text("a,b\n1,3\n")
    for check in (remember, refuse_changed):
        with pytest.raises(NetloomError, match=r"rows\.csv has changed since this run began.* train a new run"):
            check(source, tmp_path)
    file.write_text("a,b\n1,2\n")
    refuse_changed(source, tmp_path)
    file.unlink()
    with pytest.raises(NetloomError, match=r"There is no file or folder rows\.csv"):
        refuse_changed(source, tmp_path)


def test_sets_with_a_name_do_not_change(home: Path, tmp_path: Path):
    remember(BundledSource(), tmp_path)
    refuse_changed(BundledSource(), tmp_path)
    assert not (tmp_path / FILE).exists()


@pytest.mark.slow
def test_a_run_neither_goes_on_nor_is_looked_into_with_other_data(home: Path):
    from pipelines.inspection.trained import trained
    from pipelines.launch.again import extend
    from pipelines.training.worker import train

    (home / "uploads").mkdir()
    rows = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")
    np.savez(home / "uploads" / "rows.npz", x=rows, y=rows[:, 0] > 0)
    data = DataSpec(source=ArraysSource(path="rows.npz"))
    store = RunStore(home)
    spec = RunSpec(name="run", data=data, model=start_from("table-mlp", data), train=TrainSpec(epochs=1))

    def go(uid: str) -> str | None:
        store.claim(uid, "here", "cpu")
        train(home, uid)
        return store.get(uid).error

    uid = store.create(spec).uid
    assert go(uid) is None
    assert len(trained(home, uid).data.x["train"]) == 42
    np.savez(home / "uploads" / "rows.npz", x=rows[::-1], y=rows[:, 0] > 0)
    with pytest.raises(NetloomError, match=r"rows\.npz has changed"):
        _ = trained(home, uid).data
    with pytest.raises(NetloomError, match=r"rows\.npz has changed"):
        extend(store, uid, 2)
    assert store.get(uid).status == "finished"
    store.extend(uid, spec.replace(train=TrainSpec(epochs=2)))
    assert "rows.npz has changed since this run began" in (go(uid) or "")
    store.close()
