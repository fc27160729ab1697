"""Harm done to the data on purpose, to study what it does."""

import streamlit as st

from pages.ui import fields
from pages.ui.data.edit import change_part, data
from pipelines.data.facts import DataFacts
from pipelines.data.spec import CorruptSpec

LABELLED = ("binary", "multiclass", "multilabel")


def words(corrupt: CorruptSpec) -> str:
    """What is done, in a few words.

    >>> words(CorruptSpec(noise=0.3, train_rows=0.5)), words(CorruptSpec())
    ('noise 0.3, 50% of the rows', 'off')
    """
    done = [
        f"noise {corrupt.noise:g}" if corrupt.noise else "",
        f"{corrupt.mask:.0%} masked" if corrupt.mask else "",
        f"{corrupt.wrong_labels:.0%} wrong labels" if corrupt.wrong_labels else "",
        f"{corrupt.train_rows:.0%} of the rows" if corrupt.train_rows < 1 else "",
    ]
    return ", ".join(filter(None, done)) or "off"


def controls(known: DataFacts) -> None:
    """Noise, masking, wrong labels, fewer training rows."""
    corrupt = data().corrupt
    tokens = known.input_dtype == "int32"
    left, right = st.columns(2)
    with left:
        fields.number(
            "Noise on the inputs", "data.noise", corrupt.noise, lambda v: change_part("corrupt", noise=v),
            min_value=0.0, max_value=10.0, step=0.1, format="%g", disabled=tokens and not corrupt.noise,
            help="Standard deviation of Gaussian noise on the scaled training inputs, drawn anew each epoch.",
        )  # fmt: skip
        _share(
            "Wrong labels", "wrong_labels", corrupt.wrong_labels, disabled=known.task not in LABELLED, max_value=100,
            help="Training rows that get another class, or one label that is the opposite.",
        )  # fmt: skip
    with right:
        _share(
            "Masked inputs", "mask", corrupt.mask, max_value=99,
            help="Words that are left out, drawn anew each epoch." if tokens
            else "Scaled training inputs that are set to 0, drawn anew each epoch.",
        )  # fmt: skip
        _share(
            "Training rows kept", "train_rows", corrupt.train_rows, min_value=1, max_value=100,
            help="Of the training rows; validation and test keep all of theirs.",
        )  # fmt: skip
    fields.number(
        "Seed of the labels and rows", "data.corrupt_seed", corrupt.seed, lambda v: change_part("corrupt", seed=v),
        min_value=0, step=1, disabled=not corrupt.wrong_labels and corrupt.train_rows == 1,
    )  # fmt: skip
    if known.task == "reconstruction":
        st.caption("A denoising autoencoder is fed harmed inputs, in validation and test too, and judged by the clean "
                   "ones.")  # fmt: skip
    else:
        st.caption("Training rows only: validation and test stay clean. A denoising autoencoder is the task "
                   "“reconstruction” with noise or masking.")  # fmt: skip


def _share(label: str, part: str, value: float, *, min_value: int = 0, **options: object) -> None:
    fields.slider(
        label, f"data.{part}", round(value * 100), lambda v: change_part("corrupt", **{part: v / 100}),
        min_value=min_value, format="%d %%", **options,
    )  # fmt: skip
