"""How a run was asked to train, in words: each setting by its name."""

from collections.abc import Mapping
from typing import Any

from pages.ui.data_words import call
from pipelines.comparison.measure import metric_words
from pipelines.schedules.kinds import title
from pipelines.schedules.planned import base_rate
from pipelines.spec import EarlyStoppingSpec, RunSpec, ScheduleSpec, SnapshotSpec, TrainSpec

_CLIPPING = {
    "clipnorm": "Gradient of each weight array shortened to {:g}",
    "global_clipnorm": "All gradients together shortened to {:g}",
    "clipvalue": "Each gradient value cut to ±{:g}",
}
_ELSEWHERE = (
    "learning_rate",
    *_CLIPPING,
    "gradient_accumulation_steps",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
)
PRECISIONS = {"float32": "float32", "mixed_float16": "Mixed float16", "mixed_bfloat16": "Mixed bfloat16"}
_JIT = {"off": "Off", "on": "XLA", "auto": "XLA where it is quicker"}
BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX"}
_DEVICE = {"auto": "A free GPU, else the CPU", "cpu": "CPU"}


def train_words(train: TrainSpec) -> dict[str, str]:
    """What every run has: its name -> its value in words."""
    config = {name: value for name, value in train.optimizer.config.items() if name not in _ELSEWHERE}
    return {
        "Optimizer": call(train.optimizer.kind, config),
        "Learning rate": _rate_words(train),
        "Batch size": "The whole training set" if train.batch_size == "all" else f"{train.batch_size}",
        "Epochs": f"{train.epochs}",
        "Early stopping": stopping_words(train.early_stopping),
    }


def knob_words(spec: RunSpec) -> dict[str, str]:
    """What most runs leave as it is, in words, whether this one does or not."""
    train = spec.train
    config = train.optimizer.config
    start = spec.start
    return {
        "Label smoothing": f"{train.label_smoothing:.3g}" if train.label_smoothing else "None",
        "Class weights": _weight_words(train.class_weights),
        "Clipping": next((words.format(config[name]) for name, words in _CLIPPING.items() if config.get(name)), "None"),
        "Gradient accumulation": f"Over {n} batches" if (n := config.get("gradient_accumulation_steps")) else "None",
        "Moving average of the weights": _average_words(config),
        "Snapshots": snapshot_words(train.snapshots),
        "Begins with": f"Run {start.run} after epoch {start.epoch}" if start else "New weights",
        "Precision": PRECISIONS[train.precision],
        "Compilation": _JIT[train.jit],
        "Steps per execution": "Automatic" if train.steps_per_execution == "auto" else f"{train.steps_per_execution}",
        "Deterministic": "On a GPU too" if train.deterministic else "On a CPU",
        "Backend": BACKENDS[train.backend],
    }


def snapshot_words(kept: SnapshotSpec | None) -> str:
    """Which states of a run are kept.

    >>> snapshot_words(SnapshotSpec(every=2)), snapshot_words(None)
    ('Every 2 epochs, at most 20 and 1,024 MiB', 'None')
    """
    if kept is None:
        return "None"
    every = "epoch" if kept.every == 1 else f"{kept.every:,} epochs"
    return f"Every {every}, at most {kept.most} and {kept.most_mib:,} MiB"


def device_words(device: str) -> str:
    """Where a run was asked to compute.

    >>> device_words("gpu:1")
    'GPU:1'
    """
    return _DEVICE.get(device, device.upper())


def stopping_words(stop: EarlyStoppingSpec | None) -> str:
    """When training ends before its planned epochs."""
    if stop is None:
        return "Off"
    least = f" by more than {stop.min_delta:g}" if stop.min_delta else ""
    kept = "best weights kept" if stop.restore_best else "last weights kept"
    patience = _counted(stop.patience, "epoch")
    if stop.every_steps:
        patience = f"{_counted(stop.patience, 'evaluation')}, one every {_counted(stop.every_steps, 'step')}"
    return f"When validation {metric_words(stop.monitor)} has not improved{least} for {patience}; {kept}"


def _rate_words(train: TrainSpec) -> str:
    """How large it is, whether the spec says so or leaves it to the optimizer, and how it changes."""
    rate: Any = train.optimizer.config.get("learning_rate")
    if isinstance(rate, Mapping):  # a schedule of Keras, as specs may have it
        return call(str(rate.get("class_name", "")), dict(rate.get("config") or {}))
    return f"{base_rate(train):g}" + (f", {_schedule_words(train.schedule)}" if train.schedule else "")


def _schedule_words(schedule: ScheduleSpec) -> str:
    listed = {
        name: ", ".join(map(str, given)) if isinstance(given, list) else given
        for name, given in schedule.config.items()
    }
    words = call(title(schedule.kind).lower(), listed)
    if schedule.warmup:
        words += f" after a warm-up of {_counted(schedule.warmup, 'epoch')}"
        words += f" from {schedule.warmup_from:.3g} of the rate" if schedule.warmup_from else ""
    return words


def _weight_words(weights: str | Mapping[str, float] | None) -> str:
    if not weights:
        return "None"
    return "Balanced" if isinstance(weights, str) else ", ".join(f"{name}: {each:g}" for name, each in weights.items())


def _average_words(config: Mapping[str, object]) -> str:
    if not config.get("use_ema"):
        return "None"
    momentum, every = config.get("ema_momentum", 0.99), config.get("ema_overwrite_frequency")
    put_back = f", put in their place every {_counted(every, 'step')}" if isinstance(every, int) else ""
    return f"Momentum {momentum}{put_back}"


def _counted(number: float, thing: str) -> str:
    shown = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{shown} {thing}{'' if number == 1 else 's'}"
