"""Strips of images: whole enlargement, the right grey levels, transparent gaps."""

import numpy as np

from pages.ui.images import strip


def test_images_stand_side_by_side_with_transparent_gaps():
    images = np.zeros((3, 2, 2, 1), np.uint8)
    images[1] = 16
    drawn = strip(images, (0, 16), tile=8, gap=2)
    assert drawn.shape == (8, 3 * 8 + 2 * 2, 4) and drawn.dtype == np.uint8
    assert (drawn[:, :8] == [0, 0, 0, 255]).all()
    assert (drawn[:, 8:10] == 0).all()
    assert (drawn[:, 10:18] == 255).all()


def test_colours_are_kept_and_values_beyond_the_range_are_cut():
    image = np.array([[[[-5.0, 0.5, 9.0]]]])
    drawn = strip(image, (0.0, 1.0), tile=1)
    assert drawn[0, 0].tolist() == [0, 128, 255, 255]


def test_images_larger_than_the_tile_are_not_shrunk():
    assert strip(np.zeros((1, 100, 90, 1)), (0, 1), tile=10).shape == (100, 90, 4)


def test_a_constant_image_is_drawn():
    assert strip(np.full((1, 2, 2, 1), 7.0), (7, 7)).shape[2] == 4
