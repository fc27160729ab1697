import threading

import numpy as np
import pytest
from PIL import Image

from models.errors import NetloomError
from pipelines.data.images.files import ImageFiles


@pytest.fixture
def numbered(tmp_path):
    """Fifty images, each of its own size and value."""
    for number in range(50):
        Image.new("L", (number + 1, 2), number).save(tmp_path / f"{number}.png")
    return ImageFiles(tmp_path, tuple(f"{number}.png" for number in range(50)), "grey")


def test_load_and_take(numbered):
    assert numbered.load(7).shape == (2, 8, 1)
    assert numbered.load(7).max() == 7
    some = numbered.take(np.array([3, 1]))
    assert (len(some), some.names, some.mode) == (2, ("3.png", "1.png"), "grey")


def test_decode_many_keeps_the_order(numbered):
    assert [image.max() for image in numbered.decode_many()] == list(range(50))
    assert [image.max() for image in numbered.decode_many(np.array([9, 2, 9]))] == [9, 2, 9]
    assert list(numbered.decode_many([])) == []


def test_decode_many_ends_its_threads_when_it_is_left_early(numbered):
    images = numbered.decode_many()
    next(images)
    images.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("decode")]


def test_a_bad_file_is_named(numbered, tmp_path):
    (tmp_path / "30.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(NetloomError, match=r"30\.png"):
        list(numbered.decode_many())


def test_values_of_masks_become_class_ids(tmp_path):
    Image.fromarray(np.array([[0, 255], [255, 0]], np.uint8)).save(tmp_path / "m.png")
    plain = ImageFiles(tmp_path, ("m.png",), "mask")
    assert plain.load(0)[..., 0].tolist() == [[0, 255], [255, 0]]
    mapped = ImageFiles(tmp_path, ("m.png",), "mask", (0, 255)).take([0])
    assert mapped.load(0)[..., 0].tolist() == [[0, 1], [1, 0]]
    assert mapped.load(0).dtype == np.uint8
