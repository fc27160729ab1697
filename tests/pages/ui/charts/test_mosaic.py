import numpy as np
import pytest

from pages.ui.charts.mosaic import mosaic


def test_signed_tiles_share_a_scale_centred_on_zero() -> None:
    tiles = np.array([[[1.0, -3.0]], [[0.5, 2.0]]])
    heatmap = mosaic(tiles, ["1", "2"]).data[0]
    assert (heatmap.zmin, heatmap.zmax) == (-3, 3)
    assert mosaic(tiles, ["1", "2"], limit=7).data[0].zmax == 7


def test_unsigned_tiles_run_from_lowest_to_highest() -> None:
    heatmap = mosaic(np.array([[[1.0, 3.0]]]), ["1"], signed=False).data[0]
    assert (heatmap.zmin, heatmap.zmax) == (1, 3)


def test_every_tile_lies_where_its_label_says() -> None:
    tiles = np.arange(5, dtype=float)[:, None, None] * np.ones((5, 3, 3))
    heatmap = mosaic(tiles, [f"filter {n}" for n in range(5)], columns=2).data[0]
    canvas = np.asarray(heatmap.z)
    assert canvas.shape == (3 * 4 - 1, 2 * 4 - 1)
    for index in range(5):
        top, left = index // 2 * 4, index % 2 * 4
        assert (canvas[top : top + 3, left : left + 3] == index).all()
        assert heatmap.customdata[top][left] == f"filter {index}"
    assert np.isnan(canvas[3]).all(), "a gap between the rows"


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_dead_tiles_still_draw(value: float) -> None:
    heatmap = mosaic(np.full((2, 3, 3), value), ["1", "2"]).data[0]
    assert heatmap.zmin < heatmap.zmax
    heatmap = mosaic(np.full((2, 3, 3), value), ["1", "2"], signed=False).data[0]
    assert heatmap.zmin < heatmap.zmax
