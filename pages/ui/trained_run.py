"""Which trained run a page is about: the one in its address, else the newest; or one sentence why there is none.

And in which state: as the run left its network, or at one of its snapshots, of which a run that still trains has some.
"""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, state, text
from pipelines.inspection.snapshots import snapshot_epochs, snapshot_file
from pipelines.runs.facts import Run, RunNotFound

OFFERED = 300  # newest runs in the list


def choose(page: str, snapshots: bool = False) -> Run | None:
    """Draw the list of trained runs, with the asked one chosen. None where there is nothing to show; it says why.

    Args:
        page: its widgets' prefix: `export`, `inspection`.
        snapshots: runs that have left nothing but snapshots are for it, too.
    """
    usable = states if snapshots else has_network
    store = resources.store()
    asked = state.run_uid()
    try:
        wanted = store.get(asked) if asked else None
    except RunNotFound as error:
        text.show_error(NetloomError(error.message, "It may have been made in another home; choose another run."))
        wanted = None
    trained = {run.uid: run for run in store.find(limit=OFFERED) if usable(run)}
    if wanted is None and not trained:
        text.empty("There is no trained network yet: it is kept when a run finishes or is stopped.", "home.py",
                   "Start with an example", ":material/home:")  # fmt: skip
        return None
    if wanted is None:
        wanted = next(iter(trained.values()))
    offered = {wanted.uid: wanted, **trained} if wanted.uid not in trained else trained
    key = f"{page}.run"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Run",
            list(offered),
            key=state.field(key, wanted.uid),
            format_func=lambda uid: f"{offered[uid].name} · {uid[:4]}",
            on_change=_choose,
            args=(key,),
            width=420,
        )
        st.page_link("runs.py", label="Its curves", icon=":material/show_chart:", query_params={"run": wanted.uid})
    if usable(wanted):
        return wanted
    _explain(wanted)
    return None


def choose_state(run: Run) -> None:
    """Draw the states of a run's network that were kept, the asked one chosen; nothing where there is but one.

    The one that it left is None, and so is the last one where it has not left any: see `epoch`.
    """
    kept = states(run)
    if len(kept) < 2:
        return
    key = f"inspection.state.{run.uid}"
    st.select_slider(
        "State",
        [_state_words(each) for each in kept],
        key=state.field(key, _state_words(epoch(run))),
        on_change=_choose_state,
        args=(key, kept),
        help="Snapshots that were kept while it trained: how the network came to be what it is.",
    )


def epoch(run: Run) -> int | None:
    """Finished epochs of the snapshot that the address asks for; None: the network as the run left it."""
    kept = states(run)
    asked = state.param("epoch")
    wanted = int(asked) if asked.isdecimal() else None
    return wanted if wanted in kept else kept[-1] if kept else None


def states(run: Run) -> list[int | None]:
    """What is kept of a run's network: finished epochs of its snapshots, then None where it has left a network."""
    return [*snapshot_epochs(resources.store().run_dir(run.uid)), *([None] if has_network(run) else [])]


def network_file(run: Run, epoch: int | None = None) -> Path:
    """Where a run's trained network lies, or will; or its state after `epoch` epochs."""
    folder = resources.store().run_dir(run.uid)
    return folder / "model.keras" if epoch is None else snapshot_file(folder, epoch)


def has_network(run: Run) -> bool:
    """Whether a run has left a trained network."""
    return network_file(run).is_file()


def _choose(key: str) -> None:
    state.show_param("epoch", None)
    state.show_run(state.entered(key))


def _choose_state(key: str, kept: Sequence[int | None]) -> None:
    chosen = next((each for each in kept if _state_words(each) == state.entered(key)), None)
    state.show_param("epoch", None if chosen is None else str(chosen))


def _state_words(epoch: int | None) -> str:
    if epoch is None:
        return "As it was kept"
    return f"After epoch {epoch}" if epoch else "Before training"


def _explain(run: Run) -> None:
    name = text.escape(run.name)
    if run.status == "queued":
        st.info(f"{name} has not started yet. Its network can be used when it has trained.", icon=":material/schedule:")
    elif run.active:
        st.info(
            f"{name} is still training: epoch {run.progress.epoch} of {run.progress.epochs} is done. "
            "Its network can be used when it finishes, or when you stop it.",
            icon=":material/progress_activity:",
        )
    else:
        st.warning(
            f"{name} left no trained network: it is {run.status}"
            + (f". {text.escape(run.error)}" if run.error else " before its first epoch ended."),
            icon=":material/error:",
        )
