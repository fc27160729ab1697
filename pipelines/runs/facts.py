"""What the run store tells: runs, metric points, artifacts, services. Made by our own code, so plain dataclasses."""

from dataclasses import dataclass, field
from typing import Literal

from models.errors import NetloomError

Status = Literal["queued", "running", "paused", "finished", "stopped", "failed", "lost"]
Split = Literal["train", "val", "test"]
Request = Literal["stop", "pause", "kill"]
Cause = Literal["memory", "disk", "diverged", "data", "died"]
ACTIVE: tuple[Status, ...] = ("queued", "running")
ENDED: tuple[Status, ...] = ("paused", "finished", "stopped", "failed", "lost")
"""Nothing happens to these unless a user asks for it. A paused run has no process: it goes on when it is resumed."""


class RunNotFound(NetloomError):
    """No run has the uid (or the prefix of one) that was asked for."""


class TakenOver(NetloomError):
    """The run is no longer the caller's: it has ended, or another process trains it."""


class StoreError(NetloomError):
    """The store cannot be opened: a newer schema, a read-only folder, a file that is no database."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a running run is.

    Attributes:
        epoch: epochs finished so far. epochs: epochs planned.
        step: optimizer updates done in the current epoch. steps: updates in one epoch.
        examples_per_s: training rows a second, over the last epoch or the part of it that is done.
        resumed_from: the epoch (1-based count of finished epochs) that the last attempt continued from, 0 if fresh.
        learning_rate: of the last update, as the optimizer used it; None before the first.
        cpu_percent: of the run's process, 100 for each core that is busy. memory_bytes: that it holds (RSS).
        gpu_percent, gpu_memory_bytes: of its GPU as a whole, as the driver tells; None on a CPU.
    """

    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    examples_per_s: float = 0.0
    resumed_from: int = 0
    learning_rate: float | None = None
    cpu_percent: float | None = None
    memory_bytes: int | None = None
    gpu_percent: float | None = None
    gpu_memory_bytes: int | None = None

    @property
    def fraction(self) -> float:
        """Share of the planned work that is done, in [0, 1]."""
        if not self.epochs:
            return 0.0
        within = self.step / self.steps if self.steps else 0.0
        return min(1.0, (self.epoch + min(within, 1.0)) / self.epochs)


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of one RunSpec, as the store knows it. Times are seconds since 1970 (UTC); None: not yet.

    Attributes:
        uid: 12 characters of [a-z0-9]; also the name of the run's folder.
        spec_json: the RunSpec as JSON text; `pipelines.spec.RunSpec.model_validate_json` reads it.
        device: where it runs or ran: "cpu", "gpu:0", ..., or None before it was placed.
        request: what a user has asked of it and the worker or supervisor has not done yet.
        attempt: how many times it was started.
        error: why it failed, in a plain sentence and a hint; the traceback is in its log.
        cause: the kind of that error; None where it is none of those that are told apart.
        position: among waiting runs of the same priority the least starts first; when it was queued, unless moved.
        held: it waits until it is released, whatever is free.
        spec_key: the same for runs that do the same work in an epoch (`pipelines.runs.forecast`).
        memory_bytes: that training was estimated to take on its device, or was measured to take; None: not known.
        stopped_epoch: 0-based epoch at which early stopping ended it, or None.
        best_epoch: 0-based epoch whose weights were kept by early stopping, or None.
        nonfinite: a NaN or an infinity was logged (and stored as NULL).
    """

    id: int
    uid: str
    experiment: str
    name: str
    status: Status
    created_at: float
    started_at: float | None
    ended_at: float | None
    heartbeat_at: float | None
    host: str | None
    pid: int | None
    pid_created: float | None
    device: str | None
    spec_json: str
    error: str | None
    parent_uid: str | None
    notes: str
    priority: int
    request: Request | None
    attempt: int
    stopped_epoch: int | None
    best_epoch: int | None
    nonfinite: bool
    cause: Cause | None = None
    position: float = 0.0
    held: bool = False
    spec_key: str | None = None
    memory_bytes: int | None = None
    progress: Progress = field(default_factory=Progress)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Still waiting or working."""
        return self.status in ACTIVE


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One value of one metric.

    Attributes:
        name: `loss`, `accuracy`, ...: the same name for every split.
        epoch: 0-based. step: optimizer updates done since the run began.
        value: NaN and infinities are stored as NULL and set the run's `nonfinite`.
    """

    name: str
    split: Split
    epoch: int
    step: int
    value: float


@dataclass(frozen=True, slots=True)
class BatchPoint:
    """The training loss over some batches in a row: a bucket of the per-batch curve.

    Attributes:
        step: optimizer updates done since the run began, at the end of the bucket.
        steps: batches in it.
        mean, low, high: of their losses; None where one was not finite.
    """

    step: int
    steps: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file (or folder) that a run left, relative to the run's folder. bytes is its size on disk."""

    path: str
    kind: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Service:
    """A living process of this installation: kind is "app" or "supervisor". info is its own (say {"ready": True})."""

    kind: str
    host: str
    pid: int
    pid_created: float
    started_at: float
    info: dict[str, object] = field(default_factory=dict)
