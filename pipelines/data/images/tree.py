"""The files of a folder that are images by their names. Hidden and system files are left out; links stay inside."""

import os
from dataclasses import dataclass
from pathlib import Path

from models.errors import NetloomError
from pipelines.data.files.files import resolve
from pipelines.data.images.archive import MAX_DEPTH, is_junk
from pipelines.data.images.decoding import SUFFIXES


@dataclass(frozen=True, slots=True)
class Tree:
    """What lies in a folder, as paths relative to it, with `/`, sorted.

    Attributes:
        images: files with the suffix of an image.
        folders: all folders, empty ones too.
        others: other files.
    """

    images: tuple[str, ...]
    folders: tuple[str, ...]
    others: tuple[str, ...]

    def below(self, folder: str) -> "Tree":
        """The part in `folder`, relative to it; "" is the whole."""
        start = f"{folder}/" if folder else ""
        parts = (self.images, self.folders, self.others)
        return Tree(*(tuple(name.removeprefix(start) for name in part if name.startswith(start)) for part in parts))

    @property
    def children(self) -> tuple[str, ...]:
        """The folders directly in it."""
        return tuple(name for name in self.folders if "/" not in name)

    @property
    def loose(self) -> tuple[str, ...]:
        """The images directly in it."""
        return tuple(name for name in self.images if "/" not in name)


def tree_of(root: Path) -> Tree:
    """Lists a folder.

    Raises:
        NetloomError: a link leads out of the folders that may be read, a name is not UTF-8, folders are too deep, or
            one may not be read.
    """
    tree: tuple[list[str], list[str], list[str]] = [], [], []
    try:
        _walk(os.fspath(root), "", 1, *tree)
    except OSError as error:
        raise NetloomError(
            f"{error.filename} cannot be read: {error.strerror or error}.", "Give Netloom the right to read it."
        ) from error
    return Tree(*(tuple(sorted(part)) for part in tree))


def _walk(folder: str, start: str, depth: int, images: list[str], folders: list[str], others: list[str]) -> None:
    if depth > MAX_DEPTH + 1:
        raise NetloomError(
            f"{folder} lies more than {MAX_DEPTH} folders deep.", "Choose a folder further in, or remove links in it."
        )
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_junk(entry.name):
                continue
            name = start + entry.name
            if not name.isascii() and name != name.encode(errors="replace").decode():
                raise NetloomError(f"The name of {name!r} is not UTF-8.", "Rename it.")
            if entry.is_symlink():
                resolve(entry.path)
            if entry.is_dir():
                folders.append(name)
                _walk(entry.path, f"{name}/", depth + 1, images, folders, others)
            else:
                kind = images if os.path.splitext(entry.name)[1].lower() in SUFFIXES else others
                kind.append(name)
