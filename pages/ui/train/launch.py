"""The launch: what it will take, what stands against it, with how many seeds, and the button."""

import pandas as pd
import streamlit as st

from models.errors import NetloomError
from models.facts import Problem, Summary
from pages.ui import fields, resources, state, text
from pages.ui.queue.waiting import PRIORITIES
from pages.ui.run_words import settings
from pages.ui.train import change
from pipelines.data.downloads import downloads
from pipelines.data.facts import DataFacts
from pipelines.fitting import problems
from pipelines.launch.submit import submit_all
from pipelines.memory import Estimate, Room, estimate, kind_of, room, smaller_batch
from pipelines.runs.forecast import Forecast
from pipelines.seeds import MOST_SEEDS, with_seeds
from pipelines.spec import RunSpec, StartSpec

PATIENCE_S = 2.0
_LAUNCHED, _SEEDS = "train.launched", "train.launch.seeds"
_PRIORITY, _HELD = "train.launch.priority", "train.launch.held"
SHOWN_OBSTACLES = 5


def show(spec: RunSpec, known: DataFacts | None) -> None:
    """All of it, in a box of its own."""
    summary, waits = _summary(spec)
    found = obstacles(spec, summary)
    st.subheader("Not ready to launch" if found else "Ready to launch", anchor=False)
    for obstacle in found[:SHOWN_OBSTACLES]:
        st.markdown(f":red[:material/error: {text.escape(str(obstacle))}]")
    if any(isinstance(obstacle, Problem) and obstacle.node for obstacle in found):
        st.page_link("design.py", label="Mend it on the Design page", icon=":material/schema:")
    if spec.start is not None:
        _start(spec.start)
    seeds = state.recall(_SEEDS, 1)
    needs = None if found else _needs(spec, summary, known)
    st.caption(" · ".join([time_words(spec, resources.store().forecast(spec), seeds), *_memory_words(needs)]))
    if waits:
        st.caption("Keras is asked whether the network can be built, and what it takes.")
        st.fragment(_look_again, run_every=1.0)(spec)
    if needs is not None and summary is not None and known is not None:
        _memory_warning(spec, summary, known, needs)
    _how(seeds)
    st.button(
        "Launch" if seeds == 1 else f"Launch {seeds} runs", key="train.launch", type="primary",
        icon=":material/rocket_launch:", disabled=bool(found), width="stretch", on_click=_launch, args=(spec, known),
    )  # fmt: skip
    _launched()
    with st.expander("All settings of this run", key="train.settings"):
        st.table(
            pd.Series({name: text.escape(words) for name, words in settings(spec).items()}, name="Value").to_frame(),
            border="horizontal",
            hide_header=True,
        )
    st.download_button(
        "Save the spec",
        spec.model_dump_json(indent=1),
        f"{spec.model.name}.json",
        "application/json",
        key="train.save",
        icon=":material/save:",
        on_click="ignore",
        help="python -m pipelines submit runs it from the command line.",
    )


def obstacles(spec: RunSpec, summary: Summary | None) -> list[Problem | str]:
    """Why this cannot be launched; empty: it can."""
    found: list[Problem | str] = [*problems(spec, summary)]
    file = downloads.file_for(spec.data.source)
    if file is not None and downloads.cached_path(file) is None:
        found.append(f"{file.title} is not on this machine yet: download it on the Data page.")
    return found + [f"An entry was refused: {reason}" for reason in state.refusals("train.")]


def time_words(spec: RunSpec, past: Forecast | None, seeds: int) -> str:
    """How long it will take, from past runs that did the same work in an epoch."""
    if past is None:
        return "How long it takes is known after a first run"
    most = "At most" if spec.train.early_stopping else "About"
    each = " each" if seeds > 1 else ""
    return f"{most} **{text.duration(past.seconds_left(spec))}**{each}, as past runs went"


def memory_warning(needs: Estimate, has: Room, smaller: int | None) -> str | None:
    """What to say where a run may not fit; None where it does.

    Args:
        needs: of the run.
        has: its device.
        smaller: a batch size with which it would fit.
    """
    if needs.total <= has.free:
        return None
    device = "the GPU" if needs.kind == "gpu" else "this machine"
    has_words = f"{device} has {text.size(has.total)}"
    if needs.total <= has.total:
        has_words += f", of which {text.size(has.free)} are free now"
    cure = f" It would fit with batches of {smaller:,}." if smaller else ""
    return f"Training may run out of memory: it takes about {text.size(needs.total)}, and {has_words}.{cure}"


