"""What most runs leave as it is, a folded section each; its heading says how it is set."""

from pages.ui import fields
from pages.ui.train import fitting, goal, optimizer, performance, regularise
from pipelines.data.facts import DataFacts
from pipelines.spec import RunSpec


def controls(spec: RunSpec, known: DataFacts | None) -> None:
    """Every section. Loss and metrics follow the data, and are not there without them."""
    train = spec.train
    with fields.section("Early stopping", fitting.stopping_words(train), "train.section.stopping"):
        fitting.stopping_controls(spec, known)
    if known is not None:
        with fields.section("Loss and metrics", goal.words(train, known), "train.section.goal"):
            goal.controls(spec, known)
    with fields.section("Regularisation", regularise.words(spec.model), "train.section.regularise"):
        regularise.controls(spec.model)
    with fields.section("Gradients and weights", optimizer.weights_words(train), "train.section.weights"):
        optimizer.weights_controls(train)
    with fields.section(f"{train.optimizer.kind}", optimizer.own_words(train), "train.section.optimizer"):
        optimizer.own_controls(train)
    with fields.section("Snapshots", fitting.snapshot_words(train), "train.section.snapshots"):
        fitting.snapshot_controls(train)
    with fields.section("Device and speed", performance.words(spec), "train.section.performance"):
        performance.controls(train)
