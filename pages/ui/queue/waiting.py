"""What waits, in the order in which it will start: a list to put in order by dragging, by buttons, or by keys."""

from collections.abc import Sequence
from typing import Any

from models.errors import NetloomError
from pages.ui import resources, run_actions, state, text
from pages.ui.components import events
from pages.ui.train_words import device_words
from pipelines.runs.facts import Run
from pipelines.runs.forecast import Forecast
from pipelines.runs.specs import spec_of

SHOWN = 200
PRIORITIES = {1: "High", 0: "Normal", -1: "Low"}
_KEY, _OPEN = "queue.waiting", "queue.open"
_component = events.component(__file__, "waiting")


def show(queued: Sequence[Run]) -> None:
    """Draw the runs, in their order."""
    if not queued:
        return
    held = sum(run.held for run in queued)
    words = f"{len(queued)} wait{'s' if len(queued) == 1 else ''}" + (f", {held} of them held" if held else "")
    now = resources.store().clock()
    shown = [row(run, place, now, resources.forecast(run.uid)) for place, run in enumerate(queued[:SHOWN], start=1)]
    more = len(queued) - len(shown)
    data = {"rows": shown, "words": words, "priorities": [[key, name] for key, name in PRIORITIES.items()],
            "more": f"and {more} more behind them" if more else "",
            "behind": queued[SHOWN].uid if more else None}  # fmt: skip
    events.mount(_component, _KEY, data, carry_out)


def row(run: Run, place: int, now: float, past: Forecast | None) -> dict[str, Any]:
    """What the list shows of a run.

    Args:
        run: that waits.
        place: of it in the queue, from 1.
        now: the time.
        past: how long runs that did the same work took.
    """
    try:
        spec = spec_of(run)
        train = spec.train
        about = [f"{train.epochs:,} epoch{'s' if train.epochs != 1 else ''}"]
        about += [f"about {text.duration(past.seconds_left(spec, run.progress.epoch))}"] if past else []
        about += [device_words(train.device)] if train.device != "auto" else []
    except NetloomError:
        about = ["its settings cannot be read"]
    return {
        "uid": run.uid,
        "place": place,
        "name": run.name,
        "about": " · ".join([*about, f"submitted {text.ago(run.created_at, now)}"]),
        "held": run.held,
        "priority": run.priority,
        "note": run.error or "",
    }


def carry_out(event: events.Event) -> None:
    """Do what was asked for in the list; a run that has begun meanwhile is told."""
    uid, store = event["uid"], resources.store()
    try:
        match event["type"]:
            case "open":
                state.remember(_OPEN, uid)
            case "move":
                store.move(uid, event["before"])
            case "next":
                store.run_next(uid)
            case "priority":
                store.set_priority(uid, int(event["priority"]))
            case "hold" | "release" | "cancel":
                run_actions.carry_out(run_actions.named(event["type"]), [uid])
    except NetloomError as error:
        state.notify(error)


def leave() -> None:
    """Go to the run whose name was clicked, if one was."""
    uid = state.recall(_OPEN)
    if uid is not None:
        state.remember(_OPEN, None)
        state.go("runs.py", run=uid)
