"""Images: some of each class, what a class looks like on average, in what sizes they come."""

import numpy as np
import streamlit as st

from pages.ui import live_chart, pictures, resources, text
from pages.ui.charts.sizes import sizes as sizes_chart
from pages.ui.data.look_parts import page_choice, seed_choice, split_choice
from pipelines.data.preview import images
from pipelines.data.preview.glance import glance
from pipelines.data.preview.images import ClassTiles, Tile
from pipelines.data.preview.looked import Looked
from pipelines.data.spec import DataSpec

_SMALL = 40  # pixels in height up to which images stand in one strip
_TILE, _STRIP = 104, 40  # pixels in height on the page
_EACH_SMALL, _EACH, _WITHOUT_CLASSES = 10, 6, 24
_CLASSES = 10


def grid(data: DataSpec, looked: Looked) -> None:
    """Some images of each class."""
    names = looked.source.class_names if looked.labels is not None else ()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split = split_choice("images")
        page = page_choice("Classes", len(names), _CLASSES)
        seed = seed_choice("images")
    small = _small(looked)
    each = (_EACH_SMALL if small else _EACH) if names else _WITHOUT_CLASSES
    found = resources.look(images.examples, data, split, each, page.start, _CLASSES, seed)
    shown = value_range(data)
    for group in found:
        if small and names:
            _strip(group, shown)
        else:
            _tiles(group, shown)


def averages(data: DataSpec, looked: Looked) -> None:
    """The mean image of each class."""
    found = resources.look(images.mean_images, data)
    shown = value_range(data)
    st.caption("The mean of training images of each class: what it shows clearly, most images of the class share.")
    with st.container(horizontal=True, gap="medium"):
        for group in found:
            with st.container(width=112, gap="xxsmall"):
                image = group.tiles[0].image
                if image is not None:
                    _image(image, shown, 104, f"Mean of {group.class_name}")
                if group.class_name:
                    st.markdown(f"**{text.escape(group.class_name)}**")
                st.caption(f"{text.count(group.rows)} images")


def sizes(data: DataSpec, looked: Looked) -> None:
    """The sizes and modes of image files, before they are brought to one."""
    table, broken = resources.look(images.sizes, data)
    for name in broken:
        st.markdown(f":red[:material/broken_image: {text.escape(name)} cannot be read.]")
    if table.empty:
        return
    seen = int(table["files"].sum())
    height, width = data.image.height or 96, data.image.width or 96
    st.caption(f"Of {text.count(seen)} files. All are brought to {height} × {width} before training.")
    left, right = st.columns(2)
    with left:
        live_chart.show(sizes_chart(table), "data.look.chart.sizes", "Width and height of the images")
    with right:
        kinds = table.groupby(["format", "mode"], as_index=False)["files"].sum()
        st.dataframe(kinds.sort_values("files", ascending=False), hide_index=True, height="content")
        st.dataframe(table[["width", "height", "files"]].head(8), hide_index=True, height="content")


def broken_tile(tile: Tile, side: int) -> None:
    """In place of an image that cannot be read: its name, and why when pointed at."""
    with st.container(border=True, width=side, gap="xxsmall"):
        st.markdown(":red[:material/broken_image:]", help=text.escape(tile.error))
        st.caption(text.escape(tile.name))


def _small(looked: Looked) -> bool:
    x = looked.data.x
    return isinstance(x, np.ndarray) and x.shape[1] <= _SMALL


def value_range(data: DataSpec) -> tuple[float, float]:
    """The values drawn as black and as white."""
    return resources.look(glance, data).value_range or (0, 255)


def _strip(group: ClassTiles, shown: tuple[float, float]) -> None:
    """Small images of a class side by side, in one picture."""
    if not group.tiles:
        return
    tiles = np.stack([pictures.drawable(tile.image, shown) for tile in group.tiles if tile.image is not None])
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.markdown(f"**{text.escape(group.class_name)}**", width=24 if len(group.class_name) < 3 else 96)
        alt = f"{len(tiles)} images of {group.class_name}"
        st.image(pictures.strip(tiles, (0, 255), _STRIP), output_format="PNG", alt=alt)


def _tiles(group: ClassTiles, shown: tuple[float, float]) -> None:
    """Larger images of a class, as many side by side as there is room for."""
    if group.class_name:
        st.markdown(f"**{text.escape(group.class_name)}** :gray[{text.count(group.rows)}]")
    with st.container(horizontal=True, gap="small"):
        for tile in group.tiles:
            if tile.image is None:
                broken_tile(tile, _TILE)
            else:
                _image(tile.image, shown, _TILE, tile.name)


def _image(image: np.ndarray, shown: tuple[float, float], height: int, alt: str) -> None:
    drawn = pictures.enlarge(pictures.drawable(image, shown), (0, 255), height)
    st.image(drawn, width=max(16, round(image.shape[1] / image.shape[0] * height)), alt=alt)
