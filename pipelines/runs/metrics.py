"""Metric points and their summaries, written in bulk."""

import math
from collections.abc import Sequence

import sqlalchemy as sa

from pipelines.runs.facts import MetricPoint
from pipelines.runs.schema import metric_keys, metric_summary, metrics

_UPSERT_POINT = sa.text(
    "INSERT INTO metrics (run_id, key_id, split, epoch, step, ts, value) "
    "VALUES (:run_id, :key_id, :split, :epoch, :step, :ts, :value) "
    "ON CONFLICT (run_id, key_id, split, step) DO UPDATE SET "
    "epoch = excluded.epoch, ts = excluded.ts, value = excluded.value"
)
# The one rule of a summary: it follows from the points, so a point written twice counts once.
_UPSERT_SUMMARY = sa.text(
    "INSERT INTO metric_summary (run_id, key_id, split, n, last, last_epoch, min, min_epoch, max, max_epoch) "
    "VALUES (:run_id, :key_id, :split, :n, :last, :last_epoch, :min, :min_epoch, :max, :max_epoch) "
    "ON CONFLICT (run_id, key_id, split) DO UPDATE SET n = excluded.n, last = excluded.last, "
    "last_epoch = excluded.last_epoch, min = excluded.min, min_epoch = excluded.min_epoch, "
    "max = excluded.max, max_epoch = excluded.max_epoch"
)


def write_points(connection: sa.Connection, run_id: int, points: Sequence[MetricPoint], now: float) -> bool:
    """Upsert points and their summaries. Returns True if any value was NaN or infinite (stored as NULL)."""
    if not points:
        return False
    key_ids = {name: _key_id(connection, name) for name in dict.fromkeys(point.name for point in points)}
    rows = [
        {
            "run_id": run_id,
            "key_id": key_ids[point.name],
            "split": point.split,
            "epoch": point.epoch,
            "step": point.step,
            "ts": now,
            "value": float(point.value) if math.isfinite(point.value) else None,
        }
        for point in points
    ]
    summaries: dict[tuple[int, str], dict | None] = {}
    for row in sorted(rows, key=lambda row: row["step"]):
        series = (row["key_id"], row["split"])
        if series not in summaries:
            summaries[series] = _summary(connection, run_id, *series)
        summaries[series] = _extend_summary(connection, summaries[series], row)
    connection.execute(_UPSERT_POINT, rows)
    rewritten = [series for series, summary in summaries.items() if summary is None]
    grown = [summary for summary in summaries.values() if summary is not None]
    grown += [summary for series in rewritten if (summary := _recount(connection, run_id, *series))]
    connection.execute(_UPSERT_SUMMARY, grown)
    return any(row["value"] is None for row in rows)


def truncate(connection: sa.Connection, run_id: int, after_step: int) -> bool:
    """Forget every point with a step greater than `after_step` and every test point; put the summaries right.

    Returns True if a point that is left was NaN or infinite.
    """
    outdated = (metrics.c.step > after_step) | (metrics.c.split == "test")
    connection.execute(sa.delete(metrics).where(metrics.c.run_id == run_id, outdated))
    _recount_all(connection, run_id)
    return _has_nonfinite(connection, run_id)


def copy(connection: sa.Connection, from_id: int, to_id: int, epochs: int, ts: float) -> tuple[int, bool]:
    """Give a run the points of another one's first epochs, but those of the test, in place of its own.

    Args:
        connection: of a transaction.
        from_id, to_id: of the runs.
        epochs: how many.
        ts: when they count as logged.

    Returns:
        The last step among them (0: there are none), and whether one was NaN or infinite.
    """
    connection.execute(sa.delete(metrics).where(metrics.c.run_id == to_id))
    columns = ["run_id", "key_id", "split", "epoch", "step", "ts", "value"]
    values = {"run_id": sa.literal(to_id), "ts": sa.literal(ts)}
    chosen = sa.select(*(values.get(name, metrics.c[name]) for name in columns)).where(
        metrics.c.run_id == from_id, metrics.c.epoch < epochs, metrics.c.split != "test"
    )
    connection.execute(sa.insert(metrics).from_select(columns, chosen))
    _recount_all(connection, to_id)
    last_step = connection.execute(sa.select(sa.func.max(metrics.c.step)).where(metrics.c.run_id == to_id)).scalar()
    return last_step or 0, _has_nonfinite(connection, to_id)


