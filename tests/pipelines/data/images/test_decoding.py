import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from models.errors import NetloomError
from pipelines.data.images import decoding
from pipelines.data.images.decoding import decode, header

COLOURS = np.random.default_rng(0).integers(0, 256, (6, 8, 3)).astype(np.uint8)
GREYS = COLOURS[..., 0]
RGB, GREY = Image.fromarray(COLOURS), Image.fromarray(GREYS)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "ppm"])
def test_lossless_colour(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    RGB.save(path)
    assert np.array_equal(decode(path, "rgb"), COLOURS)
    assert decode(path, "rgb").dtype == np.uint8
    assert header(path) == decoding.Header(6, 8, False, "RGB", header(path).format)


@pytest.mark.parametrize("suffix", ["jpg", "webp", "gif"])
def test_lossy_colour(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    plain = np.full((16, 16, 3), (200, 30, 60), np.uint8)
    Image.fromarray(plain).save(path)
    assert np.abs(decode(path, "rgb").astype(int) - plain).max() <= 6


def test_grey_and_rgb_modes(tmp_path):
    GREY.save(tmp_path / "grey.png")
    assert np.array_equal(decode(tmp_path / "grey.png", "grey"), GREYS[..., np.newaxis])
    assert np.array_equal(decode(tmp_path / "grey.png", "rgb"), np.stack([GREYS] * 3, axis=-1))
    assert header(tmp_path / "grey.png").grey


def test_transparent_pixels_are_on_white(tmp_path):
    image = RGB.convert("RGBA")
    alpha = np.zeros((6, 8), np.uint8)
    alpha[:, 4:] = 255
    image.putalpha(Image.fromarray(alpha))
    image.save(tmp_path / "a.png")
    decoded = decode(tmp_path / "a.png", "rgb")
    assert (decoded[:, :4] == 255).all()
    assert np.array_equal(decoded[:, 4:], COLOURS[:, 4:])


def test_grey_with_transparency(tmp_path):
    GREY.save(tmp_path / "a.png", transparency=int(GREYS[0, 0]))
    expected = np.where(GREYS == GREYS[0, 0], 255, GREYS)
    assert np.array_equal(decode(tmp_path / "a.png", "grey")[..., 0], expected)
    Image.merge("LA", [GREY, Image.new("L", GREY.size, 255)]).save(tmp_path / "la.png")
    assert np.array_equal(decode(tmp_path / "la.png", "grey")[..., 0], GREYS)
    assert header(tmp_path / "la.png").grey


def test_palette(tmp_path):
    image = Image.fromarray(np.array([[0, 1], [2, 1]], np.uint8), "P")
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.save(tmp_path / "p.png")
    assert decode(tmp_path / "p.png", "rgb").tolist() == [[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [0, 255, 0]]]
    assert decode(tmp_path / "p.png", "mask")[..., 0].tolist() == [[0, 1], [2, 1]]


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_16_bits_are_scaled_to_8(tmp_path, suffix):
    wide = np.array([[0, 257, 128], [65535, 65534, 32768]], np.uint16)
    path = tmp_path / f"wide.{suffix}"
    if suffix == "pgm":
        path.write_bytes(b"P5 3 2 65535\n" + wide.astype(">u2").tobytes())
    else:
        Image.fromarray(wide).save(path)
    assert decode(path, "grey")[..., 0].tolist() == [[0, 1, 0], [255, 255, 128]]
    assert header(path).grey


def test_16_bit_colours(tmp_path):
    """A PNG that Pillow cannot write: 2 x 1 pixels of 16 bits a channel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"\x00" + struct.pack(">6H", 65535, 0, 257, 0, 65535, 32768)
    content = chunk(b"IHDR", struct.pack(">2I5B", 2, 1, 16, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + content + chunk(b"IEND", b""))
    assert decode(tmp_path / "a.png", "rgb").tolist() == [[[255, 0, 1], [0, 255, 128]]]


def test_cmyk(tmp_path):
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "red.jpg")
    assert np.abs(decode(tmp_path / "red.jpg", "rgb").astype(int) - (255, 0, 0)).max() <= 6


def test_one_bit(tmp_path):
    image = Image.fromarray(np.array([[True, False], [False, True]]))
    image.save(tmp_path / "bits.png")
    assert decode(tmp_path / "bits.png", "grey")[..., 0].tolist() == [[255, 0], [0, 255]]
    assert decode(tmp_path / "bits.png", "mask")[..., 0].tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("suffix", ["png", "tif", "webp", "jpg"])
def test_orientation_of_exif(tmp_path, suffix):
    """6: the camera was turned, so that rows are columns."""
    tags = Image.Exif()
    tags[0x0112] = 6
    path = tmp_path / f"turned.{suffix}"
    blocks = np.kron(np.array([[0, 255, 255]], np.uint8), np.ones((16, 16), np.uint8))
    options = {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(np.stack([blocks] * 3, axis=-1)).save(path, exif=tags, **options)
    decoded = decode(path, "rgb")
    assert decoded.shape == (48, 16, 3)
    assert (decoded[:16] < 40).all() and (decoded[16:] > 215).all()
    if suffix != "png":  # which tells after its pixels
        assert (header(path).height, header(path).width) == (48, 16)


def test_first_picture_of_an_animation(tmp_path):
    red, blue = Image.new("RGB", (4, 4), "red"), Image.new("RGB", (4, 4), "blue")
    red.save(tmp_path / "a.gif", save_all=True, append_images=[blue])
    assert (decode(tmp_path / "a.gif", "rgb") == (255, 0, 0)).all()


def refusal(path, mode="rgb"):
    with pytest.raises(NetloomError) as error:
        decode(path, mode)
    assert path.name in error.value.message and error.value.hint
    assert "\n" not in error.value.message
    return error.value.message


def test_no_image(tmp_path):
    (tmp_path / "cat.jpg").write_text("this is no picture")
    assert "is no image" in refusal(tmp_path / "cat.jpg")
    (tmp_path / "dog.png").write_bytes(b"")
    assert "is empty" in refusal(tmp_path / "dog.png")
    assert "no longer there" in refusal(tmp_path / "gone.png")


def test_formats_that_start_programs_are_not_read(tmp_path):
    (tmp_path / "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\nshowpage\n%%EOF\n")
    assert "is no image" in refusal(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "bmp", "webp", "tif", "ppm"])
def test_a_truncated_file_is_named(tmp_path, suffix):
    path = tmp_path / f"half.{suffix}"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "damaged" in refusal(path) or "is no image" in refusal(path)


def test_a_truncated_jpeg_has_a_header(tmp_path):
    path = tmp_path / "half.jpg"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:-500])
    assert (header(path).height, header(path).width) == (64, 64)
    assert "image file is truncated" in refusal(path)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of tags that make no sense
@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "bmp", "webp", "tif", "ppm"])
def test_damaged_bytes_never_bring_another_error(tmp_path, suffix):
    path = tmp_path / f"bad.{suffix}"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (16, 16, 3)).astype(np.uint8)).save(path)
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    random = np.random.default_rng(1)
    refused = 0
    for _ in range(60):
        bad = whole.copy()
        places = random.integers(0, min(len(bad), 400), 4)
        bad[places] = random.integers(0, 256, 4)
        path.write_bytes(bad[: random.integers(1, len(bad) + 1)].tobytes())
        try:
            decode(path, "rgb")
        except NetloomError:
            refused += 1
    assert refused > 10


def test_huge_images_are_refused_before_they_are_decoded(tmp_path):
    for side in (9_000, 10_000, 30_000):  # above the own limit; where Pillow warns; where Pillow refuses
        path = tmp_path / f"{side}.png"
        Image.new("1", (8, 8)).save(path)
        content = bytearray(path.read_bytes())
        content[16:24] = side.to_bytes(4, "big") * 2
        content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
        path.write_bytes(content)
        with pytest.raises(NetloomError, match="pixels"):
            header(path)
        assert "64,000,000" in refusal(path)


def test_32_bits_are_refused(tmp_path):
    Image.fromarray(np.ones((4, 4), np.float32)).save(tmp_path / "a.tif")
    assert "32 bits" in refusal(tmp_path / "a.tif")
    Image.fromarray(np.ones((4, 4), np.int32)).save(tmp_path / "b.tif")
    assert "32 bits" in refusal(tmp_path / "b.tif")


def test_masks_hold_class_ids(tmp_path):
    ids = np.array([[0, 3], [11, 255]], np.uint8)
    Image.fromarray(ids).save(tmp_path / "mask.png")
    assert np.array_equal(decode(tmp_path / "mask.png", "mask"), ids[..., np.newaxis])
    Image.fromarray(ids.astype(np.uint16)).save(tmp_path / "wide.png")
    assert np.array_equal(decode(tmp_path / "wide.png", "mask"), ids[..., np.newaxis])
    RGB.save(tmp_path / "colours.png")
    assert "class ids" in refusal(tmp_path / "colours.png", "mask")
    GREY.save(tmp_path / "blurred.jpg")
    assert "JPEG" in refusal(tmp_path / "blurred.jpg", "mask")
    Image.fromarray(ids.astype(np.uint16) * 4).save(tmp_path / "large.png")
    assert "1020" in refusal(tmp_path / "large.png", "mask")
