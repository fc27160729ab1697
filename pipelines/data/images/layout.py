"""How a folder of images is laid out: which file is of which split, and of which class or beside which mask.

Pure functions of a listing: no file is opened here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from models.errors import NetloomError
from pipelines.data.images.tree import Tree
from pipelines.runs.facts import Split

SPLIT_FOLDERS: dict[str, Split] = {
    "train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val",
    "test": "test", "testing": "test",
}  # fmt: skip
_ORDER: tuple[Split, ...] = ("train", "val", "test")

IMAGE_FOLDERS = ("images", "image", "imgs", "img", "jpegimages", "photos", "frames", "inputs", "input")
MASK_FOLDERS = (
    "masks", "mask", "labels", "label", "annotations", "annotation", "annots", "annot", "segmentations",
    "segmentation", "segmentationclass", "ground_truth", "groundtruth", "gt", "targets", "target",
)  # fmt: skip
ENDING = re.compile(r"[_-](masks?|labels?|segmentation|seg|gt|annotation|images?|img)$", re.IGNORECASE)
"""What a pair's two names may differ in."""

_LAYOUT = "Put the images of each class into a folder of its name; train, val and test folders may be around them."
_PAIRS = "Put them as images/ and masks/, with files of equal names; train, val and test folders may be around them."


@dataclass(frozen=True, slots=True)
class ClassLayout:
    """A folder of images for each class.

    Attributes:
        names: of the images; those of train first, then val, then test; in each by class, then by name.
        labels: class ids, one an image.
        splits: one an image; all `train` where the folder has none of its own.
        class_names: by class id.
        folders: of each split in that order, the folders that hold class folders (`train`, or the top).
    """

    names: tuple[str, ...]
    labels: tuple[int, ...]
    splits: tuple[Split, ...]
    class_names: tuple[str, ...]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairLayout:
    """Images and their masks.

    Attributes:
        images, masks: of equal length, in the order of splits, then names.
        splits: one a pair, as in ClassLayout.
        folders: of each split in that order, the folder of its images and that of its masks.
        endings: the names of a pair differ in an ending, such as `_mask`.
    """

    images: tuple[str, ...]
    masks: tuple[str, ...]
    splits: tuple[Split, ...]
    folders: tuple[tuple[str, str], ...]
    endings: bool


def class_layout(tree: Tree, name: str) -> ClassLayout:
    """Finds the class folders. A single folder around everything is looked through.

    Args:
        tree: the listing.
        name: of the data, for messages.

    Raises:
        NetloomError: no images, no class folders, an empty one, images beside them, or one class only.
    """
    _refuse_none(tree, name, _LAYOUT)
    top = _unwrapped(tree)
    inner = tree.below(top)
    parts = _split_folders(inner, name)
    if not inner.children or (inner.loose and not parts):
        raise NetloomError(f"{_join(top, inner.loose[0])} in {name} lies in no class folder.", _LAYOUT)
    folders: list[tuple[Split, str]] = [(split, _join(top, part)) for split, part in parts]
    folders = folders or [("train", top)]
    return _collect_classes(tree, folders, name)


def _collect_classes(tree: Tree, folders: Sequence[tuple[Split, str]], name: str) -> ClassLayout:
    rows: list[tuple[str, str, Split]] = []
    for split, folder in folders:
        part = tree.below(folder)
        if part.loose:
            raise NetloomError(f"{_join(folder, part.loose[0])} in {name} lies in no class folder.", _LAYOUT)
        by_class: dict[str, list[str]] = {child: [] for child in sorted(part.children, key=_by_number)}
        for image in part.images:
            by_class[image.partition("/")[0]].append(_join(folder, image))
        for child, found in by_class.items():
            if not found:
                raise NetloomError(
                    f"The class folder {_join(folder, child)} in {name} has no images.", "Fill it, or remove it."
                )
            rows.extend((image, child, split) for image in found)
    class_names = tuple(sorted({row[1] for row in rows}, key=_by_number))
    if len(class_names) < 2:
        raise NetloomError(f"{name} has one class only, {rows[0][1]}; two or more were expected.", _LAYOUT)
    ids = {class_name: number for number, class_name in enumerate(class_names)}
    names, of_class, splits = zip(*rows, strict=True)
    return ClassLayout(
        names, tuple(ids[each] for each in of_class), splits, class_names, tuple(folder for _, folder in folders)
    )


def pair_layout(tree: Tree, name: str, images: str | None = None, masks: str | None = None) -> PairLayout:
    """Finds the folders of images and masks, and pairs their files by name, whatever the suffix.

    Args:
        tree: the listing.
        name: of the data, for messages.
        images, masks: names of the two folders; None: the usual ones.

    Raises:
        NetloomError: no images, no such folders, an image without a mask, a mask without an image, or a name twice.
    """
    _refuse_none(tree, name, _PAIRS)
    top = tree.below("")
    start, parts = "", []
    while not (two := _two_folders(top, images, masks)) and not (parts := _split_folders(top, name, pairs=True)):
        if len(top.children) != 1 or top.loose:
            raise _no_folders(name, top, images, masks)
        start = _join(start, top.children[0])
        top = tree.below(start)
    folders: list[tuple[Split, str, str]] = []
    if two:
        inner = top.below(two[0])
        parts = _split_folders(inner, name, pairs=True)
        folders = [(split, _join(start, f"{two[0]}/{part}"), _join(start, f"{two[1]}/{part}")) for split, part in parts]
        folders = folders or [("train", _join(start, two[0]), _join(start, two[1]))]
    else:
        for split, part in parts:
            inside = top.below(part)
            two = _two_folders(inside, images, masks)
            if not two:
                raise _no_folders(f"{_join(start, part)} in {name}", inside, images, masks)
            folders.append((split, _join(start, f"{part}/{two[0]}"), _join(start, f"{part}/{two[1]}")))
    return _collect_pairs(tree, folders, name)


