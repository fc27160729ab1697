"""What training makes small, and what is measured beside it: what the task asks for, unless the user says otherwise."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from models.catalogue import catalogue
from pages.ui import fields, forms, state
from pages.ui.charts.style import metric_label
from pages.ui.train import change
from pipelines.comparison.measure import metric_words
from pipelines.data.facts import DataFacts
from pipelines.spec import Objective, RunSpec, TrainSpec
from pipelines.tasks import choices, loss_and_metrics, metric_names, named_settings, objective, smooths
from pipelines.train_misfits import WEIGHED

SMOOTHED = ("binary", "multiclass", "multilabel", "segmentation")
OFF, BALANCED, BY_CLASS = "off", "balanced", "by class"
_WEIGHTS = "train.class_weights"
_WAYS = {OFF: "Equal", BALANCED: "Balanced", BY_CLASS: "By class"}
ROWS_SHOWN = 10


def words(train: TrainSpec, known: DataFacts) -> str:
    """Loss and metrics in one line, with what is done to the labels."""
    loss, metrics = loss_and_metrics(train, known)
    said = [metric_label(loss), *map(metric_words, metrics)]
    if train.label_smoothing:
        said.append(f"labels smoothed by {train.label_smoothing:g}")
    if train.class_weights:
        said.append("balanced classes" if train.class_weights == "balanced" else "weighed classes")
    return ", ".join(said)


def controls(spec: RunSpec, known: DataFacts) -> None:
    """Loss and metrics with their settings, label smoothing, class weights."""
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
            lambda v: change.training(loss=objective("losses", v) if v else None),
            f"follow the task: {_said('losses', loss)}",
            format_func=lambda v: _said("losses", v),
        )
    with right:
        own = spec.train.metrics or ()
        by_name = dict(zip(metric_names(own), own, strict=True))
        fields.several(
            "Metrics",
            "train.metrics",
            list(by_name),
            list(dict.fromkeys([*choices("metrics", known), *by_name])),
            lambda v: change.training(metrics=tuple(by_name.get(m) or objective("metrics", m) for m in v) or None),
            placeholder=f"follow the task: {', '.join(_said('metrics', metric) for metric in metrics)}",
            format_func=lambda v: _said("metrics", v),
        )
    if chosen:
        _settings("losses", chosen, "train.loss.settings", lambda v: change.training(loss=v))
    for index, (name, metric) in enumerate(by_name.items()):
        _settings("metrics", metric, f"train.metrics.{name}", partial(_change_metric, index))
    _labels(spec.train, known, loss if chosen is None else chosen)


def _labels(train: TrainSpec, known: DataFacts, loss: Objective) -> None:
    """What is done to the labels; a setting that does not suit the task is shown as long as it is there."""
    left, right = st.columns(2)
    if train.label_smoothing or (known.task in SMOOTHED and smooths(loss)):
        with left:
            fields.number(
                "Label smoothing", "train.label_smoothing", train.label_smoothing,
                lambda v: change.training(label_smoothing=v), step=0.05, format="%g",
                help="Share of each label that is spread over all classes (Szegedy et al., 2016).",
            )  # fmt: skip
    if train.class_weights or (known.task in WEIGHED and not known.mixed_labels):
        with right:
            fields.segments(
                "Class weights", f"{_WEIGHTS}.way", _way(train), list(_WAYS), partial(_weigh, known),
                format_func=_WAYS.__getitem__,
                help="What an example counts in the loss. Balanced: every class as much in total.",
            )  # fmt: skip
    if isinstance(train.class_weights, dict):
        _each_class(train.class_weights, known)


def _each_class(weights: dict[str, float], known: DataFacts) -> None:
    """A weight for each class, in a table; those of classes that are no more are among them, to be seen."""
    names = list(dict.fromkeys([*known.class_names, *weights]))
    key, given = state.rows(_WEIGHTS, [{"class": name, "weight": float(weights.get(name, 1.0))} for name in names])
    st.data_editor(
        given, key=key, on_change=state.take, args=(_WEIGHTS, _take_weights, state.entered_rows), hide_index=True,
        num_rows="fixed", height="content" if len(given) <= ROWS_SHOWN else 38 + 35 * ROWS_SHOWN, disabled=["class"],
        column_config={
            "class": st.column_config.TextColumn("Class"),
            "weight": st.column_config.NumberColumn("Weight", min_value=0.0, required=True, format="%g"),
        },
        alt="The classes, and what an example of each counts in the loss",
    )  # fmt: skip
    fields.show_refusal(_WEIGHTS)


def _take_weights(rows: list[state.Row]) -> None:
    change.training(class_weights={row["class"]: row["weight"] for row in rows})


def _way(train: TrainSpec) -> str:
    return OFF if not train.class_weights else BALANCED if train.class_weights == "balanced" else BY_CLASS


def _weigh(known: DataFacts, way: str) -> None:
    if way != _way(change.train()):
        chosen = {OFF: None, BALANCED: "balanced", BY_CLASS: dict.fromkeys(known.class_names, 1.0)}[way]
        change.training(class_weights=chosen)


def _change_metric(index: int, metric: Objective) -> None:
    own = list(change.train().metrics or ())
    own[index] = metric
    change.training(metrics=tuple(own))


def _settings(part: str, chosen: Objective, key: str, put: Callable[[Objective], None]) -> None:
    """The form of what a loss or metric may be told."""
    name, config = named_settings(part, chosen)
    entry = catalogue().find(part, name)
    if entry is None or not entry.params:
        return

    def write(changed: dict[str, Any]) -> None:
        put({"class_name": entry.class_name, "config": changed} if changed else name)

    with st.container(border=True, key=key, gap="small"):
        st.markdown(f"**{metric_label(entry.kind)}**")
        forms.settings(f"{key}.{entry.kind}", entry, config or entry.start_config, write)
        st.caption(forms.about(entry))


def _said(part: str, name: str) -> str:
    """The name of a loss or metric as people spell it out, with the short name that was used for it."""
    entry = catalogue().find(part, name)
    if entry is None or name in (entry.kind, entry.class_name):
        return metric_label(entry.kind if entry else name)
    return f"{metric_label(entry.kind)} ({metric_words(name)})"
