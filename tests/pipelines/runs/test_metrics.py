"""Summaries always follow from the points, whatever was written, rewritten and forgotten."""

import math
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.spec import ModelSpec
from pipelines.runs.facts import MetricPoint
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

values = st.sampled_from([math.nan, math.inf, -1.0, 0.0, 0.5, 2.0])
writes = st.lists(st.tuples(st.integers(0, 5), values), min_size=1, max_size=4)
actions = st.lists(st.one_of(writes, st.integers(0, 6)), min_size=1, max_size=8)


@given(actions)
@settings(max_examples=40, deadline=None)
def test_summaries_follow_from_the_points(actions: list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        uid = store.create(RunSpec(model=ModelSpec())).uid
        for action in actions:
            if isinstance(action, int):
                store.truncate(uid, action)
            else:
                store.log_epoch(uid, [MetricPoint("loss", "val", epoch, epoch, value) for epoch, value in action])
        logged = store.history([uid])["value"].to_numpy()
        frame = store.frame(uids=[uid])
        if not len(logged):
            assert "val loss" not in frame
        else:
            told = frame[["val loss", "best val loss min", "best val loss max"]].astype(float).to_numpy()[0]
            known = logged[~np.isnan(logged)]
            best = [known.min(), known.max()] if len(known) else [math.nan] * 2
            np.testing.assert_array_equal(told, [logged[-1], *best])
        store.close()
