"""Examples of a split as people know them: texts, rows of a table, images; else the numbers that stand for them."""

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import pictures
from pipelines.data.facts import DataFacts

MOST_COLUMNS = 100
_MOST_CHARACTERS = 600
_MOST_TEXTS = 40


def columns(x: np.ndarray, raw: pd.DataFrame | None, known: DataFacts) -> pd.DataFrame:
    """A row an example: as the table has it, else its numbers, of which the first MOST_COLUMNS."""
    if raw is not None:
        return raw.iloc[:, :MOST_COLUMNS].reset_index(drop=True)
    flat = x.reshape(len(x), -1)[:, :MOST_COLUMNS]
    names = list(known.feature_names[: flat.shape[1]]) or [f"input {n + 1}" for n in range(flat.shape[1])]
    return pd.DataFrame(flat, columns=names)


def table(told: dict[str, object], inputs: pd.DataFrame, formats: dict[str, str] | None = None) -> None:
    """What is told of each example, and beside it the example.

    Args:
        told: a column's name -> a value an example. formats: how its numbers are shown, as Streamlit has it.
    """
    clashing = {name: f"{name} (input)" for name in inputs if name in told}
    shown = pd.concat([pd.DataFrame(told), inputs.rename(columns=clashing)], axis=1)
    config = {name: st.column_config.NumberColumn(format=format) for name, format in (formats or {}).items()}
    st.dataframe(
        shown, hide_index=True, height="content" if len(shown) <= 12 else 460, column_config=config
    )  # fmt: skip


def are_texts(raw: pd.DataFrame | None, known: DataFacts) -> bool:
    """Whether examples are best read: one text each."""
    return raw is not None and known.kind == "text" and raw.shape[1] == 1


def texts(captions: list[str], raw: pd.DataFrame) -> None:
    """Each text under what is told of it (markdown)."""
    for caption, words in zip(captions[:_MOST_TEXTS], raw.iloc[:, 0], strict=False):
        with st.container(border=True, gap="xxsmall"):
            st.caption(caption)
            whole_or_cut(words)
    if len(captions) > _MOST_TEXTS:
        st.caption(f"{_MOST_TEXTS} of {len(captions)}.")


def whole_or_cut(words: object) -> None:
    """A text, cut where it is long; links in it stay words."""
    said = " ".join(str(words or "").split())
    if said:
        st.text(said if len(said) <= _MOST_CHARACTERS else f"{said[:_MOST_CHARACTERS]} …")
    else:
        st.markdown(":gray[empty]")


def picture(image: np.ndarray, value_range: tuple[float, float], height: int) -> np.ndarray:
    """An image of any number of channels for st.image, of about `height` pixels where it is smaller."""
    return pictures.enlarge(pictures.drawable(image, value_range), (0, 255), height)


def range_of(images: np.ndarray) -> tuple[float, float]:
    """Black and white of what is shown."""
    return (float(images.min()), float(images.max())) if images.size else (0.0, 1.0)
