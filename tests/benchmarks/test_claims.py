"""What the claims ask for can be trained, and what judges them tells right from wrong."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.claims.__main__ import CLAIMS
from benchmarks.claims.claim import Tried
from pipelines.fitting import problems
from pipelines.runs.store import RunStore


@pytest.mark.parametrize("name", CLAIMS)
def test_its_runs_can_be_trained(name: str) -> None:
    specs = CLAIMS[name].specs
    assert specs and all(problems(spec, None) == () for spec in specs.values())


def test_the_small_perceptron_is_judged_by_its_mean(home) -> None:
    claim, store = CLAIMS["small-perceptron"], RunStore(home)

    def verdict(accuracy: float):
        tried = {}
        for name, spec in claim.specs.items():
            run = store.create(spec)
            points = pd.DataFrame([(run.uid, "test", "accuracy", 9, 15_000, accuracy, 1.0)],
                                  columns=["run", "split", "name", "epoch", "step", "value", "time_s"])  # fmt: skip
            tried[name] = Tried(run, spec, points, home)
        return claim.judge(tried)

    assert verdict(0.970).holds and "97.00 %" in verdict(0.970).seen
    assert not verdict(0.93).holds
    assert not verdict(np.nan).holds
    store.close()
