"""`find-rate` prints what was found, and stores nothing."""

import json

import pytest

from pipelines.__main__ import main
from pipelines.runs.store import RunStore

pytestmark = pytest.mark.slow


def test_it_prints_a_suggestion_and_the_curve_and_leaves_no_run(home, capsys) -> None:
    assert main(["find-rate", "--example", "iris-mlp", "--set", "train.batch_size=8"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 1e-5 < found["suggestion"] < 1
    assert len(found["rates"]) == len(found["losses"]) == len(found["smoothed"]) > 10
    store = RunStore(home)
    assert store.find() == []
    store.close()


def test_it_takes_a_spec_or_an_example(home, capsys) -> None:
    assert main(["find-rate"]) == 2
    assert "either a SPEC.json or an --example" in capsys.readouterr().err
