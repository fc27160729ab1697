"""What a run is called, the group that it belongs to, and its seed."""

import streamlit as st

from pages.ui import fields, resources
from pages.ui.train import change
from pipelines.spec import RunSpec


def controls(spec: RunSpec) -> None:
    """Name, experiment, seed."""
    left, middle, right = st.columns([3, 3, 2])
    with left:
        fields.line("Name", "train.name", spec.name, lambda v: change.run(name=v), max_chars=80)
    with middle:
        known = list(dict.fromkeys([spec.experiment, *resources.store().experiments()]))
        fields.choice(
            "Experiment",
            "train.experiment",
            spec.experiment,
            known,
            lambda v: change.run(experiment=v),
            accept_new_options=True,
            help="The group of runs that it belongs to. Type a new one.",
        )
    with right:
        fields.number(
            "Seed",
            "train.seed",
            spec.seed,
            lambda v: change.run(seed=v),
            step=1,
            help="Of the weights, the shuffles and the random layers.",
        )
