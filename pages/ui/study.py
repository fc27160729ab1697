"""Does it help? Choose a base, variants and seeds, and queue them all."""

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, state, text
from pages.ui.run_words import LONGEST, network_words
from pipelines.comparison.variants import (
    BASELINE,
    STUDY_TAG,
    VARIANT_TAG,
    VARIANTS,
    Settings,
    grid,
    new_study,
    outside_study,
)
from pipelines.data.downloads import downloads
from pipelines.examples import EXAMPLES
from pipelines.fitting import problems
from pipelines.launch.submit import submit_all
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of
from pipelines.spec import RunSpec

NEW = "new"
_DRAFT = "draft"
_RUNS_OFFERED = 50


def past_studies() -> dict[str, str]:
    """Studies of this home, newest first: id -> what to call it."""
    found: dict[str, list[Run]] = {}
    for run in resources.store().find():
        if STUDY_TAG in run.tags and VARIANT_TAG in run.tags:
            found.setdefault(run.tags[STUDY_TAG], []).append(run)
    return {study: _study_words(runs) for study, runs in found.items()}


def form() -> None:
    """What to try, on what, how often; and the button."""
    bases = _bases()
    left, right = st.columns(2, gap="large")
    with left:
        base_key = st.selectbox("Base", list(bases), format_func=bases.__getitem__, key="compare.study.base",
                                help="The run that every variant changes in one thing.")  # fmt: skip
        spec = _base_spec(base_key)
        st.caption(text.escape(network_words(spec.model, LONGEST)))
        keys = [key for key in VARIANTS if key != BASELINE]
        chosen = st.pills("Variants, each compared with the baseline", keys, selection_mode="multi", default=keys,
                          format_func=_variant_words, key="compare.study.variants")  # fmt: skip
        rate = st.slider("Dropout rate", 0.05, 0.9, 0.25, 0.05, key="compare.study.rate",
                         help="Share of the units that are switched off at each step of training.")  # fmt: skip
    with right:
        seeds = st.number_input("Seeds", 2, 100, 5, key="compare.study.seeds",
                                help="Each variant is trained once with each seed. Fewer than 3 tell nothing; "
                                "more seeds find smaller differences.")  # fmt: skip
        epochs = st.number_input("Epochs", 1, 100_000, spec.train.epochs, key=f"compare.study.epochs.{base_key}")
        num_runs = (1 + len(chosen)) * seeds
        st.markdown(f"**{num_runs} runs** of at most {epochs} epochs: {1 + len(chosen)} networks with the same {seeds} "
                    "seeds, so that each difference is taken between runs that start alike.")  # fmt: skip
        specs, obstacle = _plan(spec.replace(train=spec.train.replace(epochs=epochs)), chosen, seeds, rate)
        st.button(
            f"Queue {num_runs} runs", key="compare.study.queue", type="primary", icon=":material/science:",
            disabled=obstacle is not None, on_click=_queue, args=(specs,),
        )  # fmt: skip
        if obstacle is not None:
            st.markdown(f":red[:material/error: {text.escape(obstacle)}]")


def _bases() -> dict[str, str]:
    drafted = state.draft().spec
    runs = [run for run in resources.store().find(limit=4 * _RUNS_OFFERED) if STUDY_TAG not in run.tags]
    return {
        _DRAFT: f"The draft: {drafted.name}",
        **{f"example {name}": f"Example: {name}" for name in EXAMPLES},
        **{f"run {run.uid}": f"Run: {run.name} · {run.uid[:4]}" for run in runs[:_RUNS_OFFERED]},
    }


def _base_spec(key: str) -> RunSpec:
    """The spec of the chosen base, without the tags of a study that it may have been part of."""
    kind, _, name = key.partition(" ")
    if kind == "run":
        spec = spec_of(resources.store().get(name))
    else:
        spec = EXAMPLES[name] if kind == "example" else state.draft().spec
    return outside_study(spec)


def _plan(spec: RunSpec, chosen: list[str], seeds: int, rate: float) -> tuple[list[RunSpec], str | None]:
    """The runs to queue, and what stands against it."""
    if not chosen:
        return [], "Choose at least one variant."
    file = downloads.file_for(spec.data.source)
    if file is not None and downloads.cached_path(file) is None:
        return [], f"{file.title} is not on this machine yet: download it on the Data page."
    found = problems(spec, None)
    if found:
        return [], str(found[0])
    try:
        return grid(spec, chosen, seeds, new_study(), Settings(dropout_rate=rate)), None
    except NetloomError as error:
        return [], str(error)


def _queue(specs: list[RunSpec]) -> None:
    try:
        submit_all(resources.store(), specs)
    except NetloomError as error:
        state.notify(error)
        return
    state.show_param("study", specs[0].tags[STUDY_TAG])


def _variant_words(key: str) -> str:
    return {"dropout": "Dropout", "batch-norm": "Batch normalisation", "both": "Both"}.get(key, key)


def _study_words(runs: list[Run]) -> str:
    first = min(runs, key=lambda run: (run.created_at, run.id))
    base = first.name.split(f", {first.tags[VARIANT_TAG]}")[0]
    return f"{base} · {len(runs)} runs · {text.ago(first.created_at)}"
