"""A run's network comes back warm, or one sentence says why not."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.errors import NetloomError
from models.spec import ModelSpec, Node
from pipelines.examples import EXAMPLES
from pipelines.runs.facts import RunNotFound
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec, SnapshotSpec
from tests.pipelines.training.test_several_outputs import THREE, heads

pytestmark = pytest.mark.slow


def test_the_network_is_read_once(home: Path, make_run) -> None:
    from pipelines.inspection.trained import trained

    uid, _ = make_run("iris", "iris")
    assert trained(home, uid[:6]).model is trained(home, uid).model


def test_a_run_that_was_not_trained_says_so(home: Path) -> None:
    from pipelines.inspection.trained import trained

    run = RunStore(home).create(RunSpec(model=ModelSpec()))
    with pytest.raises(NetloomError, match=r"has no trained network: its status is queued\."):
        trained(home, run.uid)
    for uid in ("no", "../../etc", ""):
        with pytest.raises(RunNotFound):
            trained(home, uid)


@pytest.mark.parametrize("file", ["model.keras", "preparation.npz"])
def test_a_damaged_file_is_named(home: Path, make_run, file: str) -> None:
    from pipelines.inspection.trained import trained

    uid, _ = make_run("iris", "iris")
    (home / "runs" / uid / file).write_text(json.dumps("damaged"))
    with pytest.raises(NetloomError, match="cannot be read"):
        trained(home, uid)


def train_with_snapshots(home: Path, spec: RunSpec) -> str:
    """Really train, for two epochs; gives the run's uid."""
    from pipelines.training.worker import train

    fit = spec.train.replace(epochs=2, early_stopping=None, snapshots=SnapshotSpec())
    store = RunStore(home)
    uid = store.create(spec.replace(train=fit)).uid
    store.claim(uid, "here", "cpu")
    train(home, uid)
    assert store.get(uid).status == "finished", store.get(uid).error
    store.close()
    return uid


@pytest.fixture(scope="module")
def snapped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home, and in it a run that was really trained for two epochs, with snapshots and random layers."""
    home = tmp_path_factory.mktemp("snapped")
    example = EXAMPLES["iris-mlp"]
    model = example.model
    nodes = (*model.nodes[:-1], Node(name="drop", kind="Dropout", config={"rate": 0.2}), model.nodes[-1])
    uid = train_with_snapshots(home, example.replace(model=model.replace(nodes=nodes)))
    return home, uid


def test_the_last_snapshot_is_the_network_that_was_kept(snapped) -> None:
    from pipelines.inspection.trained import rows_of, trained

    home, uid = snapped
    kept, last, first = trained(home, uid), trained(home, uid, 2), trained(home, uid, 0)
    x, _ = rows_of(kept, "test")
    np.testing.assert_array_equal(last.predict(x), kept.predict(x))
    assert np.abs(first.predict(x) - kept.predict(x)).max() > 0.01
    assert len({kept.version, last.version, first.version}) == 3


def test_a_snapshot_of_a_network_of_several_outputs_has_each_of_them(home: Path) -> None:
    from pipelines.inspection.trained import rows_of, trained

    uid = train_with_snapshots(home, heads(*THREE))
    kept, last = trained(home, uid), trained(home, uid, 2)
    x, _ = rows_of(kept, "test")
    for name, values in kept.outputs(x).items():
        if name != "image":  # which is drawn anew each time
            np.testing.assert_array_equal(last.outputs(x)[name], values)


def test_probes_look_at_a_snapshot_and_leave_the_kept_predictions_alone(snapped) -> None:
    from pipelines.inspection.confusion import confusion

    home, uid = snapped
    now = confusion(home, uid)
    then = confusion(home, uid, epoch=0)
    assert then.num_wrong > now.num_wrong
    assert confusion(home, uid).num_wrong == now.num_wrong


def test_snapshots_can_be_looked_at_before_there_is_a_network(snapped, tmp_path: Path) -> None:
    from pipelines.inspection.filters import filters

    home, uid = snapped
    shutil.copytree(home, tmp_path / "home")
    (tmp_path / "home" / "runs" / uid / "model.keras").unlink()
    assert filters(tmp_path / "home", uid, epoch=1).layers
    with pytest.raises(NetloomError, match="has no trained network"):
        filters(tmp_path / "home", uid)


def test_a_damaged_snapshot_and_one_that_is_not_there_are_said(snapped, tmp_path: Path) -> None:
    from pipelines.inspection.trained import trained

    home, uid = snapped
    shutil.copytree(home, tmp_path / "home")
    (tmp_path / "home" / "runs" / uid / "snapshots" / "epoch-000001.npz").write_bytes(b"no snapshot")
    with pytest.raises(NetloomError, match=r"epoch-000001\.npz cannot be read"):
        trained(tmp_path / "home", uid, 1)
    with pytest.raises(NetloomError, match="no snapshot after epoch 9; it has: 0, 1, 2"):
        trained(tmp_path / "home", uid, 9)
