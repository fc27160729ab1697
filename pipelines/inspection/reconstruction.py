"""Reconstruction: inputs beside what a network gives back of them, and how far it is off."""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from models.errors import NetloomError
from pipelines.data.changes.keras_corruption import corrupter
from pipelines.data.preparation.preparation import Preparation, in_parts
from pipelines.inspection.facts import Reconstruction
from pipelines.inspection.trained import Trained, rows_of, to_numpy, trained
from pipelines.runs.facts import Split

_PART_BYTES = 4 * 2**20


def reconstruction(
    home: Path,
    run_uid: str,
    split: Split = "test",
    order: Literal["worst", "first"] = "worst",
    limit: int = 12,
    epoch: int | None = None,
) -> Reconstruction:
    """Errors of every row of a split, and some rows with what became of them.

    A network that was trained to take noise out is fed the same noise and masks here.

    Args:
        order: which rows to return: those with the greatest error, or the first ones.
        limit: how many.
        epoch: of the snapshot to look at; None: the network as the run left it.

    Raises:
        NetloomError: the run has no trained network, or another task.
    """
    subject = trained(home, run_uid, epoch)
    facts, preparation = subject.data.facts, subject.preparation
    if facts.task != "reconstruction":
        raise NetloomError(f"A {facts.task} network does not give its inputs back.", "Look at its mistakes.")
    x, _ = rows_of(subject, split)
    harm = corrupter(subject.spec.data, facts)
    error, feature_error = np.empty(len(x), np.float32), np.zeros(facts.input_shape)
    kept: list[tuple[np.ndarray, ...]] = []
    start = 0
    for part in in_parts(x, _PART_BYTES):
        clean = preparation.apply(part)
        fed = clean if harm is None else np.asarray(harm(clean, np.array([subject.spec.data.corrupt.seed, start])))
        outputs = _given_back(subject, fed)
        squares = np.square(outputs.astype(np.float64) - clean)
        rows = np.arange(start, start + len(part))
        error[rows] = squares.reshape(len(part), -1).mean(axis=1)
        feature_error += squares.sum(axis=0)
        kept = _best(kept, (rows, part, fed, outputs), error, order, limit)
        start += len(part)
    rows, original, fed, outputs = kept[0]
    is_table = len(facts.input_shape) == 1 and preparation.projection is None
    return Reconstruction(
        split=split,
        error=error,
        rows=rows,
        original=original,
        fed=None if harm is None else _undone(preparation, fed, x.shape[1:]),
        given_back=_undone(preparation, outputs, x.shape[1:]),
        feature_error=feature_error / max(1, len(x)) if is_table else None,
        feature_names=facts.feature_names,
    )


def _given_back(subject: Trained, fed: np.ndarray) -> np.ndarray:
    model: Any = subject.model
    outputs = to_numpy(model(fed, training=False))
    if outputs.shape != fed.shape:
        raise NetloomError(
            f"The network's output has the shape {('batch', *outputs.shape[1:])}; that of its input, "
            f"{('batch', *fed.shape[1:])}, was expected.",
            "Mend its last layers, and train again.",
        )
    return outputs


def _best(
    kept: list[tuple[np.ndarray, ...]], part: tuple[np.ndarray, ...], error: np.ndarray, order: str, limit: int
) -> list[tuple[np.ndarray, ...]]:
    """The rows to return out of those kept so far and those of a part; so no more are ever held than that."""
    together = [np.concatenate(columns) for columns in zip(*kept, part, strict=True)] if kept else list(part)
    rows = together[0]
    chosen = np.argsort(-error[rows] if order == "worst" else rows, kind="stable")[: max(0, limit)]
    return [tuple(column[chosen] for column in together)]


def _undone(preparation: Preparation, fed: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """From what a network is fed back to encoded rows, as far as principal components tell of them."""
    rows, projection, scaling = fed.astype(np.float64), preparation.projection, preparation.scaling
    if projection is not None:
        rows = (rows * projection.scale) @ projection.components + projection.mean
    if scaling is not None:
        rows = rows.reshape(-1, *shape) * scaling.scale + scaling.offset
    return rows.astype(np.float32)
