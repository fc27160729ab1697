"""The network at hand and what is selected in it: every change that this page makes goes through here."""

from collections.abc import Callable, Iterable
from typing import Any

from models.errors import NetloomError
from models.facts import Problem, Summary
from models.spec import ModelSpec
from pages.ui import resources, state
from pages.ui.design.actions import Selection, followed
from pipelines.fitting import problems

_SELECTED = "design.selected"
PATIENCE_S = 0.8  # so long a page waits for shapes and counts before it is drawn without


def model() -> ModelSpec:
    """The network of the draft."""
    return state.draft().spec.model


def selection() -> Selection:
    """What is selected in it."""
    held: Selection = state.recall(_SELECTED, Selection())
    return Selection.of(model(), held.names, held.current)


def select(names: Iterable[str], current: str | None = None) -> None:
    """Select these nodes and no others; the form is that of `current`."""
    state.remember(_SELECTED, Selection.of(model(), names, current))


def select_one(name: str) -> None:
    """Select one node, and open its form."""
    select([name], name)


def change(edit: Callable[..., ModelSpec], *args: Any, take_new: bool = False, **options: Any) -> bool:
    """Make `edit(network, *args)` the network; what it refuses is said above the page.

    Args:
        edit: network and arguments -> network.
        take_new: select what it added.

    Returns:
        Whether it was carried out.
    """
    try:
        apply(edit, *args, take_new=take_new, **options)
    except NetloomError as error:
        state.notify(error)
        return False
    return True


def apply(edit: Callable[..., ModelSpec], *args: Any, take_new: bool = False, **options: Any) -> None:
    """The same for fields, which say themselves what was refused. Raises: NetloomError, ValidationError."""
    before, chosen = model(), selection()
    state.change_model(edit(before, *args, **options))
    _settle(before, chosen, take_new)


def undo() -> None:
    """Go back to the network before the last change."""
    _step(state.undo)


def redo() -> None:
    """Make the change again that was undone last."""
    _step(state.redo)


def summary(patience_s: float = PATIENCE_S) -> Summary | None:
    """What Keras says of the network, None where that takes longer. Raises: NetloomError where the engine fails."""
    return resources.summary(model(), patience_s=patience_s)


def problems_now() -> tuple[Problem, ...]:
    """What keeps the draft from being trained, as far as it is known by now."""
    try:
        known = summary(0)
    except NetloomError:
        known = None
    return problems(state.draft().spec, known)


def _step(step: Callable[[], None]) -> None:
    before, chosen = model(), selection()
    step()
    _settle(before, chosen, take_new=False)


def _settle(before: ModelSpec, chosen: Selection, take_new: bool) -> None:
    after = model()
    for name in {node.name for node in before.nodes} - {node.name for node in after.nodes}:
        state.forget(f"design.node.{name}.")
    state.remember(_SELECTED, followed(before, after, chosen, take_new))
