"""What can be done with runs, one or many: each action once, with the runs that it fits and what it says when done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, state, text
from pipelines.launch import again
from pipelines.runs.facts import Request, Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


@dataclass(frozen=True, slots=True)
class Action:
    """A button.

    Attributes:
        name: of its key.
        label, icon, help: of the button.
        fits: whether it can be done with a run as it is now.
        do: does it with one run; a Run that it makes is shown where only one was asked for.
        done: what is said then, after the run's name or "3 runs".
        many: offered for several runs at once, too.
        shut: what has been asked of a run that shuts the button, as it is done already or comes to nothing.
    """

    name: str
    label: str
    icon: str
    help: str
    fits: Callable[[Run], bool]
    do: Callable[[RunStore, Run], Run | None]
    done: str
    many: bool = True
    shut: tuple[Request, ...] = ()

    def open_to(self, run: Run) -> bool:
        """Whether it can be done with a run now."""
        return self.fits(run) and run.request not in self.shut


def _ask(request: Request) -> Callable[[RunStore, Run], None]:
    return lambda store, run: store.request(run.uid, request)


def _running(run: Run) -> bool:
    return run.status == "running"


def _resumable(run: Run) -> bool:
    return run.status == "paused" or (run.status in ("stopped", "failed", "lost") and run.progress.epoch > 0)


ACTIONS: tuple[Action, ...] = (
    Action("pause", "Pause", ":material/pause_circle:",
           "Ends with this epoch and frees its place; Resume goes on as if it had never paused.",
           _running, lambda store, run: again.pause(store, run.uid), "will pause at the end of the epoch",
           shut=("pause", "stop", "kill")),
    Action("hold", "Hold", ":material/front_hand:", "It keeps its place in the queue, and waits until it is released.",
           lambda run: run.status == "queued" and not run.held,
           lambda store, run: store.hold(run.uid, True), "held"),
    Action("release", "Release", ":material/play_arrow:", "It may start again.",
           lambda run: run.status == "queued" and run.held,
           lambda store, run: store.hold(run.uid, False), "released"),
    Action("stop", "Stop", ":material/stop_circle:",
           "Ends now, its best weights tested and saved; the epoch under way does not count.",
           _running, _ask("stop"), "will stop, and keep the best weights", shut=("stop", "kill")),
    Action("cancel", "Cancel", ":material/close:", "Takes it out of the queue.",
           lambda run: run.status == "queued", _ask("stop"), "taken out of the queue"),
    Action("kill", "Kill", ":material/cancel:", "Ends at once; what the epoch under way has learned is lost.",
           _running, _ask("kill"), "will end at once", many=False, shut=("kill",)),
    Action("resume", "Resume", ":material/resume:", "Goes on after the last epoch that it has done.",
           _resumable, lambda store, run: again.resume(store, run.uid), "queued again"),
    Action("again", "Run again", ":material/replay:", "The same settings and seed: on a CPU, the same curve.",
           lambda run: not run.active, lambda store, run: again.clone(store, run.uid), "queued once more"),
)  # fmt: skip


def named(name: str) -> Action:
    """The action of that name. Raises: KeyError."""
    return {action.name: action for action in ACTIONS}[name]


def buttons(run: Run) -> None:
    """The buttons of one run."""
    for action in ACTIONS:
        if action.fits(run) and action.name == "kill":
            kill(run, "runs.kill")
        elif action.fits(run):
            st.button(action.label, key=f"runs.{action.name}", icon=action.icon, help=action.help,
                      disabled=not action.open_to(run), on_click=carry_out, args=(action, [run.uid]))  # fmt: skip


def kill(run: Run, key: str) -> None:
    """The button that ends a run's process, once it was asked whether it is meant."""
    action = named("kill")
    with st.popover(action.label, icon=action.icon, disabled=run.request in action.shut):
        st.markdown("End its process at once? Its curves stay; what the epoch under way has learned is lost.")
        st.button("Kill it", key=key, type="primary", on_click=carry_out, args=(action, [run.uid]))


def buttons_for(runs: Sequence[Run]) -> None:
    """The buttons of several runs: each says for how many of them it is."""
    for action in ACTIONS:
        fitting = [run.uid for run in runs if action.open_to(run)]
        if action.many and fitting:
            st.button(f"{action.label} {len(fitting)}", key=f"runs.many.{action.name}", icon=action.icon,
                      help=action.help, on_click=carry_out, args=(action, fitting))  # fmt: skip


def carry_out(action: Action, uids: Sequence[str]) -> None:
    """Do it with every one of these runs; what was refused does not keep it from the others."""
    each(uids, action.do, action.done)


def each(uids: Sequence[str], do: Callable[[RunStore, Run], Run | None], done: str) -> None:
    """Do something with every one of these runs, and say what came of it. One that was made of one run is shown."""
    store, did, refused = resources.store(), [], []
    made = None
    for uid in uids:
        try:
            run = store.get(uid)
            made = do(store, run)
            did.append(run.name)
        except NetloomError as error:
            refused.append(error)
    if refused:
        whole = f"{len(refused)} of {len(uids)} runs were left as they are. {refused[0].message}"
        state.notify(refused[0] if len(uids) == 1 else NetloomError(whole, refused[0].hint))
    else:
        state.notify(f"{text.escape(did[0]) if len(did) == 1 else f'{len(did)} runs'}: {done}.")
    if made is not None and len(uids) == 1 and state.run_uid() is not None:
        state.show_run(made.uid)


def train_longer(runs: Sequence[Run]) -> None:
    """More epochs for runs that have ended: the total for one, as many more for each of several."""
    fitting = [run for run in runs if run.status in ("finished", "stopped", "paused") and run.progress.epoch]
    if not fitting:
        return
    several = len(runs) > 1
    with st.popover(f"Train longer {len(fitting)}" if several else "Train longer", icon=":material/more_time:"):
        done = 0 if several else fitting[0].progress.epoch
        st.number_input("More epochs for each" if several else "Epochs in all", done + 1, 100_000, done + 10,
                        key="runs.longer.epochs", help="Each goes on from where it is." if several
                        else f"{done} are done; it goes on from there.")  # fmt: skip
        st.button("Queue", key="runs.longer", type="primary", on_click=_extend,
                  args=([run.uid for run in fitting], several))  # fmt: skip


def _extend(uids: Sequence[str], more: bool) -> None:
    epochs = int(state.entered("runs.longer.epochs"))
    each(uids, lambda store, run: again.extend(store, run.uid, epochs + more * run.progress.epoch), "queued again")


def retry_smaller(run: Run, spec: RunSpec) -> None:
    """The way on for a run that ran out of memory: the same with half the rows in a batch."""
    batch = spec.train.batch_size
    if batch == 1:
        st.caption("Its batches have one row already: try a smaller network.")
        return
    words = "half as large" if batch == "all" else f"of {max(1, batch // 2)} instead of {batch} rows"
    st.button(f"Try again with batches {words}", key="runs.smaller", icon=":material/compress:", type="primary",
              on_click=each, args=([run.uid], _smaller, "queued once more, with smaller batches"))  # fmt: skip


def _smaller(store: RunStore, run: Run) -> Run:
    return again.retry_smaller(store, run.uid)
