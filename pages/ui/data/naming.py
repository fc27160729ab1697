"""What in a user's file means what: the names of arrays, the classes of masks, and which of them counts for nothing."""

import streamlit as st

from pages.ui import fields
from pages.ui.data.edit import change_part
from pipelines.data.facts import DataFacts
from pipelines.data.spec import ArraysSource, MasksSource


def arrays(source: ArraysSource) -> None:
    """Which arrays of an NPZ file are the inputs and the targets."""
    help_ = "Where there are splits in the file, as in x_train and x_test, the part before the underscore."
    left, right = st.columns(2)
    with left:
        fields.line(
            "Array of inputs", "data.arrays.x", source.x, lambda v: change_part("source", x=v.strip()), help=help_
        )
    with right:
        fields.line(
            "Array of targets", "data.arrays.y", source.y, lambda v: change_part("source", y=v.strip()), help=help_
        )


def masks(source: MasksSource, known: DataFacts) -> None:
    """What the class ids in masks are called, and which one counts for nothing."""
    names = dict(enumerate(known.class_names))
    if source.ignore is not None:
        names |= {source.ignore: names.get(source.ignore, f"class {source.ignore}")}
    left, right = st.columns([5, 3])
    with left:
        fields.line(
            "Class names", "data.masks.names", ", ".join(source.class_names),
            lambda v: change_part("source", class_names=tuple(filter(None, (name.strip() for name in v.split(","))))),
            placeholder=", ".join(known.class_names[:3]) + ", …", help="From class 0, with commas between.",
        )  # fmt: skip
    with right:
        fields.choice(
            "Ignored", "data.masks.ignore", source.ignore, sorted(names), lambda v: change_part("source", ignore=v),
            "none", format_func=lambda v: names.get(v, f"class {v}"),
            help="Pixels of this class count for nothing, neither in the loss nor in a metric: unlabelled ones.",
        )  # fmt: skip
