"""How long a run will take, from past runs that did the same work."""

import hashlib
import itertools
import json
import statistics
from dataclasses import dataclass

import sqlalchemy as sa

from pipelines.runs.schema import metrics, runs
from pipelines.spec import RunSpec

RECENT = 5
_NAMES = ("name", "experiment", "tags", "seed", "start", "schema_version")
_NO_WORK = ("schema_version", "schedule", "epochs", "snapshots", "early_stopping", "class_weights", "label_smoothing")


@dataclass(frozen=True, slots=True)
class Forecast:
    """What past runs of a spec took.

    Attributes:
        seconds_per_epoch: the median.
        start_s: seconds before the first epoch: loading, building, compiling.
        runs: how many of them tell so.
    """

    seconds_per_epoch: float
    start_s: float
    runs: int

    def seconds(self, epochs: int) -> float:
        """What a run of so many epochs takes."""
        return self.start_s + epochs * self.seconds_per_epoch

    def seconds_left(self, spec: RunSpec, finished_epochs: int = 0) -> float:
        """What a run of `spec` still takes from its next start on; a fork has the epochs before it behind it.

        Args:
            spec: of the run.
            finished_epochs: of it so far, earlier attempts included.
        """
        done = max(finished_epochs, spec.start.epoch if spec.start else 0)
        return self.seconds(max(0, spec.train.epochs - done))


def spec_key(spec: RunSpec) -> str:
    """16 hexadecimal digits that are the same for runs that do the same work in an epoch.

    Names, seeds, the number of epochs and the learning rate change what comes out, not how long it takes.
    """
    # Without defaults, so that a setting that is added to specs later leaves old keys as they are.
    work = spec.model_dump(mode="json", exclude_defaults=True, exclude=set(_NAMES))
    train = {key: value for key, value in work.pop("train", {}).items() if key not in (*_NO_WORK, "optimizer")}
    optimizer = spec.train.optimizer.model_dump(mode="json")
    optimizer["config"].pop("learning_rate", None)
    if spec.train.early_stopping and spec.train.early_stopping.every_steps:
        train["every_steps"] = spec.train.early_stopping.every_steps
    text = json.dumps({**work, "train": train, "optimizer": optimizer}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def forecast(connection: sa.Connection, spec: RunSpec) -> Forecast | None:
    """See `RunStore.forecast`: the newest runs of the spec that logged an epoch."""
    logged = sa.select(metrics.c.run_id).where(
        metrics.c.run_id == runs.c.id, metrics.c.split == "train", metrics.c.ts > runs.c.started_at
    )
    past = connection.execute(
        sa.select(runs.c.id, runs.c.started_at)
        .where(runs.c.spec_key == spec_key(spec), logged.exists())
        .order_by(runs.c.started_at.desc())
        .limit(RECENT)
    ).all()
    measured = [_measured(connection, run_id, started_at) for run_id, started_at in past]
    # Of a run of one epoch it cannot be said what was the start and what the epoch.
    measured = [times for times in measured if times[0] is not None] or measured
    if not measured:
        return None
    epochs_s = [first if epoch is None else epoch for epoch, first in measured]
    starts_s = [0.0 if epoch is None else max(0.0, first - epoch) for epoch, first in measured]
    return Forecast(statistics.median(epochs_s), statistics.median(starts_s), len(measured))


def _measured(connection: sa.Connection, run_id: int, started_at: float) -> tuple[float | None, float]:
    """Median seconds between the ends of two epochs (None: it had one), and from the start to the end of the first.

    Where a run was paused or died one of the times between is longer: the median does not mind.
    """
    ends = connection.execute(
        sa.select(sa.func.max(metrics.c.ts))
        .where(metrics.c.run_id == run_id, metrics.c.split == "train", metrics.c.ts > started_at)
        .group_by(metrics.c.epoch)
        .order_by(metrics.c.epoch)
    ).scalars().all()  # fmt: skip
    between = [later - earlier for earlier, later in itertools.pairwise(ends)]
    return statistics.median(between) if between else None, ends[0] - started_at
