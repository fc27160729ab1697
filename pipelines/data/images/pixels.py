"""The pixels of an opened image, whatever its mode. This very file lies beside exported models that take pictures."""

import numpy as np
from PIL import Image, ImageOps


# Exported scripts hold these very lines: nothing but numpy and Pillow is used in them.
def pixels(image: Image.Image, mode: str) -> np.ndarray:
    """The pixels of an opened image as uint8, `(height, width, channels)`.

    `rgb` and `grey` are upright as EXIF says, on white where transparent, 16 bits scaled to 8. `mask` is as stored:
    grey values, palette indices, or 0 and 1 for one bit.
    """
    if mode == "mask":
        return np.asarray(image).astype("uint8")[..., np.newaxis]
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):
        wide = np.asarray(image).astype("int64")
        image = Image.fromarray(((wide * 255 + 32767) // 65535).astype("uint8"))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    array = np.asarray(image.convert("RGB" if mode == "rgb" else "L"))
    return array if mode == "rgb" else array[..., np.newaxis]
