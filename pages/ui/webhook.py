"""The web address that is told when a run ends: set and tried here, called by the supervisor."""

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, state
from pipelines.launch.webhook import SETTING, WHEN, WebhookSetting, checked, try_out
from pipelines.runs.facts import ENDED

_KEY = "runs.webhook"


def show() -> None:
    """The popover with the address and when it is called."""
    saved = _saved()
    called = f"Calls {urlsplit(saved.url).netloc}" if saved else "Can call a web address"
    with st.popover("Webhook", icon=":material/webhook:", help=f"{called} when a run ends."):
        st.caption("When a run ends, this address is sent a POST with JSON: the run, its status and its figures.")
        url = saved.url if saved else ""
        st.text_input("Address", url, key=state.held(f"{_KEY}.url", url), width=360,
                      placeholder="https://chat.example.org/hook")  # fmt: skip
        when = list(saved.when if saved else WHEN)
        st.pills("When a run is", ENDED, selection_mode="multi", default=when, key=state.held(f"{_KEY}.when", when))
        with st.container(horizontal=True):
            st.button("Save", key=f"{_KEY}.save", type="primary", on_click=_take, args=(_save,))
            st.button("Send a test", key=f"{_KEY}.test", icon=":material/send:", on_click=_take, args=(_test,))
            if saved:
                st.button("Turn off", key=f"{_KEY}.none", on_click=_take, args=(_forget,))


def _saved() -> WebhookSetting | None:
    try:
        return checked(resources.store().setting(SETTING))
    except NetloomError:  # written by hand
        return None


def _take(how: Callable[[], str]) -> None:
    try:
        state.notify(how())
    except NetloomError as error:
        state.notify(error)


def _entered() -> WebhookSetting:
    when = list(state.entered(f"{_KEY}.when") or [])
    setting = checked({"url": (state.entered(f"{_KEY}.url") or "").strip(), "when": when})
    if setting is None or not setting.when:
        raise NetloomError("Nothing would be told: no status is chosen.", "Choose one, or press Turn off.")
    return setting


def _save() -> str:
    resources.store().set_setting(SETTING, _entered().as_json())
    return "The webhook is saved."


def _test() -> str:
    try_out(_entered())
    return "The webhook has taken the test message."


def _forget() -> str:
    resources.store().set_setting(SETTING, None)
    state.forget(_KEY)
    return "The webhook is off."
