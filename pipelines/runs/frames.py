"""Bulk reading: raw tuples of the database become frames, column by column.

What costs is the number of Python objects between SQLite and numpy, so which series a point belongs to is said by one
number, and each name is made once.
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
import sqlalchemy as sa

from pipelines.runs.schema import experiments, metric_keys, metric_summary, metrics, runs

_SPLITS = ("test", "train", "val")
_NUM_KEYS = 1 << 20  # more metrics than anybody has
_RUN_COLUMNS = ["id", "uid", "name", "status", "created_at", "started_at", "ended_at", "device", "error"]


def _series(table: sa.Table) -> sa.ColumnElement:
    """Run, metric and split of a row in one number; `_parts` takes it apart."""
    split = sa.case(*((table.c.split == split, code) for code, split in enumerate(_SPLITS)))
    return (sa.cast(table.c.run_id, sa.BigInteger) * _NUM_KEYS + table.c.key_id) * len(_SPLITS) + split


def _parts(series: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """run_id, key_id and index in _SPLITS, each int64."""
    keys, split = np.divmod(np.array(series, np.int64), len(_SPLITS))
    return *np.divmod(keys, _NUM_KEYS), split


_RUNS = sa.select(*(runs.c[name] for name in _RUN_COLUMNS), experiments.c.name).join(experiments)
_POINTS = sa.select(_series(metrics), metrics.c.epoch, metrics.c.step, metrics.c.value, metrics.c.ts)
_SUMMARIES = sa.select(_series(metric_summary), metric_summary.c.last, metric_summary.c.min, metric_summary.c.max)


def history_frame(connection: sa.Connection, uids: Sequence[str], after_step: int | None) -> pd.DataFrame:
    """Points of some runs: columns run, split, name, epoch, step, value, time_s; by run, split, name and step.

    Args:
        uids: of the runs.
        after_step: only points of later steps; None: all.

    Returns:
        value is NaN where NaN or an infinity was logged; time_s counts from the run's submit.
    """
    known = rows_of(
        connection,
        sa.select(runs.c.id, runs.c.uid, runs.c.created_at).where(runs.c.uid.in_(uids)).order_by(runs.c.id),
    )
    ids, found_uids, created = columns_of(known, 3)
    query = _POINTS.where(metrics.c.run_id.in_(ids))
    if after_step is not None:
        query = query.where(metrics.c.step > after_step)
    series, epochs, steps, values, times = columns_of(rows_of(connection, query), 5)
    run_ids, key_ids, splits = _parts(series)
    names, keys = columns_of(sorted(rows_of(connection, sa.select(metric_keys.c.name, metric_keys.c.id))), 2)
    by_id = np.argsort(keys)
    name = by_id[np.searchsorted(keys, key_ids, sorter=by_id)] if len(key_ids) else key_ids
    run = np.searchsorted(ids, run_ids)
    frame = {
        "run": _text(found_uids, run),
        "split": _text(_SPLITS, splits),
        "name": _text(names, name),
        "epoch": np.array(epochs, np.int64),
        "step": np.array(steps, np.int64),
        "value": np.array(values, float),
        "time_s": np.array(times, float) - np.array(created, float)[run],
    }
    order = np.lexsort((frame["step"], name, splits, run))
    return pd.DataFrame({column: values[order] for column, values in frame.items()})


def run_frame(connection: sa.Connection, experiment: str | None, uids: Sequence[str] | None) -> pd.DataFrame:
    """One row a run, newest first, as `RunStore.frame` tells."""
    query = _RUNS.order_by(runs.c.created_at.desc(), runs.c.id.desc())
    if experiment is not None:
        query = query.where(experiments.c.name == experiment)
    if uids is not None:
        query = query.where(runs.c.uid.in_(uids))
    found = rows_of(connection, query)
    table = pd.DataFrame.from_records(found, columns=[*_RUN_COLUMNS, "experiment"], exclude=["id"])
    ids = [row[0] for row in found]
    summaries = _SUMMARIES
    if experiment is not None or uids is not None:
        summaries = summaries.where(metric_summary.c.run_id.in_(ids))
    columns = _summary_columns(connection, summaries, np.array(ids, np.int64))
    return pd.concat([table, pd.DataFrame(columns, index=table.index)], axis=1)


def _summary_columns(connection: sa.Connection, query: sa.Select, ids: np.ndarray) -> dict[str, np.ndarray]:
    series, *stats = columns_of(rows_of(connection, query), 4)
    run_ids, key_ids, splits = _parts(series)
    known = np.isin(run_ids, ids)  # a run may have begun between the two readings
    by_id = np.argsort(ids)
    row = by_id[np.searchsorted(ids, run_ids[known], sorter=by_id)]
    name_of = dict(rows_of(connection, sa.select(metric_keys.c.id, metric_keys.c.name)))
    of_series = key_ids * len(_SPLITS) + splits
    names = {f"{_SPLITS[code % len(_SPLITS)]} {name_of[code // len(_SPLITS)]}": code
             for code in np.unique(of_series[known]).tolist()}  # fmt: skip
    columns: dict[str, np.ndarray] = {}
    for label, stat in zip(("{}", "best {} min", "best {} max"), stats, strict=True):
        values = np.array(stat, float)[known]
        for name in sorted(names):
            here = of_series[known] == names[name]
            column = columns[label.format(name)] = np.full(len(ids), np.nan)
            column[row[here]] = values[here]
    return columns


def rows_of(connection: sa.Connection, query: sa.Select) -> list[tuple]:
    """Tuples as the driver gives them: SQLAlchemy's own rows cost several times as much."""
    return cast(Any, connection.execute(query)).cursor.fetchall()


def columns_of(rows: Sequence[tuple], num_columns: int) -> list[tuple]:
    """The rows, turned; empty columns where there are none."""
    return list(zip(*rows, strict=True)) or [()] * num_columns


def _text(names: Sequence[str], codes: np.ndarray) -> Any:
    return pd.array(list(names), dtype="str").take(codes)
