import numpy as np

from pages.ui.pictures import enlarge, strip


def test_pixels_stay_sharp_and_fill_the_range() -> None:
    image = np.array([[[0], [16]]], dtype=np.uint8)
    drawn = enlarge(image, (0, 16), 3)
    assert drawn.shape == (3, 6)
    assert drawn.dtype == np.uint8
    assert (drawn[:, :3] == 0).all() and (drawn[:, 3:] == 255).all()


def test_colors_stay_and_large_images_are_not_reduced() -> None:
    image = np.zeros((50, 40, 3), dtype=np.float32)
    assert enlarge(image, (0, 1), 20).shape == (50, 40, 3)


def test_values_outside_the_range_and_a_flat_image_are_drawn() -> None:
    assert enlarge(np.array([[[-5.0], [50.0]]]), (0, 1), 1).tolist() == [[0, 255]]
    assert enlarge(np.full((1, 1, 1), 3.0), (3, 3), 1).tolist() == [[0]]


def test_images_stand_side_by_side_with_transparent_gaps():
    images = np.zeros((3, 2, 2, 1), np.uint8)
    images[1] = 16
    drawn = strip(images, (0, 16), height=8, gap=2)
    assert drawn.shape == (8, 3 * 8 + 2 * 2, 4) and drawn.dtype == np.uint8
    assert (drawn[:, :8] == [0, 0, 0, 255]).all()
    assert (drawn[:, 8:10] == 0).all()
    assert (drawn[:, 10:18] == 255).all()


def test_colours_are_kept_and_values_beyond_the_range_are_cut():
    image = np.array([[[[-5.0, 0.5, 9.0]]]])
    drawn = strip(image, (0.0, 1.0), height=1)
    assert drawn[0, 0].tolist() == [0, 128, 255, 255]


def test_images_larger_than_the_tile_are_not_shrunk():
    assert strip(np.zeros((1, 100, 90, 1)), (0, 1), height=10).shape == (100, 90, 4)


def test_a_constant_image_is_drawn():
    assert strip(np.full((1, 2, 2, 1), 7.0), (7, 7), 4).shape[2] == 4
