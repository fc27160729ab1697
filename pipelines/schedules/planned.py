"""From a TrainSpec to the schedule that its optimizer is given, as data: a Keras class (or one of ours) and arguments.

Training builds it, the plot computes it, the exported script prints it: none can differ from the others.
"""

from collections.abc import Callable, Mapping
from typing import Any

from models.catalogue import catalogue
from models.errors import NetloomError, did_you_mean
from pipelines.schedules.kinds import KINDS, value
from pipelines.spec import ScheduleSpec, TrainSpec

Planned = float | dict[str, Any]
"""A rate that stays, or `{"class_name": ..., "config": {...}}` as Keras writes schedules, lengths in steps."""

_DEFAULT_RATE = 0.001  # of an optimizer that the catalogue does not know


def optimizer_schedule(train: TrainSpec) -> dict[str, Any] | None:
    """The schedule of Keras, in steps, that old specs may have in place of the optimizer's learning rate, or None.

    >>> optimizer_schedule(TrainSpec()) is None
    True
    """
    rate: Any = train.optimizer.config.get("learning_rate")
    return dict(rate) if isinstance(rate, Mapping) else None


def base_rate(train: TrainSpec) -> float:
    """The optimizer's own learning rate; where an old spec has a Keras schedule there, the rate that it begins with.

    >>> base_rate(TrainSpec())
    0.001
    """
    if own := optimizer_schedule(train):
        config: Any = own.get("config") or {}
        first = config.get("initial_learning_rate", (config.get("values") or [None])[0])
        return float(first) if isinstance(first, int | float) else _DEFAULT_RATE
    rate: Any = train.optimizer.config.get("learning_rate")
    if rate is None:
        entry = catalogue().find("optimizers", train.optimizer.kind)
        param = entry.param("learning_rate") if entry else None
        rate = param.default if param else None
    return float(rate) if isinstance(rate, int | float) else _DEFAULT_RATE


def kind_of(train: TrainSpec) -> str:
    """The kind of its schedule; `constant` without one."""
    return train.schedule.kind if train.schedule else "constant"


def settled(train: TrainSpec) -> TrainSpec:
    """`train` with every length written out that follows the planned epochs.

    So that extending a run, or planning otherwise in a fork, does not bend the curve that is behind it.

    >>> settled(TrainSpec(schedule=ScheduleSpec(kind="cosine", warmup=2))).schedule.config
    {'length': 18.0}
    """
    schedule = train.schedule
    if schedule is None or schedule.kind not in _FOLLOWS:
        return train
    name, follows = _FOLLOWS[schedule.kind]
    if schedule.config.get(name) is not None:
        return train
    written = {**schedule.config, name: follows(schedule.config, _left(train, schedule))}
    return train.replace(schedule=schedule.replace(config=written))


def planned(train: TrainSpec, steps_per_epoch: int) -> Planned:
    """The learning rate of `train` as Keras is given it, lengths in batches.

    Keras asks its schedules by batches, whether or not gradients are added up over several of them. A plateau's own
    part is constant (`Adjustable`): what it does is decided while the run trains.

    Args:
        train: its `optimizer.learning_rate` may be a Keras schedule, which is given back as it is.
        steps_per_epoch: batches in an epoch.

    Raises:
        NetloomError: there is no schedule of that kind.
    """
    schedule = train.schedule
    if schedule is None:
        return optimizer_schedule(train) or base_rate(train)
    if schedule.kind not in KINDS:
        raise NetloomError(
            f"There is no schedule {schedule.kind!r}.",
            did_you_mean(schedule.kind, KINDS) or f"Choose one of: {', '.join(KINDS)}.",
        )
    rate = base_rate(train)
    in_steps = _Steps(steps_per_epoch)
    config = _settings(settled(train).schedule or schedule)
    rises = in_steps.rounded(schedule.warmup)
    after = _MAKE.get(schedule.kind, _constant)(rate, config, in_steps)
    if schedule.kind == "plateau" and rises:
        after = {"class_name": "Adjustable", "config": {"rate": rate}}
    if not rises:
        return after
    return {"class_name": "WarmUp", "config": {"after": after, "steps": rises, "start": schedule.warmup_from}}


