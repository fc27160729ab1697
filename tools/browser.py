"""Finds a browser that Playwright can drive, and installs one where there is none: `python -m tools.browser`."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Error, Playwright, sync_playwright

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync")  # fmt: skip


def find(playwright: Playwright) -> str | None:
    """The path of a browser of the system that starts, or None where Playwright's own does.

    Raises:
        RuntimeError: none starts.
    """
    for path in [*filter(None, map(shutil.which, NAMES)), None]:
        try:
            playwright.chromium.launch(executable_path=path, args=ARGS).close()
        except Error:
            continue
        return path
    raise RuntimeError("No browser starts; `make test` installs one.")


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
            with sync_playwright() as playwright:
                print(f"Browser for the tests: {find(playwright) or 'the one of Playwright'}")
            return 0
        except RuntimeError:
            continue
    print("The browser tests need Chromium or Chrome, and none could be installed: install one, then try again.",
          file=sys.stderr)  # fmt: skip
    return 1


if __name__ == "__main__":
    sys.exit(main())
