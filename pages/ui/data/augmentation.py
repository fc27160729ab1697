"""Random changes of the training images: a list of steps, each with a form, and what they do to some images."""

from typing import Any

import numpy as np
import streamlit as st

from models.errors import NetloomError
from pages.ui import fields, forms, pictures, resources, state, text
from pages.ui.data import look_masks
from pages.ui.data.edit import attempt, change, data
from pipelines.data.changes import augmentation
from pipelines.data.facts import DataFacts
from pipelines.data.spec import AugmentSpec, DataSpec

_ADD, _PREVIEW = "data.augment.kind", "data.augment.preview"
IMAGES_SHOWN = 5
PICTURE_PIXELS = 56


def words(spec: DataSpec) -> str:
    """The steps by name."""
    return ", ".join(augmentation.KINDS[step.kind].title.lower() for step in spec.augment) or "off"


def controls(known: DataFacts) -> None:
    """The steps in order, one to add, what to beware of, and a preview."""
    steps = data().augment
    for index, step in enumerate(steps):
        _step(index, step, len(steps))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = list(augmentation.KINDS)
        st.selectbox(
            "Add a change", kinds, key=state.field(_ADD, state.recall(_ADD) or kinds[0]), width="stretch",
            format_func=lambda kind: augmentation.KINDS[kind].title,
        )  # fmt: skip
        st.button("Add", key="data.augment.add", icon=":material/add:", on_click=attempt, args=(_add,))
    st.caption(augmentation.KINDS[state.entered(_ADD)].help)
    for problem in augmentation.problems(data(), known):
        st.markdown(f":red[:material/error: {text.escape(problem.message)}] {text.escape(problem.hint)}")
    for warning in augmentation.warnings(data(), known):
        st.markdown(f":orange[:material/warning: {text.escape(warning)}]")
    st.caption("Drawn anew for each training image in each epoch. Validation, test and the exported model see none.")
    if steps:
        _preview(known)


def _step(index: int, step: AugmentSpec, count: int) -> None:
    kind = augmentation.KINDS[step.kind]
    prefix = f"data.augment.{index}.{step.kind}"
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{kind.title}**", width="content")
            with st.container(horizontal=True, gap=None, width="content"):
                for words_, icon, to, disabled in (
                    ("Earlier", "arrow_upward", index - 1, index == 0),
                    ("Later", "arrow_downward", index + 1, index == count - 1),
                    ("Remove", "close", None, False),
                ):
                    st.button(
                        "", key=f"{prefix}.{icon}", icon=f":material/{icon}:", type="tertiary", help=words_,
                        disabled=disabled, on_click=attempt, args=(_move, index, to),
                    )  # fmt: skip

        def read() -> forms.Config:
            return dict(data().augment[index].config)

        def write(config: forms.Config) -> None:
            _replace(index, AugmentSpec(kind=step.kind, config=config))

        forms.config_form(prefix, kind.entry, read, write)


def _add() -> None:
    kind = state.entered(_ADD)
    start: dict[str, Any] = dict(augmentation.KINDS[kind].start)
    change(augment=(*data().augment, AugmentSpec(kind=kind, config=start)))


def _move(index: int, to: int | None) -> None:
    """Put a step elsewhere; None takes it out."""
    steps = list(data().augment)
    step = steps.pop(index)
    if to is not None:
        steps.insert(to, step)
    state.forget("data.augment.")
    change(augment=tuple(steps))


def _replace(index: int, step: AugmentSpec) -> None:
    steps = list(data().augment)
    steps[index] = step
    change(augment=tuple(steps))


def _preview(known: DataFacts) -> None:
    """Some training images before and after, drawn by Keras when asked for."""
    on = state.recall(_PREVIEW, False)
    fields.switch("Show what they do", f"{_PREVIEW}.switch", on, lambda v: state.remember(_PREVIEW, v))
    if not on:
        return
    try:
        with st.spinner("Keras changes some training images"):
            seen = resources.augmented(data())
    except NetloomError as error:
        text.show_error(error)
        return
    st.caption("On the left as it is, then as training may see it.")
    for index, before in enumerate(seen.before[:IMAGES_SHOWN]):
        label, after = seen.labels[index], seen.labels_after[index]
        mixed = [label, *after] if any(words_ != label for words_ in after) else [label]
        row = np.stack([pictures.drawable(image, seen.value_range) for image in (before, *seen.after[index])])
        if seen.masks is not None and seen.masks_after is not None:
            colors = look_masks.class_colors(len(known.class_names), known.ignore_class)
            masks = (seen.masks[index], *seen.masks_after[index])
            row = np.stack([pictures.overlay(*pair, colors) for pair in zip(row, masks, strict=True)])
        caption = " · ".join(map(text.escape, filter(None, mixed))) or None
        st.image(pictures.strip(row, (0, 255), PICTURE_PIXELS), caption, output_format="PNG")
