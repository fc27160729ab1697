"""The callbacks of a script: what is logged, when the rate falls, which weights are judged, when training stops."""

import json
from dataclasses import dataclass

from models.code.carried import carried
from pipelines.comparison.measure import higher_is_better
from pipelines.export.script_objectives import logged
from pipelines.schedules import base_rate
from pipelines.schedules.kinds import value
from pipelines.spec import RunSpec

_AVERAGED = "pipelines.training.callbacks.averaged_weights"
_PLATEAU = '''class PlateauAfterWarmUp(keras.callbacks.Callback):
    """As keras.callbacks.ReduceLROnPlateau, for a rate behind a warm-up: it looks once that is over."""

    def __init__(self, rate, warmup_steps, monitor, mode, factor, patience, min_delta, cooldown, min_lr):
        super().__init__()
        self.rate, self.warmup_steps, self.monitor = rate, warmup_steps, monitor
        self.sign = 1 if mode == "max" else -1
        self.factor, self.patience, self.min_delta = factor, patience, min_delta
        self.cooldown, self.min_lr = cooldown, min_lr
        self.best, self.wait, self.cooling, self.steps = None, 0, 0, 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1

    def on_epoch_end(self, epoch, logs=None):
        if self.steps <= self.warmup_steps:
            return
        if self.cooling:
            self.cooling -= 1
            self.wait = 0
        current = self.sign * logs[self.monitor]
        if self.best is None or current - self.min_delta > self.best:
            self.best, self.wait = current, 0
        elif not self.cooling:
            self.wait += 1
            if self.wait >= self.patience:
                lowered = max(float(self.rate.variable) * self.factor, self.min_lr)
                self.rate.variable.assign(min(lowered, float(self.rate.variable)))
                self.cooling, self.wait = self.cooldown, 0'''


@dataclass(frozen=True, slots=True)
class CallbacksCode:
    """The callbacks of a script.

    Attributes:
        items: of their list, a line each.
        imports, classes: import lines and definitions that they need.
    """

    items: str
    imports: frozenset[str]
    classes: str


def callbacks_code(spec: RunSpec, steps_per_epoch: int) -> CallbacksCode:
    """The callbacks of a run, in the order in which Keras calls them.

    Args:
        spec: the run.
        steps_per_epoch: batches in an epoch.
    """
    items, classes, imports = [], [], set()
    if spec.train.optimizer.config.get("use_ema"):
        # Not Keras's SwapEMAWeights: it loses bits, and where training stops early leaves the wrong weights.
        items.append("AveragedWeights(),")
        needed, code = carried([_AVERAGED])
        imports |= needed
        classes.append(code)
    items.append('keras.callbacks.CSVLogger("history.csv"),')
    schedule = spec.train.schedule
    if schedule is not None and schedule.kind == "plateau":
        behind = round(schedule.warmup * steps_per_epoch)
        items += _plateau(spec, behind)
        classes += [_PLATEAU] if behind else []
    items += _early_stopping(spec)
    return CallbacksCode("\n".join(items), frozenset(imports), "\n\n\n".join(classes))


def by_steps(spec: RunSpec) -> bool:
    """Whether it is evaluated within epochs too."""
    early = spec.train.early_stopping
    return early is not None and early.every_steps is not None


def _early_stopping(spec: RunSpec) -> list[str]:
    early = spec.train.early_stopping
    if early is None:
        return []
    return [
        "keras.callbacks.EarlyStopping(",
        *_watched(spec, early.monitor),
        f"    min_delta={early.min_delta!r},",
        f"    patience={early.patience},",
        f"    restore_best_weights={early.restore_best},",
        "),",
    ]


def _plateau(spec: RunSpec, warmup_steps: int) -> list[str]:
    schedule = spec.train.schedule
    config = schedule.config if schedule else {}
    own = {name: value(config, "plateau", name) for name in ("factor", "patience", "min_delta", "cooldown")}
    begun = "PlateauAfterWarmUp(" if warmup_steps else "keras.callbacks.ReduceLROnPlateau("
    behind = ["    rate=rate,", f"    warmup_steps={warmup_steps},"] if warmup_steps else []
    return [
        begun,
        *behind,
        *_watched(spec, str(value(config, "plateau", "monitor"))),
        *(f"    {name}={number!r}," for name, number in own.items()),
        f"    min_lr={value(config, 'plateau', 'least') * base_rate(spec.train)!r},",
        "),",
    ]


def _watched(spec: RunSpec, monitor: str) -> list[str]:
    return [
        f"    monitor={json.dumps(f'val_{logged(spec, monitor)}')},",
        f'    mode="{"max" if higher_is_better(monitor) else "min"}",',
    ]