def _has_nonfinite(connection: sa.Connection, run_id: int) -> bool:
    found = sa.select(metrics.c.step).where(metrics.c.run_id == run_id, metrics.c.value.is_(None)).limit(1)
    return connection.execute(found).first() is not None


def _recount_all(connection: sa.Connection, run_id: int) -> None:
    """Make the summaries of a run follow from its points."""
    connection.execute(sa.delete(metric_summary).where(metric_summary.c.run_id == run_id))
    series = sa.select(metrics.c.key_id, metrics.c.split).where(metrics.c.run_id == run_id).distinct()
    for key_id, split in connection.execute(series).all():
        connection.execute(_UPSERT_SUMMARY, _recount(connection, run_id, key_id, split))


def _key_id(connection: sa.Connection, name: str) -> int:
    found = connection.execute(sa.select(metric_keys.c.id).where(metric_keys.c.name == name)).scalar()
    if found is not None:
        return found
    connection.execute(sa.text("INSERT INTO metric_keys (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": name})
    return connection.execute(sa.select(metric_keys.c.id).where(metric_keys.c.name == name)).scalar_one()


def _summary(connection: sa.Connection, run_id: int, key_id: int, split: str) -> dict | None:
    row = connection.execute(
        sa.select(metric_summary).where(
            metric_summary.c.run_id == run_id, metric_summary.c.key_id == key_id, metric_summary.c.split == split
        )
    ).mappings().first()  # fmt: skip
    if row is None:
        return {"run_id": run_id, "key_id": key_id, "split": split, "n": 0, "last_epoch": -1, "last": None,
                "min": None, "min_epoch": None, "max": None, "max_epoch": None}  # fmt: skip
    return dict(row)


def _extend_summary(connection: sa.Connection, summary: dict | None, row: dict) -> dict | None:
    """The summary with one later point more; None where the point is not later, so that all must be counted anew."""
    if summary is None:
        return None
    if row["epoch"] <= summary["last_epoch"] and row["step"] <= _last_step(connection, summary):
        return None
    value, epoch = row["value"], row["epoch"]
    summary = summary | {"n": summary["n"] + 1, "last": value, "last_epoch": epoch, "last_step": row["step"]}
    if value is not None and (summary["min"] is None or value < summary["min"]):
        summary |= {"min": value, "min_epoch": epoch}
    if value is not None and (summary["max"] is None or value > summary["max"]):
        summary |= {"max": value, "max_epoch": epoch}
    return summary


def _last_step(connection: sa.Connection, summary: dict) -> int:
    """The step of a summary's last point. Asked of the table only where an epoch has several points."""
    if "last_step" in summary:
        return summary["last_step"]
    series = {name: summary[name] for name in ("run_id", "key_id", "split")}
    found = connection.execute(sa.select(sa.func.max(metrics.c.step)).filter_by(**series)).scalar()
    return -1 if found is None else found


def _recount(connection: sa.Connection, run_id: int, key_id: int, split: str) -> dict | None:
    points = connection.execute(
        sa.select(metrics.c.epoch, metrics.c.value)
        .where(metrics.c.run_id == run_id, metrics.c.key_id == key_id, metrics.c.split == split)
        .order_by(metrics.c.step)
    ).all()
    if not points:
        return None
    finite = [(value, epoch) for epoch, value in points if value is not None]
    low = min(finite, default=(None, None), key=lambda pair: (pair[0], pair[1]))
    high = max(finite, default=(None, None), key=lambda pair: (pair[0], -pair[1]))
    return {"run_id": run_id, "key_id": key_id, "split": split, "n": len(points), "last": points[-1].value,
            "last_epoch": points[-1].epoch, "min": low[0], "min_epoch": low[1], "max": high[0],
            "max_epoch": high[1]}  # fmt: skip
