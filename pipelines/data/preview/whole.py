"""What a person looks at before training: rows, shapes, ranges and classes of each split, and some of the rows."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.data.facts import DataFacts
from pipelines.data.loading import Splits
from pipelines.data.moments import Moments, moments
from pipelines.runs.facts import Split


@dataclass(frozen=True, slots=True, eq=False)
class ClassExamples:
    """Some training images of one class.

    Attributes:
        label: class id. class_name: its name.
        images: raw, shape `(examples, height, width, channels)`; fewer than asked where the class has fewer.
        rows: int64 row numbers of them in the data set's own order.
    """

    label: int
    class_name: str
    images: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A data set at a glance.

    Attributes:
        facts: what the data is.
        splits: a row a split: split, rows, share (of all rows), x_shape, x_dtype, y_shape, y_dtype, bytes (x and y),
            and min, max, mean, std of all raw input values in it.
        balance: a row a split and class: split, class, rows, share (of the split's rows). Empty for regression.
        target: a row a split: split, min, max, mean, std of the target. Empty for classification.
        features: a row a feature (tables) or channel (images): feature, min, max, mean, std over the training rows.
        head: first training rows of a table, a column a feature and one for the target (class names, not ids),
            indexed by row number. None for images.
        examples: for images, some of each class that training has. Empty for tables.
        value_range: least and greatest raw value of all splits, to draw the images with.
        content_hash: SHA-256 of all arrays and of which row went where; equal data and splits have equal hashes.
    """

    facts: DataFacts
    splits: pd.DataFrame
    balance: pd.DataFrame
    target: pd.DataFrame
    features: pd.DataFrame
    head: pd.DataFrame | None
    examples: tuple[ClassExamples, ...]
    value_range: tuple[float, float]
    content_hash: str


def preview(splits: Splits, examples: int = 8, head: int = 10) -> Preview:
    """Looks at loaded data.

    Args:
        splits: as `load` gives them.
        examples: images of each class.
        head: rows of the table.
    """
    facts = splits.facts
    of_inputs: dict[Split, Moments] = {split: moments(x) for split, x in splits.x.items()}
    table = _split_table(splits, of_inputs)
    return Preview(
        facts=facts,
        splits=table,
        balance=_balance(splits),
        target=_target(splits),
        features=_feature_table(facts, of_inputs["train"]),
        head=_head(splits, head) if facts.kind == "table" else None,
        examples=_examples(splits, examples) if facts.kind == "image" else (),
        value_range=(float(table["min"].min()), float(table["max"].max())),
        content_hash=content_hash(splits),
    )


def content_hash(splits: Splits) -> str:
    """SHA-256 (64 hex characters) of every array of `splits`, their dtypes, shapes and row numbers."""
    digest = hashlib.sha256()
    for split in splits.x:
        for array in (splits.x[split], splits.y[split], splits.rows[split]):
            digest.update(f"{split} {array.dtype.str} {array.shape};".encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _split_table(splits: Splits, of_inputs: dict[Split, Moments]) -> pd.DataFrame:
    total = sum(len(y) for y in splits.y.values())
    return pd.DataFrame(
        {
            "split": split,
            "rows": len(x),
            "share": len(x) / total,
            "x_shape": x.shape,
            "x_dtype": str(x.dtype),
            "y_shape": splits.y[split].shape,
            "y_dtype": str(splits.y[split].dtype),
            "bytes": x.nbytes + splits.y[split].nbytes,
            **_overall(of_inputs[split]),
        }
        for split, x in splits.x.items()
    )


def _overall(parts: Moments) -> dict[str, float]:
    """Moments of all values together: every feature has as many values as the next, so means simply average."""
    mean = parts.mean.mean()
    variance = (parts.std**2 + (parts.mean - mean) ** 2).mean()
    return {
        "min": float(parts.minimum.min()),
        "max": float(parts.maximum.max()),
        "mean": float(mean),
        "std": float(np.sqrt(variance)),
    }


def _balance(splits: Splits) -> pd.DataFrame:
    names = splits.facts.class_names
    return pd.DataFrame(
        [
            {"split": split, "class": name, "rows": int(count), "share": count / len(y)}
            for split, y in splits.y.items()
            if names
            for name, count in zip(names, np.bincount(y, minlength=len(names)), strict=True)
        ],
        columns=["split", "class", "rows", "share"],
    )


def _target(splits: Splits) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"split": split, **_overall(moments(y[:, np.newaxis]))}
            for split, y in splits.y.items()
            if splits.facts.task == "regression"
        ],
        columns=["split", "min", "max", "mean", "std"],
    )


def _feature_table(facts: DataFacts, of_train: Moments) -> pd.DataFrame:
    names = facts.feature_names or tuple(f"channel {index}" for index in range(len(of_train.mean)))
    return pd.DataFrame(
        {"feature": names, "min": of_train.minimum, "max": of_train.maximum, "mean": of_train.mean, "std": of_train.std}
    )


def _head(splits: Splits, count: int) -> pd.DataFrame:
    facts = splits.facts
    x, y = splits.x["train"][:count], splits.y["train"][:count]
    index = pd.Index(splits.rows["train"][:count], name="row")
    frame = pd.DataFrame(x, columns=list(facts.feature_names), index=index)
    frame[facts.target_name] = [facts.class_names[label] for label in y] if facts.class_names else y
    return frame


def _examples(splits: Splits, count: int) -> tuple[ClassExamples, ...]:
    x, y, rows = splits.x["train"], splits.y["train"], splits.rows["train"]
    found = []
    for label, name in enumerate(splits.facts.class_names):
        chosen = np.flatnonzero(y == label)[:count]
        if len(chosen):
            found.append(ClassExamples(label, name, x[chosen], rows[chosen]))
    return tuple(found)
