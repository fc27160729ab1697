"""What is to be predicted, in each split: rows of each class, of each label, or how the numbers lie."""

import numpy as np
import pandas as pd

from pipelines.data.preview.columns import target_names
from pipelines.data.preview.looked import Looked


def balance(looked: Looked) -> pd.DataFrame:
    """A row a split and class: split, class, rows, share (of the split's rows). Empty where a row has not one class.

    For several labels a row they are counted each by itself, so that shares need not sum to 1.
    """
    y, names = looked.data.y, looked.source.class_names
    found = []
    for split, rows in looked.rows.items():
        if looked.labels is not None:
            counts = np.bincount(looked.labels[rows], minlength=len(names))
        elif names and isinstance(y, np.ndarray) and y.ndim == 2:
            counts = (y[rows] > 0).sum(axis=0)
        else:
            continue
        found += [(split, name, int(count), count / len(rows)) for name, count in zip(names, counts, strict=True)]
    return pd.DataFrame(found, columns=["split", "class", "rows", "share"])


def target_table(looked: Looked) -> pd.DataFrame:
    """A row a split and number to predict: split, target, min, mean, max, std. Empty for classes and images."""
    y = looked.data.y
    found = []
    if isinstance(y, np.ndarray) and y.dtype.kind == "f" and not looked.source.class_names:
        names = target_names(looked) or [looked.source.target_name]
        for split, rows in looked.rows.items():
            values = y[rows].reshape(len(rows), -1).astype(np.float64)
            spread = (values.min(axis=0), values.mean(axis=0), values.max(axis=0), values.std(axis=0))
            found += [(split, name, *numbers) for name, *numbers in zip(names, *spread, strict=True)]
    return pd.DataFrame(found, columns=["split", "target", "min", "mean", "max", "std"])
