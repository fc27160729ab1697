"""The optimizer, the arguments that are its own, and what may be done to gradients and weights with any of them."""

from dataclasses import replace

import streamlit as st

from models.catalogue import Entry, catalogue
from pages.ui import fields, forms, text
from pages.ui.data_words import call
from pages.ui.train import change
from pipelines.spec import OptimizerSpec, TrainSpec

CLIPS = {
    "clipvalue": "each value",
    "clipnorm": "the norm of each weight array",
    "global_clipnorm": "the norm of all together",
}
CLIP_START = {"clipvalue": 0.5, "clipnorm": 1.0, "global_clipnorm": 1.0}
WEIGHTS = ("weight_decay", "gradient_accumulation_steps", "loss_scale_factor")
AVERAGE = ("use_ema", "ema_momentum", "ema_overwrite_frequency")
SHARED = {*CLIPS, *WEIGHTS, *AVERAGE}


def controls(train: TrainSpec) -> None:
    """Which optimizer, and the arguments of its own that matter most."""
    chosen = train.optimizer
    kinds = list(catalogue().optimizers)
    kinds += [] if chosen.kind in kinds else [chosen.kind]
    fields.choice(
        "Optimizer", "train.optimizer", chosen.kind, kinds,
        lambda kind: change.training(optimizer={"kind": kind, "config": _carried(kind)}),
    )  # fmt: skip
    entry = catalogue().optimizers.get(chosen.kind)
    if entry is not None:
        _form(entry, [p.name for p in _own(entry).params if p.main])


def own_controls(train: TrainSpec) -> None:
    """The rest of its own arguments, and where Keras says more."""
    entry = catalogue().optimizers.get(train.optimizer.kind)
    if entry is not None:
        _form(entry, folded(entry.kind))
        st.caption(forms.about(entry))


def own_words(train: TrainSpec) -> str:
    """Those of them that differ from Keras's defaults."""
    return _said(train.optimizer, folded(train.optimizer.kind)) or "Keras's defaults"


def folded(kind: str) -> list[str]:
    """Names of the arguments of its own that matter less."""
    entry = catalogue().optimizers.get(kind)
    return [param.name for param in _own(entry).params if not param.main] if entry else []


def weights_controls(train: TrainSpec) -> None:
    """Clipping, accumulation, weight decay, and the moving average of the weights."""
    entry = catalogue().optimizers.get(train.optimizer.kind)
    if entry is None:
        return
    _clipping(train.optimizer.config)
    _form(entry, [name for name in WEIGHTS if name != "loss_scale_factor"])
    averaged = bool(train.optimizer.config.get("use_ema"))
    fields.switch(
        "Moving average of the weights", "train.average", averaged, _average,
        help="Kept beside the weights while they change, and taken in their place (Polyak and Juditsky, 1992).",
    )  # fmt: skip
    if averaged:
        _form(entry, [*AVERAGE[1:]])
    if train.precision == "mixed_float16" or "loss_scale_factor" in train.optimizer.config:
        _form(entry, ["loss_scale_factor"])


def weights_words(train: TrainSpec) -> str:
    """What is done to gradients and weights, in a few words."""
    config, said = train.optimizer.config, []
    for name, words in (("clipvalue", "values"), ("clipnorm", "norms"), ("global_clipnorm", "the global norm")):
        if config.get(name) is not None:
            said.append(f"{words} clipped at {config[name]:g}")
    steps = config.get("gradient_accumulation_steps")
    if steps:
        said.append(f"gradients of {steps} batches added up")
    entry = catalogue().optimizers.get(train.optimizer.kind)
    decay = config.get("weight_decay", _default(entry, "weight_decay"))
    if decay:
        said.append(f"weight decay {decay:g}")
    if config.get("use_ema"):
        said.append("moving average of the weights")
    return text.sentence(", ".join(said)) or "as they come"


def _average(on: bool) -> None:
    """With it go its settings."""
    rest = {name: value for name, value in change.train().optimizer.config.items() if name not in AVERAGE}
    change.optimizer(rest | {"use_ema": True} if on else rest)


def _clipping(config: forms.Config) -> None:
    """One of the three ways, as Keras takes no two of them; and how far."""
    way = next((name for name in CLIPS if config.get(name) is not None), None)
    rest = {key: value for key, value in config.items() if key not in CLIPS}

    def choose(chosen: str | None) -> None:
        change.optimizer(rest if chosen is None else rest | {chosen: CLIP_START[chosen]})

    left, right = st.columns(2)
    with left:
        fields.choice(
            "Clip gradients", "train.clip", way, list(CLIPS), choose, "no", format_func=lambda name: f"by {CLIPS[name]}"
        )  # fmt: skip
    value = config.get(way) if way else None
    if way and isinstance(value, int | float):
        with right:
            fields.number(
                "At", f"train.clip.{way}", float(value), lambda v: change.optimizer(rest | {way: v}), step=0.1,
                format="%g",
            )  # fmt: skip


def _form(entry: Entry, names: list[str]) -> None:
    """Fields for those arguments, in that order; what they are set to goes into the draft."""
    params = tuple(param for name in names if (param := entry.param(name)))
    if params:
        forms.config_form(
            f"train.optimizer.{entry.kind}",
            replace(entry, params=params),
            lambda: dict(change.train().optimizer.config),
            change.optimizer,
            first=tuple(names),
        )


def _own(entry: Entry) -> Entry:
    """Without the learning rate, which has a part of the page to itself, and what all optimizers share."""
    return replace(entry, params=tuple(p for p in entry.params if p.name not in {*SHARED, "learning_rate"}))


def _carried(kind: str) -> forms.Config:
    """The arguments of another optimizer: what is done to gradients and weights with any of them stays."""
    now = change.train().optimizer
    if kind == now.kind:
        return now.config
    kept = {*CLIPS, *AVERAGE, "gradient_accumulation_steps", "loss_scale_factor"}
    return {name: value for name, value in now.config.items() if name in kept}


def _said(optimizer: OptimizerSpec, names: list[str]) -> str:
    said = {name: optimizer.config[name] for name in names if name in optimizer.config}
    return call("", said).strip("()") if said else ""


def _default(entry: Entry | None, name: str) -> float | None:
    param = entry.param(name) if entry else None
    return param.default if param else None
