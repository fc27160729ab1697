"""Which of two Netlooms on the same home is the newer one: its supervisor is the one to have."""

import functools
from pathlib import Path

from pipelines.runs.schema import HEAD
from pipelines.runs.store import RunStore

ROOT = Path(__file__).resolve().parents[2]
Version = tuple[str, int]


@functools.cache
def version() -> Version:
    """The schema that this code knows, and when its newest file was written (nanoseconds since 1970).

    Times of files need no number that somebody has to remember to raise, and a forkserver that holds older code than
    the app's is noticed even where the schema is the same. As of the first call in a process.
    """
    files = (path for room in ("models", "pipelines") for path in (ROOT / room).rglob("*.py"))
    return HEAD, max(path.stat().st_mtime_ns for path in files)


def read(value: object) -> Version | None:
    """A version as JSON gives it back, or None: it is none."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int):
        return value[0], value[1]
    return None


def outdated(store: RunStore) -> str | None:
    """Why this code is not the one to look after the store any more, in a sentence; None: it is."""
    now = store.schema_version()
    if now is None or now <= HEAD:
        return None
    return (
        f"A newer Netloom has changed the run store: its schema is {now} now, this supervisor knows {HEAD}. "
        "It ends so that the newer one's can take over; the runs go on."
    )
