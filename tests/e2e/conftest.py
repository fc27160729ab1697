"""A real browser against the real app, on a home and a port of their own."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from pipelines.launch import liveness
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from tools import browser as browsers

ROOT = Path(__file__).resolve().parents[2]
START_S = 120  # importing everything on a busy machine, without bytecode
SETTLE_MS = 60_000  # the first answer of the Keras process
TRAINED_MS = 180_000
QUIET_MS = 250  # Streamlit takes away what a rerun left out a moment after it ended, and moves what is below
NOTE_CHANGES = """window.__changed = 0
new MutationObserver(() => { window.__changed = performance.now() })
  .observe(document, {subtree: true, childList: true, attributes: true})"""


@pytest.fixture(scope="session")
def e2e_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the app under test; whatever trains or supervises there is ended at the end."""
    return tmp_path_factory.mktemp("e2e-home")


@pytest.fixture(scope="session")
def server(e2e_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started as `make run` does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url, log = f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("e2e-log") / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"],
            cwd=ROOT,
            env={**os.environ, "NETLOOM_HOME": str(e2e_home)},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_healthy(process, url, log)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        _end_everything(e2e_home)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser of the system, or Playwright's own. None is an error, never a skip."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browsers.find(playwright), args=browsers.ARGS)
        yield launched
        launched.close()


class App:
    """One tab on the app.

    Whether a rerun has begun is told by the server's messages: the page's own mark of it can come and go unseen
    between two of the browser's frames.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.messages = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, _: object) -> None:
        self.messages += 1

    def goto(self, path: str = "") -> "App":
        """Open an address and wait until the page is drawn."""
        with self.rerun():
            self.page.goto(f"{self.url}/{path}")
        return self

    def reload(self) -> "App":
        """Refresh the tab, as F5 does, and wait until the page is drawn."""
        with self.rerun():
            self.page.reload()
        return self

    def settle(self) -> "App":
        """Wait until nothing is being drawn; no exception may be on the page."""
        root = self.page.get_by_test_id("stApp")
        expect(root).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=SETTLE_MS)
        expect(root).to_have_attribute("data-test-script-state", "notRunning", timeout=SETTLE_MS)
        self.page.wait_for_function(f"performance.now() - window.__changed > {QUIET_MS}", timeout=SETTLE_MS)
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        return self

    @contextlib.contextmanager
    def rerun(self) -> Iterator[None]:
        """Wait until the rerun that the block causes has ended."""
        before, end = self.messages, time.monotonic() + SETTLE_MS / 1000
        yield
        while self.messages == before:
            assert time.monotonic() < end, "The server did not answer."
            self.page.wait_for_timeout(20)
        self.settle()

    def keyed(self, key: str) -> Locator:
        """The widget or container with this key."""
        return self.page.locator(f".st-key-{key.replace('.', '-')}")

    @property
    def run_uid(self) -> str:
        """The run that the address names."""
        found = re.search(r"run=([a-z0-9]{12})", self.page.url)
        assert found, self.page.url
        return found[1]

    def press(self, key: str) -> None:
        """Click the button with this key."""
        with self.rerun():
            self.keyed(key).get_by_role("button").click()

    def fill(self, key: str, value: object) -> None:
        """Type into the field with this key."""
        with self.rerun():
            field = self.keyed(key).locator("input")
            field.fill(str(value))
            field.press("Enter")

    def choose(self, key: str, typed: str, option: str) -> None:
        """Search the list with this key for what is typed, and take the option that begins so."""
        with self.rerun():
            field = self.keyed(key).get_by_role("combobox")
            field.click()
            field.fill(typed)
            self.page.get_by_role("option", name=option).first.click()


@pytest.fixture
def app(server: str, e2e_home: Path, chromium: Browser) -> Iterator[App]:
    """A fresh tab of the first visitor, who finds no draft; an error in the browser fails the test."""
    shutil.rmtree(e2e_home / "drafts", ignore_errors=True)
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True)
    context.add_init_script(NOTE_CHANGES)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield App(page, server)
    context.close()
    assert not errors, errors


@pytest.fixture
def e2e_store(server: str, e2e_home: Path) -> Iterator[RunStore]:
    """The run store that the app under test writes."""
    store = RunStore(e2e_home)
    yield store
    store.close()


@pytest.fixture
def finished(e2e_store: RunStore) -> Callable[[str], Run]:
    """`finished(uid)`: wait until a run has finished."""

    def finished(uid: str) -> Run:
        end = time.monotonic() + TRAINED_MS / 1000
        while e2e_store.get(uid).active and time.monotonic() < end:
            time.sleep(0.2)
        run = e2e_store.get(uid)
        assert run.status == "finished", run.error
        return run

    return finished


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START_S
    while True:
        if process.poll() is not None or time.monotonic() > end:
            pytest.fail(f"The app did not start:\n{log.read_text()}")
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
            return
        time.sleep(0.1)


def _end_everything(home: Path) -> None:
    store = RunStore(home)
    for service in store.services("supervisor"):
        liveness.kill(service.pid, service.pid_created)
    for run in store.find(statuses=["running"]):
        liveness.kill(run.pid, run.pid_created)
    store.close()
