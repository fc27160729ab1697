"""Rows as points in a plane: the two directions along which some training rows differ most."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import StandardScaler

from pipelines.data.images.files import ImageFiles
from pipelines.data.preview.columns import column_types, text_columns
from pipelines.data.preview.images import small
from pipelines.data.preview.looked import Looked
from pipelines.data.preview.texts import tokens

_ROWS, _FILES = 2_000, 400
_SIDE = 32  # pixels of an image that is projected
_CATEGORIES = 20
_VOCABULARY = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Some training rows as points.

    Attributes:
        points: float64 of shape `(rows, 2)`.
        rows: their int64 row numbers.
        explained: share of the variance along each of the two directions; it sums to less than 1.
        method: in words, for people.
        labels: class ids of the rows, or None. numbers: the number to predict of each, or None.
    """

    points: np.ndarray
    rows: np.ndarray
    explained: tuple[float, float]
    method: str
    labels: np.ndarray | None
    numbers: np.ndarray | None


def projection(looked: Looked) -> Projection | None:
    """Projects a sample of the training rows; None where there is no plane to project on.

    Numbers are standardised, missing ones filled with the median, categories are one-hot; of images, small copies are
    taken; texts are vectors of TF-IDF.
    """
    x = looked.data.x
    rows = looked.some("train", _FILES if isinstance(x, ImageFiles) else _ROWS)
    if looked.source.kind == "image":
        images, rows = small(looked, rows, _SIDE)
        values = images.reshape(len(images), -1).astype(np.float64)
        method = f"PCA of {len(rows):,} training images"
    elif text_columns(looked) and set(column_types(looked).values()) == {"text"}:
        return _texts(looked, rows)
    else:
        values = _numbers(looked, rows)
        method = f"PCA of {len(rows):,} training rows, standardised"
    values = values[:, np.ptp(values, axis=0) > 0] if values.size else values
    if min(values.shape) < 2:
        return None
    fitted = PCA(2, svd_solver="covariance_eigh" if values.shape[1] <= 1_000 else "randomized", random_state=0)
    return _projected(looked, fitted.fit_transform(values), rows, fitted.explained_variance_ratio_, method)


def _numbers(looked: Looked, rows: np.ndarray) -> np.ndarray:
    frame = looked.frame(rows)
    parts = []
    for name, kind in column_types(looked).items():
        column = frame[name]
        if kind == "text" or not column.notna().any():
            continue
        if kind == "categorical":
            often = column.value_counts().index[:_CATEGORIES]
            parts.append(pd.get_dummies(column.where(column.isin(often))).to_numpy(np.float64))
            continue
        if pd.api.types.is_datetime64_any_dtype(column.dtype):
            column = (column - pd.Timestamp("1970-01-01")).dt.total_seconds()
        numbers = column.astype(np.float64).replace([np.inf, -np.inf], np.nan)
        parts.append(StandardScaler().fit_transform(numbers.fillna(numbers.median()).to_numpy()[:, np.newaxis]))
    return np.hstack(parts) if parts else np.empty((len(rows), 0))


def _texts(looked: Looked, rows: np.ndarray) -> Projection | None:
    frame = looked.frame(rows)[text_columns(looked)]
    texts = [" ".join(text for text in row if isinstance(text, str)) for row in frame.itertuples(index=False)]
    vectorizer = TfidfVectorizer(analyzer=tokens, max_features=_VOCABULARY)
    if not any(tokens(text) for text in texts):
        return None
    vectors = vectorizer.fit_transform(texts)
    if min(vectors.shape) < 3:
        return None
    fitted = PCA(2, svd_solver="arpack", random_state=0)  # centred, which truncated SVD is not, and sparse all the same
    points = fitted.fit_transform(vectors)
    method = f"PCA of the TF-IDF of {len(rows):,} training texts"
    return _projected(looked, points, rows, fitted.explained_variance_ratio_, method)


def _projected(looked: Looked, points: np.ndarray, rows: np.ndarray, explained: np.ndarray, method: str) -> Projection:
    return Projection(
        points=points.astype(np.float64),
        rows=rows,
        explained=(float(explained[0]), float(explained[1])),
        method=method,
        labels=None if looked.labels is None else looked.labels[rows],
        numbers=None if looked.numbers is None else looked.numbers[rows],
    )
