"""The app: what lives as long as the web server does, around the pages that Streamlit runs.

`streamlit run app.py` finds `app`. Training never lives here: the supervisor is a process of its own, so closing this
one stops nothing.
"""

import asyncio
import contextlib
import logging
import subprocess
from collections.abc import AsyncIterator

import psutil
import streamlit as st

from models.errors import NetloomError
from pages.ui import live_chart, text
from pipelines import engine
from pipelines.launch.keeper import ensure_supervisor
from pipelines.runs.home import home_dir
from pipelines.runs.store import RunStore

SUPERVISOR_CHECK_S = 2.0
log = logging.getLogger("netloom.app")


@contextlib.asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Say that the app lives, keep a supervisor up, warm the engine; undo it all at the end."""
    store = RunStore(home_dir())
    me = psutil.Process()
    store.register_service("app", me.pid, me.create_time())
    keeper = asyncio.create_task(_keep_supervisor(store))
    engine.warm()
    try:
        yield
    finally:
        keeper.cancel()
        engine.stop()
        store.unregister_service("app", me.pid)
        store.close()


async def _keep_supervisor(store: RunStore) -> None:
    while True:
        try:
            ensure_supervisor(store.home)
        except (NetloomError, OSError, subprocess.SubprocessError) as error:
            log.warning("No supervisor could be started: %s", error)
        await asyncio.sleep(SUPERVISOR_CHECK_S)


def show(error: Exception) -> bool:
    """What a mistake that a person can mend looks like wherever it surfaces; anything else is Streamlit's to show."""
    if isinstance(error, NetloomError):
        text.show_error(error)
        return True
    return False


app = st.App("pages/main.py", lifespan=lifespan, routes=[live_chart.ROUTE], on_script_error=show)
