"""The graph of a network: an SVG to look around in, whose nodes can be clicked. What is in it is `picture`'s."""

from collections.abc import Callable, Sequence

import streamlit as st

from models.facts import Summary
from models.spec import ModelSpec
from pages.ui import state
from pages.ui.components import events
from pages.ui.design.picture import Problems, picture

FOLDED_FROM = 80  # nodes: from here on, blocks begin folded

_component = events.component(__file__, "graph_view")


def show(
    model: ModelSpec,
    summary: Summary | None,
    wrong: Problems | None,
    selected: str | None,
    key: str,
    on_select: Callable[[str], None] | None = None,
) -> None:
    """Draw the network.

    Args:
        model: may have problems; what cannot be drawn is left out.
        summary: gives shapes and counts; None: they are not known yet.
        wrong: problems by the node that has them.
        selected: name of the node that is marked, and brought into sight when it changes.
        key: `page.graph.what it is of`; the same key keeps zoom and place.
        on_select: is given the name of a node that is clicked; None: there is nothing to select.
    """
    if not model.nodes:
        st.caption("The picture appears with the first layer.")
        return
    folds = f"{key}.folded"
    folded = _folded(model, state.recall(folds))
    drawn = picture(model, summary, wrong, folded)

    def carry_out(event: events.Event) -> None:
        if event["type"] == "select" and on_select is not None and event["node"] in {node.name for node in model.nodes}:
            on_select(event["node"])
        elif event["type"] == "fold":
            state.remember(folds, refolded(drawn["blocks"], drawn["folded"], event.get("block")))

    data = {**drawn, "name": model.name, "selected": selected, "clickable": on_select is not None}
    events.mount(_component, key, data, carry_out)


def refolded(blocks: Sequence[str], folded: Sequence[str], block: str | None) -> list[str]:
    """The blocks that are folded after a click on one; None: all, or none where some are.

    >>> refolded(["a", "b"], ["a"], "b"), refolded(["a", "b"], ["a"], None), refolded(["a", "b"], [], None)
    (['a', 'b'], [], ['a', 'b'])
    """
    if block is None:
        return [] if folded else list(blocks)
    return [name for name in blocks if (name in folded) != (name == block)]


def _folded(model: ModelSpec, chosen: list[str] | None) -> list[str]:
    """The blocks that are drawn as one box: those that were chosen; at first, all of a network that is long."""
    blocks = list(dict.fromkeys(node.block for node in model.nodes if node.block))
    if chosen is None:
        return blocks if len(model.nodes) > FOLDED_FROM else []
    return [block for block in blocks if block in chosen]
