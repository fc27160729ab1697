"""Where everything lives: one root, `NETLOOM_HOME`, default ~/.netloom."""

import os
import re
from pathlib import Path

from pipelines.runs.facts import RunNotFound

_UID = re.compile(r"[a-z0-9]{12}\Z")


def home_dir() -> Path:
    """The root that the environment names (`NETLOOM_HOME`), or ~/.netloom. Not created here."""
    return Path(os.environ.get("NETLOOM_HOME") or "~/.netloom").expanduser().resolve()


def run_dir(home: Path, uid: str) -> Path:
    """The folder of a run. Raises: RunNotFound for anything that is no uid, so that no id can leave the home."""
    if not _UID.match(uid):
        raise RunNotFound(f"{uid!r} is no run id: 12 small letters and digits were expected.")
    return home / "runs" / uid
