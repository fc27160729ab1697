"""The app says that it lives while it does, keeps a supervisor up, and is served to this machine alone."""

import asyncio
import os
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit import config as streamlit_config

from pipelines.launch import liveness
from pipelines.runs.store import RunStore

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def options(table: dict, prefix: str = "") -> dict[str, object]:
    """`section.option` -> value of a config file."""
    found: dict[str, object] = {}
    for name, value in table.items():
        found |= options(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def test_streamlit_knows_every_option_that_is_set():
    unknown = set(options(CONFIG)) - set(streamlit_config._config_options_template)
    assert not unknown


def test_the_app_is_served_to_this_machine_alone():
    server = CONFIG["server"]
    assert server["address"] == "127.0.0.1"
    assert server["allowedHosts"] == ["localhost", "127.0.0.1"]
    assert server["enableCORS"] and server["enableXsrfProtection"]
    assert not CONFIG["browser"]["gatherUsageStats"]


def test_both_themes_set_the_same_things_and_every_font_lies_here():
    light, dark = CONFIG["theme"]["light"], CONFIG["theme"]["dark"]
    assert set(light) == set(dark) and set(light["sidebar"]) == set(dark["sidebar"])
    assert len(light["chartCategoricalColors"]) == len(dark["chartCategoricalColors"]) == 10
    static = ROOT / "pages" / "static"
    for face in CONFIG["theme"]["fontFaces"]:
        file = static / face["url"].removeprefix("app/static/")
        assert file.is_file()
        assert file.with_name(f"{file.stem}-LICENSE.txt").is_file()


@pytest.mark.slow
def test_the_app_registers_keeps_a_supervisor_up_and_leaves(home, monkeypatch):
    import app

    monkeypatch.setattr(app, "SUPERVISOR_CHECK_S", 0.2)
    store = RunStore(home)

    def supervisors():
        return [
            service
            for service in store.services("supervisor")
            if liveness.alive(service.pid, service.pid_created)
        ]  # fmt: skip

    async def until(condition, timeout_s=60):
        end = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < end
            await asyncio.sleep(0.1)

    async def live():
        async with app.lifespan(app.app):
            assert [service.pid for service in store.services("app")] == [os.getpid()]
            await until(supervisors)
            (first,) = supervisors()
            liveness.kill(first.pid, first.pid_created)
            await until(lambda: [service for service in supervisors() if service.pid != first.pid])
            assert len(supervisors()) == 1
        assert store.services("app") == []

    try:
        with ThreadPoolExecutor(1) as thread:  # a browser that is still open has an event loop in this one
            thread.submit(asyncio.run, live()).result()
    finally:
        for service in store.services("supervisor"):
            liveness.kill(service.pid, service.pid_created)
        store.close()
