"""The learning rate: how large, how it changes, what it will be in every epoch, and a test that finds one."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from models.catalogue import Entry, catalogue
from models.errors import NetloomError
from pages.ui import fields, forms, live_chart, text
from pages.ui.charts.rate_finder import rate_finder
from pages.ui.charts.schedule import schedule as schedule_chart
from pages.ui.train import change, rate_jobs
from pipelines.data.facts import DataFacts
from pipelines.schedules import KINDS, base_rate, kind_of, optimizer_schedule, rates, settled
from pipelines.schedules.kinds import title
from pipelines.schedules.misfits import schedule_problems
from pipelines.schedules.rate_curve import RateCurve
from pipelines.spec import RunSpec, ScheduleSpec, TrainSpec
from pipelines.train_misfits import watched_names

NOMINAL_STEPS = 100  # in an epoch of data that are not known
_POINTS = 1000
TICK_S = 0.5


def show(spec: RunSpec, known: DataFacts | None) -> None:
    """All of it. Without known data it is drawn over epochs of a nominal length."""
    if optimizer_schedule(spec.train):
        _kerass_own(spec.train)
    else:
        _controls(spec, known)
    _plot(spec, known)
    if known is not None:
        st.fragment(_finder, run_every=TICK_S if rate_jobs.under_way(spec) else None)(spec, rate_jobs.under_way(spec))


def _controls(spec: RunSpec, known: DataFacts | None) -> None:
    train = spec.train
    chosen = train.schedule or ScheduleSpec()
    left, middle, right = st.columns([2, 3, 2])
    with left:
        fields.number(
            "Learning rate", f"train.optimizer.{train.optimizer.kind}.learning_rate", base_rate(train), _set_rate,
            step=0.001, format="%g", min_value=0.0, help="Size of each step down the gradient.",
        )  # fmt: skip
    with middle:
        fields.choice(
            "Schedule", "train.schedule.kind", None if chosen.kind == "constant" else chosen.kind,
            [kind for kind in KINDS if kind != "constant"], _set_kind, "none: it stays", format_func=title,
            help="How the rate changes while the run trains. Lengths are in epochs, after the warm-up.",
        )  # fmt: skip
    with right:
        fields.number(
            "Warm-up, in epochs", "train.schedule.warmup", chosen.warmup, lambda v: _set_schedule(warmup=v), step=0.5,
            format="%g", min_value=0.0, help="The rate first rises in a straight line (Goyal et al. 2017).",
        )  # fmt: skip
    entry = KINDS.get(chosen.kind)
    if entry is None:
        return
    if entry.params or chosen.warmup:
        with st.container(border=True, gap="small"):
            _settings(entry, spec, known)
            if chosen.warmup:
                half, _ = st.columns(2)
                with half:
                    fields.number(
                        "Warm-up begins at", "train.schedule.warmup_from", chosen.warmup_from,
                        lambda v: _set_schedule(warmup_from=v), step=0.1, format="%g", min_value=0.0, max_value=1.0,
                        help="As a share of the learning rate.",
                    )  # fmt: skip
            if entry.params:
                st.caption(forms.about(entry))


def _settings(entry: Entry, spec: RunSpec, known: DataFacts | None) -> None:
    """The fields of a kind; what a plateau may watch is known where the data are."""
    if known is not None:
        watched = watched_names(spec, known)
        entry = replace(entry, params=tuple(
            replace(param, type="choice", choices=watched) if param.name == "monitor" else param
            for param in entry.params
        ))  # fmt: skip
    forms.config_form(
        f"train.schedule.{entry.kind}",
        entry,
        lambda: dict((change.train().schedule or ScheduleSpec()).config),
        lambda config: _set_schedule(config=config),
        left_out=_followed(spec.train),
    )


def _followed(train: TrainSpec) -> dict[str, str]:
    """What a length comes to that was left out, so that it follows the planned epochs, by its name."""
    given, whole = train.schedule, settled(train).schedule
    if given is None or whole is None or given == whole:
        return {}
    (name,) = set(whole.config) - {name for name, value in given.config.items() if value is not None}
    value: Any = whole.config[name]
    words = ", ".join(f"{round(each, 2):g}" for each in (value if isinstance(value, list | tuple) else [value]))
    return {name: f"{words}, as planned"}


def _kerass_own(train: TrainSpec) -> None:
    """A schedule inside of the optimizer, in steps, as specs may have it: shown, changed there, or left."""
    entry = catalogue().optimizers.get(train.optimizer.kind)
    if entry is not None:
        forms.config_form(
            f"train.optimizer.{entry.kind}",
            replace(entry, params=tuple(param for param in entry.params if param.name == "learning_rate")),
            lambda: dict(change.train().optimizer.config),
            change.optimizer,
        )
    st.button(
        "Use a schedule in epochs instead", key="train.schedule.own", type="tertiary", icon=":material/swap_horiz:",
        on_click=_set_rate, args=(base_rate(train),), help="This one counts steps, and bends with the batch size.",
    )  # fmt: skip


def _plot(spec: RunSpec, known: DataFacts | None) -> None:
    train = spec.train
    kind = kind_of(train)
    misfits = schedule_problems(train, watched_names(spec, known) if known else [_watched(train)])
    if misfits:
        st.markdown(f":red[:material/error: {text.escape(str(misfits[0]))}]")
        return
    if kind == "constant" and not (train.schedule and train.schedule.warmup) and not optimizer_schedule(train):
        return  # a straight line says nothing
    steps_in_epoch = train.steps_in_epoch(known.rows["train"]) if known else NOMINAL_STEPS
    steps = _steps(train.epochs * steps_in_epoch)
    try:
        found = rates(train, steps_in_epoch, steps)
    except (NetloomError, KeyError, TypeError, ValueError):
        return  # a Keras schedule whose settings are wrong: the launch says which
    warmup = train.schedule.warmup if train.schedule else 0.0
    live_chart.show(
        schedule_chart(steps / steps_in_epoch, found, warmup), "train.chart.schedule",
        f"Learning rate over {train.epochs} epochs: from {found[0]:.3g} to {found[-1]:.3g}",
    )  # fmt: skip
    if kind == "plateau":
        st.caption("Its drops are not drawn: they come when validation stands still.")


def _steps(total: int) -> np.ndarray:
    """Steps to draw: each where there are few, else evenly spaced ones."""
    return np.unique(np.linspace(0, total - 1, min(total, _POINTS)).astype(np.int64))


def _finder(spec: RunSpec, was_busy: bool) -> None:
    """The range test: its button, its curve, and a click that takes what it suggests."""
    busy = rate_jobs.under_way(spec)
    if was_busy != busy or change.train() != spec.train:
        st.rerun()  # the whole page: a click here draws this part alone, and the tick goes on as it was
    found = rate_jobs.outcome(spec)
    with st.container(horizontal=True):
        st.button(
            "Testing rates" if busy else "Find a rate", key="train.rate.find", icon=":material/troubleshoot:",
            disabled=busy, on_click=rate_jobs.start, args=(spec,),
            help="A short range test (Smith 2017): a fresh network trains while the rate rises. Nothing is stored.",
        )  # fmt: skip
        if isinstance(found, RateCurve) and found.suggestion is not None and not busy:
            _use(spec.train, found.suggestion)
    if busy:
        st.status("Training a fresh network while the rate rises", state="running")
    elif isinstance(found, NetloomError):
        text.show_error(found)
    elif isinstance(found, Exception):
        raise found
    elif found is not None:
        _told(found)


def _use(train: TrainSpec, rate: float) -> None:
    taken = rate == base_rate(train) and not optimizer_schedule(train)
    st.button(f"Use {rate:g}", key="train.rate.use", icon=":material/check:", type="primary", disabled=taken,
              on_click=_set_rate, args=(rate,))  # fmt: skip


def _told(found: RateCurve) -> None:
    """Why a range test suggests what it does, and its curve."""
    st.caption(text.escape(found.reason))
    if len(found.rates) > 1:
        live_chart.show(
            rate_finder(found.rates, found.losses, found.smoothed, found.suggestion), "train.chart.rate_finder",
            f"Training loss at rates from {found.rates[0]:.2g} to {found.rates[-1]:.2g}",
        )  # fmt: skip


def _set_rate(rate: float | None) -> None:
    optimizer = change.train().optimizer
    entry = catalogue().optimizers.get(optimizer.kind)
    param = entry.param("learning_rate") if entry else None
    config = dict(optimizer.config)
    change.optimizer(forms.changed(config, param, rate) if param else {**config, "learning_rate": rate})


def _set_kind(kind: str | None) -> None:
    _set_schedule(kind=kind or "constant", config={})


def _set_schedule(**changes: object) -> None:
    """Change the schedule; one that does nothing is none."""
    schedule = (change.train().schedule or ScheduleSpec()).replace(**changes)
    change.training(schedule=None if schedule.kind == "constant" and not schedule.warmup else schedule)


def _watched(train: TrainSpec) -> str:
    """What a plateau watches, where nobody knows what could be."""
    monitor = train.schedule.config.get("monitor", "loss") if train.schedule else "loss"
    return monitor if isinstance(monitor, str) else "loss"
