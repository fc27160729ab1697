"""Train: how the draft is trained, launching it, and the queue."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from models.catalogue import catalogue
from models.errors import NetloomError
from models.facts import Problem
from pages.ui import fields, forms, queue, resources, state, text
from pages.ui.charts.style import metric_label
from pages.ui.run_words import settings
from pipelines.comparison.measure import metric_words
from pipelines.data.downloads import downloads
from pipelines.data.facts import DataFacts, facts
from pipelines.fitting import problems
from pipelines.launch.submit import submit
from pipelines.outputs import loss_names
from pipelines.spec import EarlyStoppingSpec, Objective, RunSpec
from pipelines.tasks import choices, loss_and_metrics, metric_names, named_settings, objective


def change(**changes: Any) -> None:
    """Change the draft's run: its name, experiment or seed."""
    draft = state.draft()
    state.keep(draft.replace(spec=draft.spec.replace(**changes)))


def change_train(**changes: Any) -> None:
    """Change how the draft is trained."""
    change(train=state.draft().spec.train.replace(**changes))


def change_early(**changes: Any) -> None:
    """Change when training stops early."""
    early = state.draft().spec.train.early_stopping or EarlyStoppingSpec()
    change_train(early_stopping=early.replace(**changes))


def optimizer(spec: RunSpec) -> None:
    """The optimizer and its arguments, learning rate first."""
    st.subheader("Optimizer", anchor=False)
    chosen = spec.train.optimizer
    kinds = list(catalogue().optimizers)
    kinds += [] if chosen.kind in kinds else [chosen.kind]
    fields.choice(
        "Optimizer",
        "train.optimizer",
        chosen.kind,
        kinds,
        lambda kind: change_train(optimizer={"kind": kind, "config": {}}),
        label_visibility="collapsed",
    )
    entry = catalogue().optimizers.get(chosen.kind)
    if entry is None:
        return

    def read() -> forms.Config:
        return dict(state.draft().spec.train.optimizer.config)

    def write(config: forms.Config) -> None:
        change_train(optimizer={"kind": chosen.kind, "config": config})

    forms.config_form(f"train.optimizer.{chosen.kind}", entry, read, write, first=("learning_rate",))


def fitting(spec: RunSpec, known: DataFacts | None) -> None:
    """Batch size, epochs, early stopping; what it may watch is known only where the data are."""
    st.subheader("Fitting", anchor=False)
    train = spec.train
    left, right = st.columns(2)
    with left:
        fields.number("Epochs", "train.epochs", train.epochs, lambda v: change_train(epochs=v), step=1)
    with right:
        fields.number("Batch size", "train.batch_size", train.batch_size, lambda v: change_train(batch_size=v), step=1)
    early = train.early_stopping
    fields.switch(
        "Early stopping",
        "train.early",
        early is not None,
        lambda on: change_train(early_stopping=EarlyStoppingSpec() if on else None),
        help="End training when the validation curve no longer gets better.",
    )
    if early is None:
        return
    metrics = loss_and_metrics(train, known)[1] if known else ()
    watched = list(dict.fromkeys([*loss_names(spec), *metrics, early.monitor]))
    left, right = st.columns(2)
    with left:
        fields.choice(
            "Watch",
            "train.early.monitor",
            early.monitor,
            watched,
            lambda v: change_early(monitor=v),
            format_func=lambda name: f"validation {metric_words(name)}",
        )
    with right:
        fields.number(
            "Patience, in epochs", "train.early.patience", early.patience, lambda v: change_early(patience=v), step=1
        )
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        fields.number(
            "Smallest gain that counts",
            "train.early.min_delta",
            early.min_delta,
            lambda v: change_early(min_delta=v),
            step=0.001,
            format="%g",
        )
    with right:
        fields.switch(
            "Keep the best weights",
            "train.early.restore_best",
            early.restore_best,
            lambda v: change_early(restore_best=v),
        )


def goal(spec: RunSpec, known: DataFacts) -> None:
    """Loss and metrics, with their settings: what the task asks for, unless the user says otherwise."""
    st.subheader("Loss and metrics", anchor=False)
    loss, metrics = loss_and_metrics(spec.train.replace(loss=None, metrics=None), known)
    left, right = st.columns(2)
    with left:
        chosen = spec.train.loss
        name = named_settings("losses", chosen)[0] if chosen else None
        fields.choice(
            "Loss",
            "train.loss",
            name,
            list(dict.fromkeys([*choices("losses", known), *([name] if name else [])])),
            lambda v: change_train(loss=objective("losses", v) if v else None),
            f"follow the task: {said('losses', loss)}",
            format_func=lambda v: said("losses", v),
        )
    with right:
        own = spec.train.metrics or ()
        by_name = dict(zip(metric_names(own), own, strict=True))
        fields.several(
            "Metrics",
            "train.metrics",
            list(by_name),
            list(dict.fromkeys([*choices("metrics", known), *by_name])),
            lambda v: change_train(metrics=tuple(by_name.get(m) or objective("metrics", m) for m in v) or None),
            placeholder=f"follow the task: {', '.join(said('metrics', metric) for metric in metrics)}",
            format_func=lambda v: said("metrics", v),
        )
    if chosen:
        objective_settings("losses", chosen, "train.loss.settings", lambda v: change_train(loss=v))
    for index, (name, metric) in enumerate(by_name.items()):
        objective_settings("metrics", metric, f"train.metrics.{name}", partial(change_metric, index))


