"""What a table lacks: how often each column, and which columns together."""

import numpy as np
import pandas as pd

from pipelines.data.preview.looked import Looked
from pipelines.runs.facts import Split

_ROWS = 100_000


def missing_counts(looked: Looked) -> pd.DataFrame:
    """Rows without a value: a row a column, a column a split. Arrays lack nothing; it has no rows then."""
    splits = list(looked.rows)
    if looked.table is None:
        return pd.DataFrame(columns=splits, dtype=np.int64)
    found = {}
    for name, column in looked.table.items():
        lacking = column.isna().to_numpy()
        found[name] = [int(lacking[rows].sum()) if lacking.any() else 0 for rows in looked.rows.values()]
    return pd.DataFrame.from_dict(found, orient="index", columns=splits)


def missing_patterns(looked: Looked, split: Split, most: int = 8) -> pd.DataFrame:
    """Which columns lack a value together, in the rows of a split or, of many, in some of them.

    Returns:
        columns (their names, joined), rows, share; the most frequent first. The row whose `columns` is empty counts the
        rows that lack nothing.
    """
    frame = looked.frame(looked.some(split, _ROWS))
    lacking = frame.loc[:, frame.isna().any()].isna()
    if lacking.empty:
        return pd.DataFrame({"columns": [""], "rows": [len(frame)], "share": [1.0]})
    counts = lacking.value_counts().head(most)
    return pd.DataFrame(
        {
            "columns": [", ".join(lacking.columns[np.array(pattern, dtype=bool)]) for pattern in counts.index],
            "rows": counts.to_numpy(),
            "share": counts.to_numpy() / len(frame),
        }
    )
