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


class EarlyStoppingSpec(Spec):
    """Stop when `monitor` has not improved by more than `min_delta` for `patience` epochs.

    Attributes:
        monitor: `loss` or a metric's name; always read on the validation split.
    """

    monitor: str = "loss"
    patience: int = Field(default=5, ge=0, le=10_000)
    min_delta: float = Field(default=0.0, ge=0)
    restore_best: bool = True


class TrainSpec(Spec):
    """How to train.

    Attributes:
        loss: a Keras loss by its function name, or with settings; None: the one that the task asks for.
        metrics: Keras metrics by name, or with settings; None: those that the task asks for.
        device: `auto` (a free GPU, else the CPU), `cpu`, or `gpu:N`.
    """

    schema_version: Literal[1] = 1
    optimizer: OptimizerSpec = OptimizerSpec()
    loss: Objective | None = None
    metrics: tuple[Objective, ...] | None = None
    batch_size: int = Field(default=32, ge=1, le=1_000_000)
    epochs: int = Field(default=20, ge=1, le=100_000)
    early_stopping: EarlyStoppingSpec | None = None
    device: str = Field(default="auto", pattern=r"^(auto|cpu|gpu:\d{1,3})$")


class RunSpec(Spec):
    """Everything that a run needs. The same RunSpec and versions give the same curve on a CPU, to the bit.

    Attributes:
        name: of the run; free text without path or control characters, at most 80 characters.
        experiment: the group of runs that it belongs to.
        tags: free key -> value pairs; `Does it help?` writes `variant` here.
        seed: of the weights, the shuffles and the random layers.
    """

    schema_version: Literal[1] = 1
    name: Label = "run"
    experiment: Label = "default"
    data: DataSpec = DataSpec()
    model: ModelSpec
    train: TrainSpec = TrainSpec()
    seed: int = Field(default=0, ge=0, lt=2**31)
    tags: dict[Label, str] = {}

    @field_validator("name", "experiment")
    @classmethod
    def _is_a_safe_label(cls, label: str) -> str:
        if _UNSAFE.search(label):
            raise ValueError(f"a name holds no slash, backslash or control character. Received: {label!r}")
        return label
