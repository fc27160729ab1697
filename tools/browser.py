"""Finds a browser that Playwright can drive, and installs one where there is none: `python -m tools.browser`."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync")  # fmt: skip


def launches(path: str | None) -> bool:
    """Whether the browser at `path` starts; None: the one that Playwright downloaded."""
    with sync_playwright() as playwright:
        try:
            playwright.chromium.launch(executable_path=path, args=ARGS).close()
        except Error:
            return False
    return True


def candidates() -> list[str | None]:
    """Browsers that may be there, best first: those of the system, then Playwright's own (None)."""
    return [*filter(None, map(shutil.which, NAMES)), None]


def find() -> str | None:
    """The path of a browser that starts, or None for Playwright's own. Raises: RuntimeError when none does."""
    for path in candidates():
        if launches(path):
            return path
    raise RuntimeError("no browser starts: `make test` installs one")


def _installers() -> list[list[str]]:
    root = os.geteuid() == 0
    playwright = [sys.executable, "-m", "playwright", "install", *(["--with-deps"] if root else []), "chromium"]
    apt = ["sh", "-c", "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y chromium"]
    return [*([apt] if root and shutil.which("apt-get") else []), playwright]


def main() -> int:
    """Make sure that a browser starts. Exit status 1, with one sentence on stderr, when none can be had."""
    for install in [None, *_installers()]:
        if install:
            subprocess.run(install, check=False)
        try:
            print(f"Browser for the tests: {find() or 'the one of Playwright'}")
            return 0
        except RuntimeError:
            continue
    print("The browser tests need Chromium or Chrome, and none could be installed: install one, then try again.",
          file=sys.stderr)  # fmt: skip
    return 1


if __name__ == "__main__":
    sys.exit(main())
