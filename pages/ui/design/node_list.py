"""The list of layers: a component that draws the rows and says what is done to them; what follows is `actions`'."""

from collections.abc import Iterable

from models.errors import NetloomError
from models.facts import Problem, Summary
from models.spec import ModelSpec
from pages.ui import state, text
from pages.ui.components import events
from pages.ui.design import actions, work

KEY = "design.list"
_component = events.component(__file__, "node_list", "node_rows")


def show(model: ModelSpec, summary: Summary | None, problems: Iterable[Problem]) -> None:
    """Draw the rows of `model`, with what is selected, what comes out of each and what is wrong with it."""
    chosen = work.selection()
    data = {
        "rows": actions.rows(model, summary, problems),
        "selected": list(chosen.names),
        "current": chosen.current,
        "total": f"{text.count(summary.total_params)} parameters" if summary and model.nodes else "",
    }
    events.mount(_component, KEY, data, carry_out)


def carry_out(event: events.Event) -> None:
    """Do what was done in the list."""
    match event["type"]:
        case "select":
            work.select(event["names"], event.get("current"))
        case "undo":
            work.undo()
        case "redo":
            work.redo()
        case "mend":
            mend(event["node"], event["label"])
        case "duplicate":
            work.change(actions.carried_out, event, take_new=True)
        case _:
            work.change(actions.carried_out, event)


def mend(node: str | None, label: str) -> None:
    """Carry out a mend that a problem of `node` offers; None: a problem of the whole network."""
    try:
        problems = work.problems_now()
    except NetloomError as error:
        state.notify(error)
        return
    work.change(actions.mended_by, problems, node, label)
