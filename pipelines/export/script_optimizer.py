"""The optimizer of a script, with its learning rate as a Keras user would write it."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.code.carried import carried
from models.code.layout import Group, Part, flat, literal, named
from models.code.parts import made
from pipelines.data.facts import DataFacts
from pipelines.export.script_layout import broken
from pipelines.schedules import planned
from pipelines.spec import RunSpec

_OWN = {"WarmUp": "warm_up", "OneCycle": "one_cycle", "Triangular": "triangular", "Adjustable": "adjustable"}


@dataclass(frozen=True, slots=True)
class OptimizerCode:
    """How a script makes its optimizer.

    Attributes:
        argument: of `compile`.
        before: lines in front of it; "" for none.
        imports, classes: import lines and definitions that they need.
    """

    argument: Part
    before: str = ""
    imports: frozenset[str] = frozenset()
    classes: str = ""


def optimizer_code(spec: RunSpec, known: DataFacts) -> OptimizerCode:
    """The optimizer of a run. Raises: NetloomError for a schedule that there is not."""
    train = spec.train
    config = dict(train.optimizer.config)
    if train.schedule is None:
        return OptimizerCode(made("optimizers", train.optimizer.kind, config, {}))
    rate = planned(train, train.steps_in_epoch(known.rows["train"]))
    config.pop("learning_rate", None)
    plain = made("optimizers", train.optimizer.kind, config, {})
    used = [name for name in _class_names(rate) if name in _OWN]
    imports, classes = carried(f"models.schedules.{_OWN[name]}" for name in used)
    optimizer = Group(plain.head, (named("learning_rate", _rate(rate)), *plain.items))
    if "Adjustable" not in used:
        return OptimizerCode(optimizer, "", frozenset(imports), classes)
    lines = [
        f"rate = {_adjustable(rate)}",
        # Broken as it will stand within a function.
        textwrap.dedent(broken(Group(f"optimizer = {flat(plain.head)}", optimizer.items), "    ")),
        "rate.attach(optimizer)",
    ]
    return OptimizerCode("optimizer", "\n".join(lines), frozenset(imports), classes)


def _class_names(rate: float | Mapping[str, Any]) -> list[str]:
    """A schedule's own class, and of those inside of it."""
    if not isinstance(rate, Mapping):
        return []
    return [rate["class_name"], *_class_names(rate["config"].get("after", 0.0))]


def _rate(rate: float | Mapping[str, Any]) -> Part:
    if not isinstance(rate, Mapping):
        return repr(rate)
    name = rate["class_name"]
    if name == "Adjustable":
        return "rate"
    settings = {key: _rate(value) if key == "after" else literal(value) for key, value in rate["config"].items()}
    head = name if name in _OWN else f"keras.optimizers.schedules.{name}"
    return Group(head, tuple(named(key, value) for key, value in settings.items()))


def _adjustable(rate: Any) -> str:
    """The part of a schedule that a callback changes."""
    while rate["class_name"] != "Adjustable":
        rate = rate["config"]["after"]
    return f"Adjustable({rate['config']['rate']!r})"
