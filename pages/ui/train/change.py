"""Changes of how the draft is trained: every field of the Train page goes through here."""

from typing import Any

from pages.ui import state
from pipelines.spec import EarlyStoppingSpec, SnapshotSpec, TrainSpec


def train() -> TrainSpec:
    """How the draft is trained, as it is now."""
    return state.draft().spec.train


def run(**changes: Any) -> None:
    """Change the draft's run: its name, experiment or seed. Raises: ValidationError."""
    draft = state.draft()
    state.keep(draft.replace(spec=draft.spec.replace(**changes)))


def training(**changes: Any) -> None:
    """Change how the draft is trained. Raises: ValidationError."""
    run(train=train().replace(**changes))


def optimizer(config: dict[str, Any]) -> None:
    """Give the optimizer other arguments. Raises: ValidationError."""
    training(optimizer=train().optimizer.replace(config=config))


def stopping(**changes: Any) -> None:
    """Change when training stops early. Raises: ValidationError."""
    training(early_stopping=(train().early_stopping or EarlyStoppingSpec()).replace(**changes))


def snapshots(**changes: Any) -> None:
    """Change which states are kept. Raises: ValidationError."""
    training(snapshots=(train().snapshots or SnapshotSpec()).replace(**changes))
