"""TrainSpec and RunSpec: everything that a run needs, as frozen, JSON-round-tripping data. No keras here."""

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from models.spec import Config, ModelSpec, Name, Spec
from pipelines.data.spec import DataSpec

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]|^\.+$")


Objective = str | Config
"""A loss or metric: its name, or Keras's `{"class_name": ..., "config": {...}}` where it has settings of its own."""


class OptimizerSpec(Spec):
    """An optimizer of the catalogue: its Keras class name, and the arguments that differ from Keras's defaults.

    Its `learning_rate` may be a schedule, as `{"class_name": "CosineDecay", "config": {...}}`.
    """

    kind: Name = "Adam"
    config: Config = {}


class ScheduleSpec(Spec):
    """How the learning rate changes while a run trains, around the optimizer's own rate.

    The optimizer's `learning_rate` is the rate that the schedule starts from, or its peak where it rises first. Lengths
    are in epochs and may be fractions, so a schedule stays right when the batch size changes.

    Attributes:
        kind: a name of `pipelines.schedules.KINDS`: constant, step, exponential, cosine, ..., plateau.
        config: the kind's own settings that differ from its defaults.
        warmup: epochs in which the rate first rises in a straight line to where the schedule begins.
        warmup_from: share of the rate that the warm-up begins at.
    """

    kind: Name = "constant"
    config: Config = {}
    warmup: float = Field(default=0.0, ge=0, le=100_000)
    warmup_from: float = Field(default=0.0, ge=0, le=1)


class EarlyStoppingSpec(Spec):
    """Stop when `monitor` has not improved by more than `min_delta` at `patience` evaluations in a row.

    Goodfellow et al., Deep Learning (2016), algorithm 7.1.

    Attributes:
        monitor: `loss` or a metric's name; always read on the validation split.
        every_steps: optimizer updates between two evaluations (n of the algorithm); None: once an epoch.
    """

    monitor: str = "loss"
    patience: int = Field(default=5, ge=0, le=10_000)
    min_delta: float = Field(default=0.0, ge=0)
    restore_best: bool = True
    every_steps: int | None = Field(default=None, ge=1, le=1_000_000)


class SnapshotSpec(Spec):
    """Which states of a run are kept to look back at, and to fork from. The state before training is one of them.

    Attributes:
        every: epochs between two.
        most: how many are kept; where there would be more, every second one goes and `every` doubles.
        most_mib: bytes that they may take together, in MiB; treated in the same way.
    """

    every: int = Field(default=1, ge=1, le=100_000)
    most: int = Field(default=20, ge=2, le=1_000)
    most_mib: int = Field(default=1024, ge=1, le=1_000_000)


class StartSpec(Spec):
    """Where a forked run begins: the state of another run after `epoch` epochs, copied into its own folder."""

    run: str = Field(pattern=r"^[a-z0-9]{12}$")
    epoch: int = Field(ge=0)


class TrainSpec(Spec):
    """How to train.

    Attributes:
        schedule: of the learning rate; None: it is the optimizer's.
        loss: a Keras loss by its function name, or with settings; None: the one that the task asks for.
        metrics: Keras metrics by name, or with settings; None: those that the task asks for.
        label_smoothing: share of each label that is spread over all classes.
        class_weights: what an example of a class counts in the loss: `balanced` (as much in total for every class), or
            by the class's name (those left out: 1); None: the same for all.
        batch_size: rows in a batch; "all": the whole training set, as plain gradient descent has it.
        precision: of the computation; weights are float32 in each.
        jit: compile by XLA: `auto` tries both on the run's own model first, and keeps the quicker.
        steps_per_execution: updates between two words with Python; "auto": as many as are quick. Changes no number.
        deterministic: on a GPU too, at the price of speed. On a CPU every run is.
        backend: of Keras. Where it is not installed the run fails with a sentence that says so.
        device: `auto` (a free GPU, else the CPU), `cpu`, or `gpu:N`.
    """

    schema_version: Literal[1] = 1
    optimizer: OptimizerSpec = OptimizerSpec()
    schedule: ScheduleSpec | None = None
    loss: Objective | None = None
    metrics: tuple[Objective, ...] | None = None
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    class_weights: Literal["balanced"] | dict[str, Annotated[float, Field(ge=0)]] | None = None
    batch_size: Annotated[int, Field(ge=1, le=1_000_000)] | Literal["all"] = 32
    epochs: int = Field(default=20, ge=1, le=100_000)
    early_stopping: EarlyStoppingSpec | None = None
    snapshots: SnapshotSpec | None = None
    precision: Literal["float32", "mixed_float16", "mixed_bfloat16"] = "float32"
    jit: Literal["off", "on", "auto"] = "off"
    steps_per_execution: Annotated[int, Field(ge=1, le=1024)] | Literal["auto"] = "auto"
    deterministic: bool = False
    backend: Literal["tensorflow", "jax"] = "tensorflow"
    device: str = Field(default="auto", pattern=r"^(auto|cpu|gpu:\d{1,3})$")

    def rows_in_batch(self, rows: int) -> int:
        """Rows in a batch of a training set of `rows` rows."""
        return rows if self.batch_size == "all" else self.batch_size

    def steps_in_epoch(self, rows: int) -> int:
        """Optimizer updates in an epoch over `rows` training rows; the last batch may be smaller."""
        return -(-rows // self.rows_in_batch(rows))


class RunSpec(Spec):
    """Everything that a run needs. The same RunSpec and versions give the same curve on a CPU, to the bit.

    Attributes:
        name: of the run; free text without path or control characters, at most 80 characters.
        experiment: the group of runs that it belongs to.
        tags: free key -> value pairs; `Does it help?` writes `variant` here.
        seed: of the weights, the shuffles and the random layers.
        start: the state of another run that it begins with; None: new weights.
    """

    schema_version: Literal[1] = 1
    name: Label = "run"
    experiment: Label = "default"
    data: DataSpec = DataSpec()
    model: ModelSpec
    train: TrainSpec = TrainSpec()
    seed: int = Field(default=0, ge=0, lt=2**31)
    tags: dict[Label, str] = {}
    start: StartSpec | None = None

    @field_validator("name", "experiment")
    @classmethod
    def _is_a_safe_label(cls, label: str) -> str:
        if _UNSAFE.search(label):
            raise ValueError(f"a name holds no slash, backslash or control character. Received: {label!r}")
        return label
