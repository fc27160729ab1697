"""The standalone Python lines that read a folder or zip of images, for exported scripts: Pillow and numpy alone."""

import inspect
from pathlib import Path

from pipelines.data.images.decoding import SUFFIXES
from pipelines.data.images.layout import ENDING
from pipelines.data.images.pixels import pixels
from pipelines.data.images.scan import ClassScan, PairScan

_FOLDER = """
from pathlib import Path
from PIL import Image, ImageOps

root = Path({path!r})
"""
_ZIP = """
import tempfile
import zipfile
from pathlib import Path
from PIL import Image, ImageOps

unpacked = tempfile.TemporaryDirectory()
with zipfile.ZipFile({path!r}) as archive:
    archive.extractall(unpacked.name)
root = Path(unpacked.name)
"""
_FILES = """

def image_files(folder):
    files = sorted(folder.rglob("*"), key=lambda file: file.as_posix())
    return [file for file in files if file.suffix.lower() in suffixes and not hidden(file.relative_to(root))]


def hidden(file):
    return any(part.startswith(".") or part in ("__MACOSX", "@eaDir") for part in file.parts)


def read(file, mode):
    with Image.open(file) as image:
        return pixels(image, mode)


"""
_CLASSES = """
x, y = [], []
for folder in {folders!r}:
    for label, class_name in enumerate({class_names!r}):
        for file in image_files(root / folder / class_name):
            x.append(read(file, {mode!r}))
            y.append(label)
y = np.array(y, dtype="int64")
"""
_STEM = """
def stem(file, folder):
    return {stem}


"""
_PAIRS = """
x, y = [], []
for images, masks in {folders!r}:
    mask_of = {{stem(file, root / masks): file for file in image_files(root / masks)}}
    image_of = {{stem(file, root / images): file for file in image_files(root / images)}}
    for name in sorted(image_of):
        x.append(read(image_of[name], {mode!r}))
        y.append({mask})
"""


def classes_script(path: Path, scan: ClassScan, mode: str) -> str:
    """Lines after which `x` is a list of uint8 arrays, one an image, and `y` the class ids."""
    return _around(path, _CLASSES.format(folders=scan.folders, class_names=scan.class_names, mode=mode))


def pairs_script(path: Path, scan: PairScan, mode: str, values: tuple[int, ...]) -> str:
    """Lines after which `x` and `y` are lists of uint8 arrays, one an image and one a mask.

    Args:
        path: the folder or zip. scan: what it holds. mode: of the images.
        values: as in ImageFiles.
    """
    stem = 'file.relative_to(folder).with_suffix("").as_posix()'
    if scan.endings:
        stem = f're.sub(r"{ENDING.pattern}", "", {stem}, flags=re.IGNORECASE)'
    mask = 'read(mask_of[name], "mask")'
    if values:
        mask = f'np.searchsorted({list(values)}, {mask}).astype("uint8")'
    lines = _STEM.format(stem=stem) + _PAIRS.lstrip("\n").format(folders=scan.folders, mode=mode, mask=mask)
    return ("\nimport re" if scan.endings else "") + _around(path, lines)


def _around(path: Path, lines: str) -> str:
    zipped = path.is_file()
    start = (_ZIP if zipped else _FOLDER).format(path=str(path))
    read = f"suffixes = {SUFFIXES!r}\n{_FILES}{inspect.getsource(pixels)}\n\n"
    return start + read + lines.lstrip("\n") + ("unpacked.cleanup()\n" if zipped else "")
