import os

import pytest

from models.errors import NetloomError
from pipelines.data.images.tree import tree_of


def test_images_folders_and_others(folder):
    for name in (
        "a/1.JPG",
        "a/b/2.webp",
        "a/notes.txt",
        ".hidden/3.png",
        "__MACOSX/a/._1.JPG",
        "a/.4.png",
        "Thumbs.db",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "empty").mkdir()
    tree = tree_of(folder)
    assert tree.images == ("a/1.JPG", "a/b/2.webp")
    assert tree.folders == ("a", "a/b", "empty")
    assert tree.others == ("a/notes.txt",)
    assert tree.below("a").images == ("1.JPG", "b/2.webp")
    assert tree.below("a").children == ("b",)
    assert tree.below("a").loose == ("1.JPG",)


def test_links_stay_inside(folder, tmp_path):
    (folder / "a").mkdir()
    (folder / "a/1.png").touch()
    (folder / "a/2.png").symlink_to(folder / "a/1.png")
    assert tree_of(folder).images == ("a/1.png", "a/2.png")
    (tmp_path / "secret.png").touch()
    (folder / "a/3.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(NetloomError, match="not below a folder"):
        tree_of(folder)


def test_links_in_circles_end(folder):
    (folder / "a").mkdir()
    (folder / "a/again").symlink_to(folder)
    with pytest.raises(NetloomError, match="16 folders deep"):
        tree_of(folder)


def test_names_that_are_no_text(folder):
    (folder / os.fsdecode(b"\xff.png")).touch()
    with pytest.raises(NetloomError, match="not UTF-8"):
        tree_of(folder)
