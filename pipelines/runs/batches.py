"""The per-batch curve in the database: buckets of batches in a row, at most as many as a BatchCurve has."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
import sqlalchemy as sa

from pipelines.runs.facts import BatchPoint
from pipelines.runs.frames import columns_of, rows_of
from pipelines.runs.schema import batch_points

COLUMNS = ("step", "steps", "mean", "low", "high")
_UPSERT = sa.text(
    "INSERT INTO batch_points (run_id, step, steps, mean, low, high) "
    "VALUES (:run_id, :step, :steps, :mean, :low, :high) ON CONFLICT (run_id, step) DO UPDATE SET "
    "steps = excluded.steps, mean = excluded.mean, low = excluded.low, high = excluded.high"
)


def write_points(connection: sa.Connection, run_id: int, points: Sequence[BatchPoint], replace: bool) -> None:
    """Upsert buckets; with `replace` they are all that there is."""
    if replace:
        connection.execute(sa.delete(batch_points).where(batch_points.c.run_id == run_id))
    if points:
        connection.execute(_UPSERT, [{"run_id": run_id, **asdict(point)} for point in points])


def read_points(connection: sa.Connection, run_id: int, after_step: int | None) -> pd.DataFrame:
    """Buckets by step: columns step, steps, mean, low, high."""
    query = sa.select(*(batch_points.c[name] for name in COLUMNS)).where(batch_points.c.run_id == run_id)
    if after_step is not None:
        query = query.where(batch_points.c.step > after_step)
    columns = columns_of(rows_of(connection, query.order_by(batch_points.c.step)), len(COLUMNS))
    types = [np.int64 if name.startswith("step") else float for name in COLUMNS]
    return pd.DataFrame(
        {name: np.array(values, kind) for name, values, kind in zip(COLUMNS, columns, types, strict=True)}
    )


def truncate(connection: sa.Connection, run_id: int, after_step: int) -> None:
    """Forget every bucket that ends after `after_step`."""
    connection.execute(sa.delete(batch_points).where(batch_points.c.run_id == run_id, batch_points.c.step > after_step))


def copy(connection: sa.Connection, from_id: int, to_id: int, last_step: int) -> None:
    """Give a run the buckets of another one that end at or before `last_step`, in place of its own."""
    connection.execute(sa.delete(batch_points).where(batch_points.c.run_id == to_id))
    columns = [batch_points.c[name] for name in COLUMNS]
    chosen = sa.select(sa.literal(to_id), *columns).where(
        batch_points.c.run_id == from_id, batch_points.c.step <= last_step
    )
    connection.execute(sa.insert(batch_points).from_select(["run_id", *COLUMNS], chosen))
