"""Words and small signs that every page uses: errors, statuses, numbers, durations."""

import json
import math
import time
from typing import Literal

import pandas as pd
import streamlit as st

from models.errors import NetloomError
from pipelines.runs.facts import Progress, Run, Status
from pipelines.spec import TrainSpec

Color = Literal["gray", "blue", "orange", "green", "red"]
# What a status looks like: a Material icon and one of Streamlit's colour names.
STATUS_LOOK: dict[Status, tuple[str, Color]] = {
    "queued": (":material/schedule:", "gray"),
    "running": (":material/progress_activity:", "blue"),
    "paused": (":material/pause_circle:", "orange"),
    "finished": (":material/check_circle:", "green"),
    "stopped": (":material/stop_circle:", "orange"),
    "failed": (":material/error:", "red"),
    "lost": (":material/help:", "red"),
}
HELD: tuple[str, str, Color] = ("held", ":material/front_hand:", "gray")
_PACE_EPOCHS = 5  # the last epochs, whose median duration is a run's pace


def show_error(error: NetloomError) -> None:
    """What went wrong, and how to mend it."""
    hint = f"\n\n{escape(error.hint)}" if error.hint else ""
    st.error(f"{escape(error.message)}{hint}", icon=":material/error:")


def show_notice(notice: str | NetloomError | None) -> None:
    """What a callback left to be said; nothing for None."""
    if isinstance(notice, NetloomError):
        show_error(notice)
    elif notice:
        st.toast(notice)


def title(words: str, lead: str) -> None:
    """A page's heading and one sentence on what it is for."""
    st.title(words, anchor=False)
    st.caption(lead)


def empty(message: str, page: str, label: str, icon: str) -> None:
    """What a page says when it has nothing to show yet, and where to get something."""
    with st.container(border=True):
        st.markdown(message)
        st.page_link(page, label=label, icon=icon)


def status_badge(run: Run) -> None:
    """A run's status as a coloured badge."""
    words, icon, color = look(run)
    st.badge(words, icon=icon, color=color)


def look(run: Run) -> tuple[str, str, Color]:
    """What a run is, in a word, and that word's icon and colour."""
    return HELD if run.held and run.status == "queued" else (run.status, *STATUS_LOOK[run.status])


def escape(words: str) -> str:
    r"""Words of a user or a library, safe inside markdown: shown as they are.

    >>> escape("a_b $5")
    'a\\_b \\$5'
    """
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-!|~$:" else c for c in words)


def sentence(words: str) -> str:
    """The words as a sentence begins; the rest as it is.

    >>> sentence("test AUC")
    'Test AUC'
    """
    return words[:1].upper() + words[1:]


def count(number: int | None) -> str:
    """A whole number with thin groups of thousands.

    >>> count(1234567), count(None)
    ('1,234,567', '–')
    """
    return "–" if number is None else f"{number:,}"


def short(number: float | None) -> str:
    """A count to three digits, with a thousand's letter where it is large.

    >>> short(950), short(18_496), short(4_089_184_256), short(None)
    ('950', '18.5k', '4.09G', '–')
    """
    if number is None:
        return "–"
    value, letter = float(number), ""
    for letter in ("", "k", "M", "G", "T", "P"):
        if abs(value) < 999.5 or letter == "P":
            break
        value /= 1000
    return f"{value:.3g}{letter}"


def number(value: float | None, digits: int = 4) -> str:
    """A measured value with `digits` significant digits.

    >>> number(0.123456), number(float("nan")), number(12.0)
    ('0.1235', '–', '12')
    """
    return "–" if value is None or not math.isfinite(value) else f"{value:.{digits}g}"


def duration(seconds: float | None) -> str:
    """Seconds as people say them.

    >>> duration(0.4), duration(75), duration(7384), duration(None)
    ('0.4 s', '1 min 15 s', '2 h 3 min', '–')
    """
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def time_left(run: Run, now: float, history: pd.DataFrame | None = None) -> float | None:
    """Seconds that a running run still needs at its pace so far, or None where that is not known yet.

    Args:
        run: with its progress.
        now: seconds since 1970.
        history: its points, as RunStore.history gives them: what its epochs took tells the pace best, as evaluation and
            pauses are known from it. Without, it goes by the rows trained a second.
    """
    progress = run.progress
    left = progress.epochs * (1.0 - progress.fraction)
    if history is not None:
        whole = history[history["epoch"] < progress.epoch]
        took = whole.groupby("epoch")["time_s"].max().diff()
        took = took[took > 0].tail(_PACE_EPOCHS)  # what a fork has of another run took no time here
        if len(took):
            return left * float(took.median())
    batch = json.loads(run.spec_json)["train"].get("batch_size", TrainSpec().batch_size)
    if progress.examples_per_s and progress.steps and batch != "all":
        return left * progress.steps * batch / progress.examples_per_s
    done = progress.fraction - (progress.resumed_from / progress.epochs if progress.epochs else 0.0)
    if run.started_at is None or done <= 0 or run.attempt > 1:
        return None
    return (now - run.started_at) / done * (1.0 - progress.fraction)


def ago(then: float | None, now: float | None = None) -> str:
    """How long ago something was; times in seconds since 1970.

    >>> ago(100.0, 103.0), ago(100.0, 7300.0)
    ('just now', '2 h ago')
    """
    if then is None:
        return "–"
    passed = max(0.0, (time.time() if now is None else now) - then)
    if passed < 10:
        return "just now"
    for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60)):
        if passed >= seconds:
            return f"{int(passed // seconds)} {unit} ago"
    return f"{int(passed)} s ago"


def size(num_bytes: int | None) -> str:
    """Bytes as people say them, in powers of 1000.

    >>> size(999), size(123_456), size(None)
    ('999 B', '123.5 kB', '–')
    """
    if num_bytes is None:
        return "–"
    value, unit = float(num_bytes), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def epoch(now: Progress) -> str:
    """How far a run is.

    >>> epoch(Progress(epoch=2, epochs=10, step=5, steps=40)), epoch(Progress(epoch=2, epochs=10))
    ('Epoch 3 of 10, step 5 of 40', 'Epoch 3 of 10')
    >>> epoch(Progress(epoch=10, epochs=10)), epoch(Progress())
    ('All epochs done; testing and saving', 'Starting')
    """
    if not now.epochs:
        return "Starting"
    if now.epoch >= now.epochs:
        return "All epochs done; testing and saving"
    step = f", step {now.step:,} of {now.steps:,}" if now.steps and now.step else ""
    return f"Epoch {now.epoch + 1:,} of {now.epochs:,}{step}"


def shape(shape: tuple[int | None, ...] | None) -> str:
    """An array's shape, the batch dimension left out as Keras users say it.

    >>> shape((None, 8, 8, 1)), shape((None,)), shape(None)
    ('8 × 8 × 1', 'scalar', '–')
    """
    if shape is None:
        return "–"
    return " × ".join("?" if n is None else str(n) for n in shape[1:]) or "scalar"
