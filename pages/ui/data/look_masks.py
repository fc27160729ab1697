"""Segmentation: images under the colours of their classes, and how many pixels each class has."""

import colorsys

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import live_chart, pictures, resources, text
from pages.ui.charts.ranking import ranking
from pages.ui.charts.style import SPLIT_COLOR, SPLIT_LABEL
from pages.ui.data.look_images import broken_tile, value_range
from pages.ui.data.look_parts import seed_choice, split_choice
from pipelines.data.preview.looked import Looked
from pipelines.data.preview.masks import MaskedTile, masked_examples, pixel_shares
from pipelines.data.spec import DataSpec

_PAIRS, _WIDTH = 6, 320
_IGNORED = (128, 128, 128)


def class_colors(count: int, ignore: int | None) -> np.ndarray:
    """A colour a class id, uint8 of shape (256, 3): hues a golden angle apart; what is ignored, or unknown, is grey."""
    hues = (np.arange(256) * 0.618034 + 0.62) % 1.0
    levels = [(0.72, 0.95), (0.55, 0.78), (0.85, 0.62)]
    colors = np.array([colorsys.hsv_to_rgb(hue, *levels[at % 3]) for at, hue in enumerate(hues)])
    found = np.rint(colors * 255).astype(np.uint8)
    found[count:] = _IGNORED
    if ignore is not None:
        found[ignore] = _IGNORED
    return found


def pairs(data: DataSpec, looked: Looked) -> None:
    """Some images, each beside itself under the colours of its mask, and the bars that say which colour is which."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split = split_choice("masks")
        seed = seed_choice("pairs")
    colors = class_colors(len(looked.source.class_names), looked.source.ignore_class)
    shown = value_range(data)
    with st.grid(min_column_width=_WIDTH):
        for pair in resources.look(masked_examples, data, split, _PAIRS, seed):
            with st.container(gap="xsmall"):
                _pair(pair, colors, shown)
    table = resources.look(pixel_shares, data)
    part = table[table["split"] == split].sort_values("share", ascending=False)
    bars = ["#" + bytes(colors[label]).hex() for label in part["id"]]
    figure = ranking(_names(part, looked), {"": part["share"].to_numpy()}, "Share of the pixels", colors=bars)
    live_chart.show(figure, "data.look.chart.legend", "Share of the pixels by class, in the class's colour")


def shares(data: DataSpec, looked: Looked) -> None:
    """Share of the pixels that each class has in every split, and in how many of the images it is."""
    table = resources.look(pixel_shares, data)
    train = table[table["split"] == "train"].sort_values("share", ascending=False)
    groups = {
        SPLIT_LABEL[split]: part.set_index("id").loc[train["id"], "share"].to_numpy()
        for split, part in table.groupby("split", sort=False)
    }
    split_colors = {SPLIT_LABEL[split]: color for split, color in SPLIT_COLOR.items()}
    figure = ranking(_names(train, looked), groups, "Share of the pixels", colors=split_colors)
    live_chart.show(figure, "data.look.chart.pixels", "Share of the pixels by class and split")
    wide = table.pivot(index="id", columns="split", values="images").loc[train["id"], list(looked.rows)]
    wide.insert(0, "class", _names(train, looked))
    st.caption("Share of the images that a class is in.")
    shown = {split: st.column_config.NumberColumn(SPLIT_LABEL[split], format="percent") for split in looked.rows}
    st.dataframe(wide, hide_index=True, height="content", column_config=shown)


def _names(part: pd.DataFrame, looked: Looked) -> list[str]:
    """Names of the classes, the ignored one marked."""
    ignored = looked.source.ignore_class
    pairs = zip(part["class"], part["id"], strict=True)
    return [f"{name} (ignored)" if label == ignored else str(name) for name, label in pairs]


def _pair(pair: MaskedTile, colors: np.ndarray, shown: tuple[float, float]) -> None:
    if pair.tile.image is None or pair.mask is None:
        broken_tile(pair.tile, _WIDTH)
        return
    image = pictures.drawable(pair.tile.image, shown)
    both = np.concatenate(
        [np.broadcast_to(image, (*image.shape[:2], 3)), pictures.overlay(image, pair.mask, colors)], 1
    )
    st.image(both, width="stretch", alt=f"{pair.tile.name}, and under the colours of its mask")
    st.caption(text.escape(pair.tile.name))
