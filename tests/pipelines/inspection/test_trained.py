"""A run's network comes back warm, or one sentence says why not."""

import json
from pathlib import Path

import pytest

from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.runs.facts import RunNotFound
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

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
