"""What components say: every event is carried out, and once."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui import state

Event = Mapping[str, Any]
_SHARED = Path(__file__).parent


def component(page: str, name: str, *more: str) -> Callable[..., Any]:
    """The component made of `name.js` and `name.css`, which lie beside the file `page`, and of what all share.

    Args:
        page: `__file__` of whoever draws it.
        name: of the component; its outermost element has it as its class.
        more: names of further .js files that it is made of.
    """
    own = Path(page).parent

    def text(*files: Path) -> str:
        return "".join(file.read_text(encoding="utf-8") for file in files)

    shared_js = [_SHARED / f"{part}.js" for part in ("elements", "events")]
    return st.components.v2.component(
        f"netloom_{name}",
        html=f'<div class="{name.replace("_", "-")}"></div>',
        css=text(_SHARED / "shared.css", own / f"{name}.css"),
        js=text(*shared_js, *(own / f"{part}.js" for part in (*more, name))),
    )


def mount(drawn: Callable[..., Any], key: str, data: Mapping[str, Any], carry_out: Callable[[Event], None]) -> None:
    """Draw a component, and hand each event that it says to `carry_out`, once, before the page is drawn again.

    The browser sends all events that were not answered yet, each time; `done` answers up to which one was carried out,
    and the token tells events of an earlier session, which were carried out there.

    Args:
        drawn: from `component`.
        key: `page.id` of the component.
        data: what it shows, as JSON.
        carry_out: what it raises is lost; it has to say itself what is wrong.
    """
    done, token = f"events.{key}.done", f"events.{key}.token"
    if state.recall(token) is None:
        state.remember(token, secrets.token_hex(4))

    def heard() -> None:
        for event in unheard((state.entered(key) or {}).get("events"), state.recall(token), state.recall(done, 0)):
            state.remember(done, event["id"])
            carry_out(event)

    answer = {"token": state.recall(token), "done": state.recall(done, 0)}
    drawn(key=key, data={**data, **answer}, on_events_change=heard)


def unheard(events: Any, token: str, done: int) -> list[Event]:
    """Those of `events` that belong to this session and were not carried out yet, in their order.

    >>> unheard([{"id": 1, "token": "a"}, {"id": 2, "token": "a"}, {"id": 3, "token": "b"}], "a", 1)
    [{'id': 2, 'token': 'a'}]
    """
    mine = [event for event in events or () if event["token"] == token and event["id"] > done]
    return sorted(mine, key=lambda event: event["id"])
