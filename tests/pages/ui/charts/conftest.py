"""Histories made by hand, in the shape in which RunStore.history gives them."""

from collections.abc import Callable

import pandas as pd
import pytest

COLUMNS = ["run", "split", "name", "epoch", "step", "value", "time_s"]


@pytest.fixture
def history() -> Callable[..., pd.DataFrame]:
    """history(run, train=[...], val=[...], metric="loss"): one point an epoch, 40 steps and 1.5 s each."""

    def make(run: str, metric: str = "loss", **values: list[float]) -> pd.DataFrame:
        rows = [
            (run, split, metric, epoch, (epoch + 1) * 40, value, (epoch + 1) * 1.5)
            for split, series in values.items()
            for epoch, value in enumerate(series)
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    return make