def _left(train: TrainSpec, schedule: ScheduleSpec) -> float:
    """Planned epochs after the warm-up."""
    return max(train.epochs - schedule.warmup, 1e-3)


def _settings(schedule: ScheduleSpec) -> dict[str, Any]:
    """Every setting of the kind, given or by default."""
    return {param.name: value(schedule.config, schedule.kind, param.name) for param in KINDS[schedule.kind].params}


class _Steps:
    """Turns epochs into batches."""

    def __init__(self, per_epoch: int) -> None:
        self._per_epoch = per_epoch

    def rounded(self, epochs: float) -> int:
        """To the nearest whole number."""
        return round(epochs * self._per_epoch)

    def __call__(self, epochs: float) -> int:
        """At least one."""
        return max(1, self.rounded(epochs))


def _third(config: Mapping[str, Any], left: float) -> float:
    return left / 3


def _all(config: Mapping[str, Any], left: float) -> float:
    return left


def _first_of_three(config: Mapping[str, Any], left: float) -> float:
    longer = value(config, "cosine_restarts", "longer")
    return left / (1 + longer + longer**2)


_FOLLOWS: Mapping[str, tuple[str, Callable[[Mapping[str, Any], float], Any]]] = {
    "step": ("every", _third),
    "cosine": ("length", _all),
    "cosine_restarts": ("first", _first_of_three),
    # As the first residual networks were trained on CIFAR-10 (He et al., 2016).
    "piecewise": ("at", lambda config, left: [left / 2, left * 3 / 4]),
    "polynomial": ("length", _all),
    "triangular": ("cycle", _third),
    "one_cycle": ("length", _all),
}
"""Of a kind: the setting that follows the planned epochs where it is left out, and how."""


def _made(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": config}


def _constant(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    return rate


def _step(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    return _made("ExponentialDecay", initial_learning_rate=rate, decay_steps=steps(config["every"]),
                 decay_rate=config["factor"], staircase=True)  # fmt: skip


def _exponential(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    return _made("ExponentialDecay", initial_learning_rate=rate, decay_steps=steps(config["every"]),
                 decay_rate=config["factor"])  # fmt: skip


def _cosine(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    return _made("CosineDecay", initial_learning_rate=rate, decay_steps=steps(config["length"]), alpha=config["end"])


def _cosine_restarts(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    return _made("CosineDecayRestarts", initial_learning_rate=rate, first_decay_steps=steps(config["first"]),
                 t_mul=config["longer"], m_mul=config["lower"], alpha=config["end"])  # fmt: skip


def _piecewise(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    # Keras holds a value up to its boundary and through it, so the new one would come a batch late.
    boundaries = [steps(epoch) - 1 for epoch in config["at"]]
    return _made("PiecewiseConstantDecay", boundaries=boundaries,
                 values=[rate, *(rate * share for share in config["shares"])])  # fmt: skip


def _polynomial(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    return _made("PolynomialDecay", initial_learning_rate=rate, decay_steps=steps(config["length"]),
                 end_learning_rate=rate * config["end"], power=config["power"], cycle=config["cycle"])  # fmt: skip


def _inverse_time(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    return _made("InverseTimeDecay", initial_learning_rate=rate, decay_steps=steps(config["every"]),
                 decay_rate=config["decay"])  # fmt: skip


def _triangular(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    return _made("Triangular", peak=rate, steps=steps(config["cycle"]), low=config["low"], shrink=config["shrink"])


def _one_cycle(rate: float, config: Mapping[str, Any], steps: _Steps) -> Planned:
    return _made("OneCycle", peak=rate, steps=steps(config["length"]), rise=config["rise"], start=config["start"],
                 end=config["end"], curve=config["curve"])  # fmt: skip


_MAKE: Mapping[str, Callable[[float, Mapping[str, Any], _Steps], Planned]] = {
    "step": _step,
    "exponential": _exponential,
    "cosine": _cosine,
    "cosine_restarts": _cosine_restarts,
    "piecewise": _piecewise,
    "polynomial": _polynomial,
    "inverse_time": _inverse_time,
    "triangular": _triangular,
    "one_cycle": _one_cycle,
}
