"""What most runs leave as it is, a folded section each; its heading says how it is set."""

from collections.abc import Callable, Sequence

from pages.ui import fields, state
from pages.ui.train import fitting, goal, optimizer, performance, regularise
from pages.ui.train_words import snapshot_words, stopping_words
from pipelines.data.facts import DataFacts
from pipelines.spec import RunSpec


def controls(spec: RunSpec, known: DataFacts | None) -> None:
    """Every section. Loss and metrics follow the data, and are not there without them."""
    train = spec.train
    kind = train.optimizer.kind
    _section("stopping", "Early stopping", stopping_words(train.early_stopping), ["early"],
             lambda: fitting.stopping_controls(spec, known))  # fmt: skip
    if known is not None:
        _section("goal", "Loss and metrics", goal.words(train, known), ["loss", "metrics", "label", "class"],
                 lambda: goal.controls(spec, known))  # fmt: skip
    _section("regularise", "Regularisation", regularise.words(spec.model), ["penalty", "dropout", "batch_norm"],
             lambda: regularise.controls(spec.model))  # fmt: skip
    shared = [f"optimizer.{kind}.{name}" for name in optimizer.SHARED]
    _section("weights", "Gradients and weights", optimizer.weights_words(train), ["clip", "average", *shared],
             lambda: optimizer.weights_controls(train))  # fmt: skip
    own = [f"optimizer.{kind}.{name}" for name in optimizer.folded(kind)]
    _section("optimizer", kind, optimizer.own_words(train), own, lambda: optimizer.own_controls(train))
    _section("snapshots", "Snapshots", snapshot_words(train.snapshots), ["snapshots"],
             lambda: fitting.snapshot_controls(train))  # fmt: skip
    _section("performance", "Device and speed", performance.words(spec),
             ["device", "precision", "jit", "steps", "deterministic", "backend"],
             lambda: performance.controls(train))  # fmt: skip


def _section(key: str, title: str, words: str, fields_of: Sequence[str], draw: Callable[[], None]) -> None:
    """One of them. fields_of: how the keys of its fields begin; its heading tells where one of them was refused."""
    refused = any(state.refusals(f"train.{field}") for field in fields_of)
    with fields.section(title, "an entry was refused" if refused else words, f"train.section.{key}", refused):
        draw()
