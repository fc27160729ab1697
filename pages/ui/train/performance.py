"""Where a run computes, in which precision, and what makes it quicker; the curve is the same but for rounding."""

import importlib.util

import streamlit as st

from pages.ui import fields, resources
from pages.ui.train import change
from pages.ui.train_words import BACKENDS, PRECISIONS, device_words, knob_words
from pipelines.spec import RunSpec, TrainSpec

AUTO = "auto"
STEPS = (AUTO, 1, 2, 4, 8, 16, 32, 64)
JITS = {"off": "Off", "on": "On", "auto": "Try both"}


def words(spec: RunSpec) -> str:
    """Where and how, as far as it is not as usual."""
    told, usual = knob_words(spec), knob_words(spec.replace(train=TrainSpec()))
    names = ("Precision", "Compilation", "Steps per execution", "Deterministic", "Backend")
    said = [f"{name.lower()}: {told[name]}" for name in names if told[name] != usual[name]]
    return ", ".join([device_words(spec.train.device), *said])


def controls(train: TrainSpec) -> None:
    """Device, precision, compilation, steps per execution, determinism, backend."""
    left, right = st.columns(2)
    with left:
        devices = {AUTO: "a free GPU, else the CPU", "cpu": "CPU"}
        devices |= {gpu.device: gpu.name for gpu in resources.inventory().gpus}
        devices.setdefault(train.device, "not on this machine")
        fields.choice(
            "Device", "train.device", train.device, list(devices), lambda v: change.training(device=v),
            format_func=lambda name: f"{name} · {devices[name]}",
        )  # fmt: skip
        fields.segments(
            "Compile with XLA", "train.jit", train.jit, list(JITS), lambda v: change.training(jit=v),
            format_func=JITS.__getitem__,
            help="Quicker for some networks and slower for others. Try both: a short trial on this one decides.",
        )  # fmt: skip
        backends = [name for name in BACKENDS if name in ("tensorflow", train.backend) or _installed(name)]
        fields.segments(
            "Backend", "train.backend", train.backend, backends, lambda v: change.training(backend=v),
            format_func=BACKENDS.__getitem__, disabled=len(backends) == 1,
            help="What Keras computes with." + ("" if len(backends) > 1 else " JAX is not installed here."),
        )  # fmt: skip
    with right:
        fields.choice(
            "Precision", "train.precision", train.precision, list(PRECISIONS), lambda v: change.training(precision=v),
            format_func=PRECISIONS.__getitem__,
            help="Of the computation; weights stay float32. Mixed precision is quicker on GPUs with tensor cores.",
        )  # fmt: skip
        steps = list(dict.fromkeys([*STEPS, train.steps_per_execution]))
        fields.choice(
            "Steps per execution", "train.steps_per_execution", train.steps_per_execution, steps,
            lambda v: change.training(steps_per_execution=v),
            format_func=lambda n: "as many as are quick" if n == AUTO else str(n),
            help="Updates between two words with Python. It changes no number.",
        )  # fmt: skip
        fields.switch(
            "Deterministic on a GPU", "train.deterministic", train.deterministic,
            lambda v: change.training(deterministic=v),
            help="The same curve to the bit for the same seed, at the price of speed. On a CPU every run is.",
        )  # fmt: skip


def _installed(backend: str) -> bool:
    return importlib.util.find_spec(backend) is not None
