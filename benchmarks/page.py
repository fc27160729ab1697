"""What a client costs the web server: CPU of the server while browsers show a run that logs an epoch each second."""

import math
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.figure import Figure
from pipelines.examples import EXAMPLES
from pipelines.runs.facts import MetricPoint, Progress
from pipelines.runs.store import RunStore
from tools import browser

ROOT = Path(__file__).resolve().parents[1]
NUM_CLIENTS = 4
REPEATS = 3
WINDOW_S = 20
WAIT_MS = 60_000
EPOCHS = 1000


class _LiveRun:
    """A run that this process pretends to train: it logs one epoch a second, as a worker does, but computes nothing."""

    def __init__(self, home: Path) -> None:
        self.store = RunStore(home)
        spec = EXAMPLES["digits-cnn"]
        self.uid = self.store.create(spec.replace(train=spec.train.replace(epochs=EPOCHS))).uid
        self.store.claim(self.uid, socket.gethostname(), "cpu")
        self.store.started(self.uid, os.getpid(), psutil.Process().create_time())
        self._over = threading.Event()
        for epoch in range(100):
            self._log(epoch)
        self._thread = threading.Thread(target=self._tick)
        self._thread.start()

    def _tick(self) -> None:
        epoch = 100
        while not self._over.wait(1):
            self._log(epoch)
            epoch += 1

    def _log(self, epoch: int) -> None:
        loss = math.exp(-epoch / 50)
        points = [
            MetricPoint(name, split, epoch, epoch, value)
            for split in ("train", "val")
            for name, value in (("loss", loss), ("accuracy", 1 - loss))
        ]
        self.store.log_epoch(self.uid, points, Progress(epoch, EPOCHS, 0, 40, 5000))

    def close(self) -> None:
        """End it."""
        self._over.set()
        self._thread.join()
        self.store.finish(self.uid, "stopped")
        self.store.close()


def figures() -> list[Figure]:
    """Measure with no client, then with NUM_CLIENTS, several times."""
    with tempfile.TemporaryDirectory() as folder:
        live = _LiveRun(Path(folder))
        try:
            per_client = _measure(Path(folder), live.uid)
        finally:
            live.close()
    note = f"server process alone, {NUM_CLIENTS} headless browsers on a live run at 1 Hz, idle server taken off"
    return [Figure("server CPU per client", per_client, [], "% of a core", note=note)]


def _measure(home: Path, uid: str) -> list[float]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"],
        cwd=ROOT,
        env={**os.environ, "NETLOOM_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(url)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.find(playwright), args=browser.ARGS)
            found = [_one_round(server.pid, chromium, f"{url}/runs?run={uid}") for _ in range(REPEATS)]
            chromium.close()
        return found
    finally:
        server.terminate()
        server.wait(20)


def _one_round(pid: int, chromium: Browser, address: str) -> float:
    """Percent of a core that one client costs."""
    idle = _cpu_percent(pid)
    contexts = [chromium.new_context() for _ in range(NUM_CLIENTS)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.goto(address)
        page.wait_for_selector(".js-plotly-plot", timeout=WAIT_MS)
    before = [_progress(page) for page in pages]
    busy = _cpu_percent(pid)
    if any(_progress(page) == words for page, words in zip(pages, before, strict=True)):
        raise RuntimeError("a page did not follow its run")
    for context in contexts:
        context.close()
    return (busy - idle) / NUM_CLIENTS


def _progress(page: Page) -> str:
    return page.get_by_test_id("stProgress").first.inner_text()


def _cpu_percent(pid: int) -> float:
    process = psutil.Process(pid)
    start, before = time.monotonic(), sum(process.cpu_times()[:2])
    time.sleep(WINDOW_S)
    return 100 * (sum(process.cpu_times()[:2]) - before) / (time.monotonic() - start)


def _await(url: str) -> None:
    end = time.monotonic() + WAIT_MS / 1000
    while True:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