def _summary(spec: RunSpec, patience_s: float = PATIENCE_S) -> tuple[Summary | None, bool]:
    """What Keras says of the network, and whether it has yet to answer."""
    try:
        summary = resources.summary(spec.model, patience_s=patience_s)
    except NetloomError:
        return None, False  # Design says what ails the engine; the structure is still checked
    return summary, summary is None


def _look_again(spec: RunSpec) -> None:
    """Draw the page once more when Keras has answered."""
    _, waits = _summary(spec, patience_s=0)
    if not waits:
        st.rerun()


def _start(start: StartSpec) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/fork_right: Goes on from epoch {start.epoch} of another run.", width="content")
        st.page_link("runs.py", label="See it", query_params={"run": start.run}, width="content")
        st.button("Start anew instead", key="train.start.drop", type="tertiary", on_click=change.run,
                  kwargs={"start": None})  # fmt: skip


def _memory_words(needs: Estimate | None) -> list[str]:
    return [] if needs is None else [f"about {text.size(needs.total)} of memory on the {needs.kind.upper()}"]


def _memory_warning(spec: RunSpec, summary: Summary, known: DataFacts, needs: Estimate) -> None:
    has = room(spec.train.device, resources.inventory())
    smaller = smaller_batch(spec, summary, known, has.free, needs)
    words = memory_warning(needs, has, smaller)
    if words is None:
        return
    st.warning(text.escape(words), icon=":material/memory:")
    if smaller is not None:
        st.button(f"Use batches of {smaller:,}", key="train.memory.smaller", icon=":material/compress:",
                  on_click=change.training, kwargs={"batch_size": smaller})  # fmt: skip


def _how(seeds: int) -> None:
    """How often, and when: not part of the draft, but of this launch."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        fields.number(
            "Seeds", f"{_SEEDS}.field", seeds, lambda v: state.remember(_SEEDS, v), min_value=1, max_value=MOST_SEEDS,
            step=1, width=120, help="A run for each: the seed that is set, and those after it.",
        )  # fmt: skip
        fields.switch(
            "Hold", f"{_HELD}.field", state.recall(_HELD, False), lambda v: state.remember(_HELD, v), width=90,
            help="It waits in the queue until it is released.",
        )  # fmt: skip
    fields.segments(
        "Priority", f"{_PRIORITY}.field", state.recall(_PRIORITY, 0), sorted(PRIORITIES),
        lambda v: state.remember(_PRIORITY, v), format_func=PRIORITIES.__getitem__,
        help="Higher ones start first.",
    )  # fmt: skip


def _needs(spec: RunSpec, summary: Summary | None, known: DataFacts | None) -> Estimate | None:
    if summary is None or known is None:
        return None
    return estimate(spec, summary, known, kind_of(spec.train.device, resources.inventory()))


def _launch(spec: RunSpec, known: DataFacts | None) -> None:
    summary, _ = _summary(spec, patience_s=0)
    needs = _needs(spec, summary, known)
    # What a GPU's context takes is counted where runs are placed.
    memory = None if needs is None else needs.tensors if needs.kind == "gpu" else needs.total
    try:
        queued = submit_all(
            resources.store(),
            with_seeds(spec, state.recall(_SEEDS, 1)),
            state.recall(_PRIORITY, 0),
            parent_uid=spec.start.run if spec.start else None,
            held=state.recall(_HELD, False),
            memory_bytes=memory,
        )
    except NetloomError as error:
        state.notify(error)
        return
    state.remember(_LAUNCHED, [run.uid for run in queued])


def _launched() -> None:
    uids = state.recall(_LAUNCHED) or []
    icon = ":material/show_chart:"
    if len(uids) == 1:
        st.page_link("runs.py", label="Launched. Watch it live", icon=icon, query_params={"run": uids[0]})
    elif uids:
        st.page_link("compare.py", label=f"Launched {len(uids)} runs. Watch them side by side", icon=icon,
                     query_params={"runs": ",".join(uids)})  # fmt: skip
