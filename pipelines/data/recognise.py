"""What a file or folder of the user's is, told by its content, and the whole DataSpec that is proposed for it."""

import codecs
import zipfile
from collections import defaultdict
from pathlib import Path, PurePosixPath

from models.errors import NetloomError
from pipelines.data.files.files import resolve
from pipelines.data.images.archive import is_junk
from pipelines.data.images.decoding import header
from pipelines.data.images.layout import IMAGE_FOLDERS, MASK_FOLDERS
from pipelines.data.images.scan import folder_of
from pipelines.data.images.tree import Tree, tree_of
from pipelines.data.registry import source_of
from pipelines.data.sources import arrays, masks
from pipelines.data.spec import ArraysSource, DataSpec, ImagesSource, MasksSource
from pipelines.data.tables.propose import propose_file
from pipelines.data.tables.text_file import head_of, is_parquet, refuse_what_is_no_text

READABLE = (
    "What can be read: a CSV, TSV or Parquet file; a folder, or a zip of one, with a folder of images for each class "
    "or with images and masks; an NPZ file with arrays x and y."
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TABLES = (".csv", ".tsv", ".txt", ".parquet")


def recognise(path: str) -> DataSpec:
    """The data that lies at `path`, with all that is proposed for it; names and endings count for little.

    Args:
        path: as a spec names it: of an upload, or below an allowed folder.

    Raises:
        NetloomError: there is nothing, it is nothing that can be read, or it is but something is wrong with it.
    """
    real = resolve(path)
    if real.is_dir():
        return _images(path, real)
    if not real.is_file():
        raise NetloomError(f"{real.name} is neither a file nor a folder.", READABLE)
    head = head_of(real)
    if head.startswith(_ZIP):
        return _zip(path, real)
    if real.suffix.lower() in (".zip", ".npz"):
        raise NetloomError(f"{real.name} is no {real.suffix[1:].upper()} file, whatever its name says.", READABLE)
    if _is_image(real):
        raise NetloomError(
            f"{real.name} is a single image.", "Zip a folder with a folder of such images for each class."
        )
    if not is_parquet(head):
        refuse_what_is_no_text(head, real.name)
        if b"\x00" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise NetloomError(f"{real.name} is neither text nor anything else that is known here.", READABLE)
    return propose_file(path)


def _zip(path: str, real: Path) -> DataSpec:
    try:
        with zipfile.ZipFile(real) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise NetloomError(f"{real.name} is a broken zip: {error}.", "Get the file anew.") from error
    if not names:
        raise NetloomError(f"{real.name} is an empty zip.", READABLE)
    names = [name for name in names if not any(is_junk(part) for part in PurePosixPath(name).parts)]
    if names and all(name.endswith(".npy") for name in names):
        return _arrays(path)
    if "[Content_Types].xml" in names:
        raise NetloomError(f"{real.name} is an office document, such as an Excel workbook.", "Save its table as CSV.")
    if names and all(name.lower().endswith(_TABLES) for name in names):
        others = " and other tables" if len(names) > 1 else ""
        raise NetloomError(
            f"{real.name} is a zip that holds {names[0]}{others}.", "Unpack it, and choose one of its files."
        )
    return _images(path, real)


def _arrays(path: str) -> DataSpec:
    source = arrays.proposed(ArraysSource(path=path))
    return DataSpec(source=source, scaling="rescale" if source_of(source).kind == "image" else "standardise")


def _images(path: str, real: Path) -> DataSpec:
    pairs = _holds_pairs(tree_of(folder_of(real)))
    source = masks.proposed(MasksSource(path=path)) if pairs else ImagesSource(path=path)
    source_of(source)  # says what is wrong with it, if anything
    return DataSpec(source=source, scaling="rescale")


def _holds_pairs(tree: Tree) -> bool:
    """Whether some folder in it holds two folders of images, named as those of images and of masks mostly are."""
    filled = {str(parent) for image in tree.images for parent in PurePosixPath(image).parents}
    inside: defaultdict[str, set[str]] = defaultdict(set)
    for folder in filled - {"."}:
        parent, _, name = folder.rpartition("/")
        inside[parent].add(name.lower())
    return any(
        len(names) == 2 and not names.isdisjoint(IMAGE_FOLDERS) and not names.isdisjoint(MASK_FOLDERS)
        for names in inside.values()
    )


def _is_image(path: Path) -> bool:
    try:
        header(path)
    except NetloomError:
        return False
    return True
