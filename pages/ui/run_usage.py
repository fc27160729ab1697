"""What a run costs while it runs: speed, time left, the learning rate in use, its process, its GPU."""

import pandas as pd
import streamlit as st

from pages.ui import resources, text
from pipelines.runs.facts import Progress, Run


def figures(run: Run, history: pd.DataFrame, expected_s: float | None) -> list[tuple[str, str, str]]:
    """Label, value and help of what a running run is judged by while it runs.

    Args:
        run: that is running.
        history: its points so far.
        expected_s: that it still takes by what past runs of the same settings took; it stands in until the run has a
            pace of its own.
    """
    now = run.progress
    found = []
    if now.examples_per_s:
        found.append(("Speed", f"{now.examples_per_s:,.0f} rows/s", "Training rows a second."))
    left = text.time_left(run, resources.store().clock(), history)
    if left is not None:
        found.append(("Time left", text.duration(left), "At the pace of its last epochs."))
    elif expected_s is not None:
        found.append(("Time left", text.duration(expected_s), "As past runs of the same settings took."))
    if now.learning_rate is not None:
        found.append(("Learning rate", text.number(now.learning_rate, 3), "That the last update was made with."))
    return found


def machine(now: Progress) -> None:
    """One line on the process and its GPU; nothing where neither is known yet."""
    parts = []
    if now.cpu_percent is not None:
        parts.append(f":material/memory: CPU {now.cpu_percent:.0f} %")
    if now.memory_bytes is not None:
        parts.append(f":material/memory_alt: {text.size(now.memory_bytes)} memory")
    if now.gpu_percent is not None:
        parts.append(f":material/developer_board: GPU {now.gpu_percent:.0f} %")
    if now.gpu_memory_bytes is not None:
        parts.append(f":material/storage: {text.size(now.gpu_memory_bytes)} GPU memory")
    if parts:
        st.caption(" · ".join(parts), help="Of its process; 100 % is one core. The GPU's figures are of the whole GPU.")
