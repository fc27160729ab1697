"""How long a run trains, on how much at a time, when it ends early, and which of its states are kept."""

import streamlit as st

from pages.ui import fields
from pages.ui.train import batch, change
from pipelines.comparison.measure import metric_words
from pipelines.data.facts import DataFacts
from pipelines.spec import EarlyStoppingSpec, RunSpec, SnapshotSpec, TrainSpec
from pipelines.train_misfits import watched_names

EPOCH, STEPS = "epoch", "steps"
_LOOKS = {EPOCH: "an epoch", STEPS: "some steps"}
EVERY_STEPS = 100


def controls(train: TrainSpec, known: DataFacts | None) -> None:
    """Epochs and the batch size, and what they come to."""
    left, right = st.columns([2, 5])
    with left:
        fields.number("Epochs", "train.epochs", train.epochs, lambda v: change.training(epochs=v), step=1)
    with right:
        batch.show(train, "train.batch_size")
    if known is not None:
        rows = known.rows["train"]
        steps = train.steps_in_epoch(rows)
        words = f"{rows:,} training rows: {batch.steps_words(train, rows)}, {steps * train.epochs:,} in all."
        st.caption(words)


def stopping_controls(spec: RunSpec, known: DataFacts | None) -> None:
    """What is watched, how often, how long it may stand still. What may be watched is known where the data are."""
    early = spec.train.early_stopping
    fields.switch(
        "Stop early",
        "train.early",
        early is not None,
        lambda on: change.training(early_stopping=EarlyStoppingSpec() if on else None),
        help="End training when the validation curve no longer gets better (Goodfellow et al. 2016, algorithm 7.1).",
    )
    if early is None:
        return
    watched = list(dict.fromkeys([*(watched_names(spec, known) if known else ()), early.monitor]))
    left, right = st.columns(2)
    with left:
        fields.choice(
            "Watch", "train.early.monitor", early.monitor, watched, lambda v: change.stopping(monitor=v),
            format_func=lambda name: f"validation {metric_words(name)}",
        )  # fmt: skip
        _looks(early, known, spec.train)
        fields.number(
            "Smallest gain that counts", "train.early.min_delta", early.min_delta,
            lambda v: change.stopping(min_delta=v), step=0.001, format="%g",
        )  # fmt: skip
    with right:
        fields.number(
            "Patience, in evaluations" if early.every_steps else "Patience, in epochs", "train.early.patience",
            early.patience, lambda v: change.stopping(patience=v), step=1,
            help="So many evaluations in a row may bring nothing better.",
        )  # fmt: skip
        if early.every_steps is not None:
            fields.number("Steps between two evaluations", "train.early.every_steps", early.every_steps,
                          lambda v: change.stopping(every_steps=v), step=10)  # fmt: skip
        fields.switch("Keep the best weights", "train.early.restore_best", early.restore_best,
                      lambda v: change.stopping(restore_best=v),
                      help="Those of the best evaluation; off: those that it ended with.")  # fmt: skip


def _looks(early: EarlyStoppingSpec, known: DataFacts | None, train: TrainSpec) -> None:
    steps = train.steps_in_epoch(known.rows["train"]) if known else 2 * EVERY_STEPS
    begun = max(1, min(EVERY_STEPS, steps // 2))
    fields.segments(
        "Evaluate after", "train.early.way", STEPS if early.every_steps else EPOCH, [EPOCH, STEPS],
        lambda way: change.stopping(every_steps=None if way == EPOCH else early.every_steps or begun),
        format_func=_LOOKS.__getitem__,
        help="On a large training set one epoch may be too long to wait for the next look.",
    )  # fmt: skip


def snapshot_controls(train: TrainSpec) -> None:
    """How often the weights are kept to look back at, and how much that may take."""
    kept = train.snapshots
    fields.switch(
        "Keep snapshots of the weights",
        "train.snapshots",
        kept is not None,
        lambda on: change.training(snapshots=SnapshotSpec() if on else None),
        help="To look back at how the network was on Inspect, and to fork a run from there.",
    )
    if kept is None:
        return
    left, middle, right = st.columns(3)
    with left:
        fields.number("Epochs between two", "train.snapshots.every", kept.every,
                      lambda v: change.snapshots(every=v), step=1)  # fmt: skip
    with middle:
        fields.number("At most", "train.snapshots.most", kept.most, lambda v: change.snapshots(most=v), step=1)
    with right:
        fields.number("At most, in MiB", "train.snapshots.most_mib", kept.most_mib,
                      lambda v: change.snapshots(most_mib=v), step=64)  # fmt: skip
    st.caption("Where there would be more, every second one goes. The state before training is one of them.")
