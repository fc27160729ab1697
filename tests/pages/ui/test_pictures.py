import numpy as np

from pages.ui.pictures import enlarge


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
