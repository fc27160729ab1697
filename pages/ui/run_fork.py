"""Forking a run: a new one that begins in the state that another had after some epoch, with settings of its own."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from pydantic import ValidationError

from models.catalogue import catalogue
from models.errors import NetloomError, SpecError
from pages.ui import resources, state, text
from pipelines.comparison.variants import outside_study
from pipelines.drafts import Draft
from pipelines.launch import again
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of
from pipelines.schedules import base_rate, optimizer_schedule
from pipelines.seeds import ended
from pipelines.spec import RunSpec, StartSpec

HERE = "here"
_KEY = "runs.fork"
_FIELDS = ("name", "epochs", "optimizer", "batch", "rate", "seed")
_HELP = "A new run that goes on from one of this run's epochs, with other settings."


def button(run: Run) -> None:
    """The button that opens the dialog, for a run of which a state was kept."""
    epochs = again.forkable(resources.store(), run.uid)
    if epochs and st.button("Fork", key=_KEY, icon=":material/fork_right:", help=_HELP):
        state.forget(f"{_KEY}.")
        _dialog(run.uid)


@st.dialog("Fork", width="medium", icon=":material/fork_right:")
def _dialog(uid: str) -> None:
    done = state.recall(f"{_KEY}.done")
    if done:
        state.forget(f"{_KEY}.")
        if done == HERE:
            st.rerun()  # which closes it
        state.go(done)
    run = resources.store().get(uid)
    spec, epochs = spec_of(run), again.forkable(resources.store(), uid)
    _form(spec, epochs)
    error = state.recall(f"{_KEY}.error")
    if error is not None:
        text.show_error(error)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Fork", key=f"{_KEY}.go", type="primary", icon=":material/fork_right:", on_click=_take,
                  args=(_fork, run, spec))  # fmt: skip
        st.button("Set everything else on Train", key=f"{_KEY}.edit", icon=":material/tune:", type="tertiary",
                  on_click=_take, args=(_edit, run, spec))  # fmt: skip


def _form(spec: RunSpec, epochs: Sequence[int]) -> None:
    train = spec.train
    if len(epochs) > 1:
        st.select_slider("After epoch", epochs, value=epochs[-1], key=f"{_KEY}.epoch", help="Whose state was kept. "
                         "0 is the network before training.")  # fmt: skip
    else:
        st.caption(f"From the state after epoch {epochs[0]}, the only one that was kept.")
    left, right = st.columns(2)
    with left:
        st.text_input("Name", ended(spec.name, " (fork)"), max_chars=80, key=f"{_KEY}.name")
        kinds = list(dict.fromkeys([*catalogue().optimizers, train.optimizer.kind]))
        st.selectbox("Optimizer", kinds, kinds.index(train.optimizer.kind), key=f"{_KEY}.optimizer",
                     help="The same one goes on with its moments; another one begins anew.")  # fmt: skip
        batch = "" if train.batch_size == "all" else str(train.batch_size)
        st.text_input("Batch size", batch, key=f"{_KEY}.batch", placeholder="all rows", help="Empty: all rows at once.")
    with right:
        total = train.epochs if train.epochs > epochs[-1] else epochs[-1] + 10
        st.number_input("Epochs in all", 1, 100_000, total, key=f"{_KEY}.epochs",
                        help="Those before the fork count.")  # fmt: skip
        rate = learning_rate(spec)
        if rate is None:
            st.caption("Its learning rate is a schedule of Keras; see the other settings.")
        else:
            st.number_input("Learning rate", 1e-12, 1e6, rate, rate / 10, format="%g", key=f"{_KEY}.rate")
        st.number_input("Seed", 0, 2**31 - 1, spec.seed, key=f"{_KEY}.seed",
                        help="Another one draws other shuffles and other dropout from here on.")  # fmt: skip


def learning_rate(spec: RunSpec) -> float | None:
    """The base rate of a spec; None where it is a schedule of Keras."""
    return None if optimizer_schedule(spec.train) else base_rate(spec.train)


def changed(spec: RunSpec, entered: dict[str, Any]) -> RunSpec:
    """The spec with what the form says.

    Args:
        spec: of the run that is forked.
        entered: the form's fields by name: name, epochs, optimizer, batch, rate, seed.

    Raises:
        SpecError: what was entered is no spec.
    """
    values = spec.model_dump(mode="json")
    train = values["train"]
    values |= {"name": entered["name"], "seed": entered["seed"]}
    train["epochs"] = entered["epochs"]
    batch = (entered["batch"] or "").strip()
    if batch and not (batch.isdecimal() and int(batch)):
        raise SpecError(f"A batch has one row or more. Received: {batch}.", "Enter a whole number, or nothing for all.")
    train["batch_size"] = int(batch) if batch else "all"
    another = entered["optimizer"] != spec.train.optimizer.kind
    if another:
        train["optimizer"] = {"kind": entered["optimizer"], "config": {}}
    # The rate that is seen counts: another optimizer's default may be another.
    if entered.get("rate") is not None and (another or entered["rate"] != learning_rate(spec)):
        train["optimizer"]["config"]["learning_rate"] = entered["rate"]
    try:
        return RunSpec.model_validate_json(json.dumps(values))
    except ValidationError as error:
        raise SpecError.from_validation(error, "The fork") from error


def _take(how: Callable[[Run, RunSpec, int], str], run: Run, spec: RunSpec) -> None:
    """Do something with what was entered; the dialog closes unless it was refused."""
    try:
        epoch = state.entered(f"{_KEY}.epoch")
        epoch = again.forkable(resources.store(), run.uid)[-1] if epoch is None else epoch
        entered = {name: state.entered(f"{_KEY}.{name}") for name in _FIELDS}
        state.remember(f"{_KEY}.done", how(run, changed(spec, entered), epoch))
    except NetloomError as error:
        state.remember(f"{_KEY}.error", error)


def _fork(run: Run, spec: RunSpec, epoch: int) -> str:
    child = again.fork(resources.store(), run.uid, epoch, spec)
    state.notify(f"{text.escape(child.name)} goes on after epoch {epoch} of {text.escape(run.name)}.")
    state.show_run(child.uid)
    return HERE


def _edit(run: Run, spec: RunSpec, epoch: int) -> str:
    """Make the fork a draft, whose every knob is on the Train page."""
    forked = outside_study(spec).replace(start=StartSpec(run=run.uid, epoch=epoch))
    state.begin(Draft(spec=forked, match_data=False))
    return "train.py"
