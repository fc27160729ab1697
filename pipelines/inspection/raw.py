"""Rows of a table or texts as they came, to be shown beside what a network made of them."""

import functools
from typing import Any

import numpy as np
import pandas as pd

from pipelines.data.loading import raw_rows
from pipelines.data.registry import source_of
from pipelines.data.source import RawRows
from pipelines.data.spec import DataSpec
from pipelines.inspection.trained import Trained
from pipelines.runs.facts import Split


def raw_frame(subject: Trained, split: Split, rows: np.ndarray) -> pd.DataFrame | None:
    """The rows at these positions in a split; None where the data is no table."""
    spec = subject.spec.data
    if source_of(spec.source).dtype != "table":
        return None
    found: Any = _rows(spec.model_dump_json(), split)
    return found.iloc[rows]


@functools.lru_cache(maxsize=1)
def _rows(spec_json: str, split: Split) -> RawRows:
    return raw_rows(DataSpec.model_validate_json(spec_json), split)
