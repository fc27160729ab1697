"""`python -m pipelines.training`: the cold way to train one run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.spec import OptimizerSpec
from tests.pipelines.training.conftest import mlp_spec, table_spec

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]


def test_it_claims_and_trains_a_run_that_waits(store) -> None:
    uid = store.create(table_spec("iris", 3, "softmax", 4)).uid
    command = [sys.executable, "-m", "pipelines.training", uid]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ.copy(), capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    run = store.get(uid)
    assert (run.status, run.device, run.attempt) == ("finished", "cpu", 1)
    assert run.pid != os.getpid()


def test_a_failed_run_exits_1_with_its_cause(store, capsys) -> None:
    from pipelines.training.__main__ import main

    uid = store.create(mlp_spec(optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": 1e30}))).uid
    assert main([uid]) == 1
    assert "learning rate 1e+30 is too high" in capsys.readouterr().err


def test_an_unknown_run_exits_2_in_words(store, capsys) -> None:
    from pipelines.training.__main__ import main

    assert main(["abcdefabcdef"]) == 2
    assert "There is no run 'abcdefabcdef'." in capsys.readouterr().err
