"""One image file becomes an array of uint8, whatever its format, depth or palette. By Pillow; no keras here."""

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from models.errors import NetloomError
from pipelines.data.images.pixels import pixels

ImageMode = Literal["rgb", "grey", "mask"]

SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
"""What is read. Pillow knows others too, some of which start programs to be decoded."""

MAX_PIXELS = 64_000_000
_GREY_MODES = ("1", "L", "LA", "La")
_SIDEWAYS = (5, 6, 7, 8)

# Pillow warns of images that are larger still, and would go on.
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of its image, before anything is decoded.

    Attributes:
        height, width: in pixels, upright.
        grey: one channel of brightness (beside transparency).
        mode: Pillow's word for its pixels, such as `RGB`, `L`, `P` (palette), `I;16`.
        format: Pillow's word for the file, such as `PNG`.
    """

    height: int
    width: int
    grey: bool
    mode: str
    format: str


def header(path: Path, name: str | None = None) -> Header:
    """Reads the header of an image file: some 0.1 ms.

    Args:
        path: the file.
        name: what messages call it; None: its own name.

    Raises:
        NetloomError: it is no image, or one of more than `MAX_PIXELS` pixels or of 32 bits a pixel and channel.
    """
    with _opened(path, name or path.name) as image:
        width, height = image.size
        if "exif" in image.info and image.getexif().get(0x0112) in _SIDEWAYS:
            width, height = height, width
        grey = image.mode in _GREY_MODES or image.mode.startswith("I")
        return Header(height, width, grey, image.mode, image.format or "")


def decode(path: Path, mode: ImageMode, name: str | None = None) -> np.ndarray:
    """Decodes an image file; of an animation the first picture.

    Args:
        path: the file.
        mode: as `pixels` takes it.
        name: what messages call it; None: its own name.

    Returns:
        uint8, `(height, width, 3)` for `rgb`, else `(height, width, 1)`.

    Raises:
        NetloomError: as `header`, and where the file is damaged or no mask; it names the file.
    """
    with _opened(path, name or path.name) as image:
        if mode == "mask":
            refuse_colour_mask(image.mode, image.format or "", name or path.name)
            _refuse_large_ids(image, name or path.name)
        return pixels(image, mode)


def thumbnail(path: Path, mode: Literal["rgb", "grey"], side: int, name: str | None = None) -> np.ndarray:
    """As `decode`, but made to fit into `side` x `side` pixels where it is larger.

    A JPEG is decoded at a fraction of its size at once, which for a photo of a camera is many times faster.
    """
    with _opened(path, name or path.name) as image:
        image.draft(None, (side, side))
        array = pixels(image, mode)
    shown = Image.fromarray(array if mode == "rgb" else array[..., 0])
    shown.thumbnail((side, side))
    return np.asarray(shown).reshape(shown.height, shown.width, -1)


def refuse_colour_mask(image_mode: str, image_format: str, name: str) -> None:
    """A mask needs one channel, and no compression that changes it. Raises: NetloomError."""
    expected = "its pixels were expected to be class ids: a PNG of grey levels 0, 1, 2, ... or with a palette."
    if image_mode not in ("1", "L", "P") and not image_mode.startswith("I;16"):
        raise NetloomError(
            f"The mask {name} has colours ({image_mode}); {expected}", "Give each colour a number, and save it anew."
        )
    if image_format == "JPEG":
        raise NetloomError(
            f"The mask {name} is a JPEG, which blurs class ids; {expected}", "Save the masks as PNG, from the original."
        )


def _refuse_large_ids(image: Image.Image, name: str) -> None:
    if image.mode.startswith("I") and (largest := int(np.asarray(image).max(initial=0))) > 255:
        raise NetloomError(
            f"The mask {name} holds the value {largest}; class ids from 0 to 255 were expected.",
            "Number the classes from 0.",
        )


@contextlib.contextmanager
def _opened(path: Path, name: str) -> Iterator[Image.Image]:
    try:
        with Image.open(path, formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NetloomError(
                    f"{name} has {image.width:,} x {image.height:,} pixels; at most {MAX_PIXELS:,} are read.",
                    "Make it smaller, or remove it.",
                )
            # Of 16 bits where a PNG or PGM says so; 32 bits have no range that everyone agrees on.
            if image.mode == "F" or (image.mode == "I" and image.format not in ("PNG", "PPM")):
                raise NetloomError(
                    f"{name} has 32 bits a pixel, whose range is unknown; 8 or 16 bits were expected.",
                    "Save it with 8 bits, or put the values into an NPZ file.",
                )
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NetloomError(
            f"{name} has far more pixels than the {MAX_PIXELS:,} that are read.", "Make it smaller, or remove it."
        ) from error
    except Image.UnidentifiedImageError as error:
        empty = not path.stat().st_size
        raise NetloomError(
            f"{name} is {'empty' if empty else 'no image'}; a JPEG, PNG, GIF, BMP, WebP or TIFF was expected.",
            "Remove it, or put the right file in its place.",
        ) from error
    except FileNotFoundError as error:
        raise NetloomError(f"{name} is no longer there.", "Put it back, or choose the data anew.") from error
    except PermissionError as error:
        raise NetloomError(f"{name} may not be read.", "Give Netloom the right to read it.") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, MemoryError) as error:  # Pillow's many
        raise NetloomError(
            f"{name} is damaged and cannot be decoded: {_plain(error)}.", "Get the file anew, or remove it."
        ) from error


def _plain(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