def _collect_pairs(tree: Tree, folders: Sequence[tuple[Split, str, str]], name: str) -> PairLayout:
    sides = [(split, tree.below(images).images, tree.below(masks).images) for split, images, masks in folders]
    endings = not any({_stem(each) for each in side[1]} & {_stem(each) for each in side[2]} for side in sides)
    rows: list[tuple[str, str, Split]] = []
    for (split, images, masks), (_, of_images, of_masks) in zip(folders, sides, strict=True):
        left = _by_stem(of_images, endings, images, name)
        right = _by_stem(of_masks, endings, masks, name)
        alone = sorted(left.keys() - right.keys())
        if alone:
            raise NetloomError(
                f"The image {_join(images, left[alone[0]])} in {name} has no mask of its name in {masks}"
                f"{_and_more(alone)}.",
                "Add the mask, or remove the image.",
            )
        alone = sorted(right.keys() - left.keys())
        if alone:
            raise NetloomError(
                f"The mask {_join(masks, right[alone[0]])} in {name} has no image of its name in {images}"
                f"{_and_more(alone)}.",
                "Add the image, or remove the mask.",
            )
        rows.extend((_join(images, left[stem]), _join(masks, right[stem]), split) for stem in sorted(left))
    if not rows:
        raise NetloomError(f"{name} has no images in {folders[0][1]}.", _PAIRS)
    of_images, of_masks, splits = zip(*rows, strict=True)
    return PairLayout(of_images, of_masks, splits, tuple((images, masks) for _, images, masks in folders), endings)


def _by_stem(names: Sequence[str], endings: bool, folder: str, data: str) -> dict[str, str]:
    stems: dict[str, str] = {}
    for name in names:
        stem = ENDING.sub("", _stem(name)) if endings else _stem(name)
        if stem in stems:
            raise NetloomError(
                f"{folder} in {data} holds {stems[stem]} and {name}: one name for two files.", "Rename or remove one."
            )
        stems[stem] = name
    return stems


def _two_folders(tree: Tree, images: str | None, masks: str | None) -> tuple[str, str] | None:
    """The folders of images and of masks directly in it, by the names given or the usual ones."""
    children = {child.lower(): child for child in reversed(tree.children)}

    def first(wanted: str | None, usual: Sequence[str]) -> str | None:
        if wanted is not None:
            return wanted if wanted in tree.children else None
        return next((children[each] for each in usual if each in children), None)

    left, right = first(images, IMAGE_FOLDERS), first(masks, MASK_FOLDERS)
    return (left, right) if left and right else None


def _split_folders(tree: Tree, name: str, pairs: bool = False) -> list[tuple[Split, str]]:
    """The train, val and test folders directly in it, in this order; none where it has no such, or they are classes."""
    named = [child for child in tree.children if child.lower() in SPLIT_FOLDERS]
    beside = sorted(set(tree.children) - set(named))
    nested = pairs or not beside or any("/" in image for child in named for image in tree.below(child).images)
    if not named or not nested:
        return []
    if beside or tree.loose:
        raise NetloomError(
            f"{name} has {(*beside, *tree.loose)[0]} beside {named[0]}; only train, val and test were expected there.",
            "Move it elsewhere.",
        )
    parts: list[tuple[Split, str]] = [(SPLIT_FOLDERS[child.lower()], child) for child in named]
    parts.sort(key=lambda part: _ORDER.index(part[0]))
    splits = [split for split, _ in parts]
    if "train" not in splits:
        raise NetloomError(f"{name} has a {parts[0][1]} folder but no train folder.", "Add one to train on.")
    twice = [child for split, child in parts if splits.count(split) > 1]
    if twice:
        raise NetloomError(f"{name} has two folders for one split: {', '.join(twice)}.", "Merge the two.")
    return parts


def _unwrapped(tree: Tree) -> str:
    """The folder inside single folders around everything; "" where there is no such."""
    top = ""
    while True:
        inner = tree.below(top)
        if inner.loose or len(inner.children) != 1 or not any("/" in name for name in _inside(inner)):
            return top
        top = _join(top, inner.children[0])


def _inside(tree: Tree) -> tuple[str, ...]:
    """The images in its only folder; those of a folder with images of its own are no wrapping."""
    inner = tree.below(tree.children[0])
    return () if inner.loose else inner.images


def _refuse_none(tree: Tree, name: str, hint: str) -> None:
    if not tree.images:
        others = sorted({PurePosixPath(other).suffix or other for other in tree.others})[:5]
        raise NetloomError(
            f"{name} has no images{f', only files such as {chr(44).join(others)}' if others else ''}; JPEG, PNG, GIF, "
            "BMP, WebP or TIFF were expected.",
            hint,
        )


def _no_folders(name: str, tree: Tree, images: str | None, masks: str | None) -> NetloomError:
    there = ", ".join(tree.children[:8]) or "none"
    return NetloomError(
        f"{name} has no folders {images or 'images'} and {masks or 'masks'}; its folders: {there}.",
        "Name the two folders, or rename them." if len(tree.children) > 1 else _PAIRS,
    )


def _and_more(alone: Sequence[str]) -> str:
    return f", and {len(alone) - 1:,} more have none" if len(alone) > 1 else ""


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name


def _by_number(name: str) -> tuple[bool, int, str]:
    return (False, int(name), name) if name.isdecimal() and name.isascii() else (True, 0, name)