def change_metric(index: int, metric: Objective) -> None:
    """Change the settings of one of the metrics that were chosen."""
    own = list(state.draft().spec.train.metrics or ())
    own[index] = metric
    change_train(metrics=tuple(own))


def objective_settings(part: str, chosen: Objective, key: str, put: Callable[[Objective], None]) -> None:
    """The form of what a loss or metric may be told, folded away."""
    name, config = named_settings(part, chosen)
    entry = catalogue().find(part, name)
    if entry is None or not entry.params:
        return

    def write(changed: forms.Config) -> None:
        put({"class_name": entry.class_name, "config": changed} if changed else name)

    title = f"Settings of {metric_words(entry.kind)}" + (f" ({len(config)} set)" if config else "")
    with st.expander(title, key=key):
        forms.settings(f"{key}.{entry.kind}", entry, config or entry.start_config, write)
        st.caption(forms.about(entry))


def said(part: str, name: str) -> str:
    """The name of a loss or metric as people spell it out, with the short name that was used for it."""
    entry = catalogue().find(part, name)
    if entry is None or name in (entry.kind, entry.class_name):
        return metric_label(entry.kind if entry else name)
    return f"{metric_label(entry.kind)} ({metric_words(name)})"


def place(spec: RunSpec) -> None:
    """Name, experiment, seed, device."""
    st.subheader("Run", anchor=False)
    left, right = st.columns(2)
    with left:
        fields.line("Name", "train.name", spec.name, lambda v: change(name=v), max_chars=80)
        fields.number(
            "Seed",
            "train.seed",
            spec.seed,
            lambda v: change(seed=v),
            step=1,
            help="Of the weights, the shuffles and the random layers.",
        )
    with right:
        known = list(dict.fromkeys([spec.experiment, *resources.store().experiments()]))
        fields.choice(
            "Experiment",
            "train.experiment",
            spec.experiment,
            known,
            lambda v: change(experiment=v),
            accept_new_options=True,
            help="The group of runs that it belongs to. Type a new one.",
        )
        devices = {"auto": "a free GPU, else the CPU", "cpu": "CPU"}
        devices |= {gpu.device: gpu.name for gpu in resources.inventory().gpus}
        devices.setdefault(spec.train.device, "not on this machine")
        fields.choice(
            "Device",
            "train.device",
            spec.train.device,
            list(devices),
            lambda v: change_train(device=v),
            format_func=lambda name: f"{name} · {devices[name]}",
        )


def obstacles(spec: RunSpec) -> list[Problem | str]:
    """Why this cannot be launched; empty: it can."""
    try:
        summary = resources.summary(spec.model, patience_s=2)
    except NetloomError:
        summary = None  # Design says what ails the engine; the structure is still checked
    found: list[Problem | str] = [*problems(spec, summary)]
    file = downloads.file_for(spec.data.source)
    if file is not None and downloads.cached_path(file) is None:
        found.append(f"{file.title} is not on this machine yet: download it on the Data page.")
    return found + [f"An entry was refused: {reason}" for reason in state.refusals("train.")]


def launch(spec: RunSpec) -> None:
    """What will be launched, and the button, or why there is none."""
    found = obstacles(spec)
    st.subheader("Not ready to launch" if found else "Ready to launch", anchor=False)
    for obstacle in found[:5]:
        st.markdown(f":red[:material/error: {text.escape(str(obstacle))}]")
    if any(isinstance(obstacle, Problem) and obstacle.node for obstacle in found):
        st.page_link("design.py", label="Mend it on the Design page", icon=":material/schema:")
    st.table(
        pd.Series({name: text.escape(words) for name, words in settings(spec).items()}, name="Value").to_frame(),
        border="horizontal",
        hide_header=True,
    )
    if st.button(
        "Launch",
        key="train.launch",
        type="primary",
        icon=":material/rocket_launch:",
        disabled=bool(found),
        width="stretch",
    ):
        run = submit(resources.store(), spec)
        state.remember("train.launched", run.uid)
    launched = state.recall("train.launched")
    if launched:
        st.page_link(
            "runs.py", label="Launched. Watch it live", icon=":material/show_chart:", query_params={"run": launched}
        )
    st.download_button(
        "Save the spec",
        spec.model_dump_json(indent=1),
        f"{spec.model.name}.json",
        "application/json",
        key="train.save",
        icon=":material/save:",
        on_click="ignore",
        help="python -m pipelines submit runs it from the command line.",
    )


def data_facts(spec: RunSpec) -> DataFacts | None:
    """What is known of the draft's data; None, and a sentence, where they are gone or cannot be used."""
    try:
        return facts(spec.data)
    except NetloomError as error:
        text.show_error(error)
        st.page_link("data.py", label="Choose other data", icon=":material/database:")
        return None


spec = state.draft().spec
text.title("Train", "Set how the network is trained, launch it, and see what runs and waits.")
text.show_notice(state.pop_notice())
known = data_facts(spec)
left, right = st.columns([3, 2], gap="large")
with left:
    place(spec)
    optimizer(spec)
    fitting(spec, known)
    if known is not None:
        goal(spec, known)
with right, st.container(border=True):
    launch(spec)
queue.show()
