import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import NetloomError
from pipelines.data.images.layout import class_layout, pair_layout
from pipelines.data.images.tree import Tree


def tree(*names: str, folders: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> Tree:
    """The listing of a folder with these images."""
    parents = {"/".join(name.split("/")[:depth]) for name in names for depth in range(1, name.count("/") + 1)}
    return Tree(tuple(sorted(names)), tuple(sorted(parents | set(folders))), others)


def refusal(layout, *arguments, **options) -> str:
    with pytest.raises(NetloomError) as error:
        layout(*arguments, **options)
    assert "photos" in error.value.message and error.value.hint
    return error.value.message


class TestClasses:
    def test_a_folder_a_class(self):
        found = class_layout(tree("dogs/1.jpg", "cats/b.png", "cats/a.png"), "photos")
        assert found.names == ("cats/a.png", "cats/b.png", "dogs/1.jpg")
        assert found.labels == (0, 0, 1)
        assert found.class_names == ("cats", "dogs")
        assert set(found.splits) == {"train"}
        assert found.folders == ("",)

    def test_own_splits_come_in_order_and_classes_are_their_union(self):
        found = class_layout(tree("Test/b/1.png", "train/a/2.png", "valid/c/3.png", "train/b/4.png"), "photos")
        assert found.names == ("train/a/2.png", "train/b/4.png", "valid/c/3.png", "Test/b/1.png")
        assert found.labels == (0, 1, 2, 1)
        assert found.splits == ("train", "train", "val", "test")
        assert found.class_names == ("a", "b", "c")
        assert found.folders == ("train", "valid", "Test")

    @pytest.mark.parametrize("top", ["photos", "one/two", "train"])
    def test_single_folders_around_are_looked_through(self, top):
        found = class_layout(tree(f"{top}/a/1.png", f"{top}/b/2.png"), "photos")
        assert found.class_names == ("a", "b")
        assert found.folders == (top,)
        inside = class_layout(tree(f"{top}/train/a/1.png", f"{top}/train/b/2.png", f"{top}/val/b/1.png"), "photos")
        assert inside.splits == ("train", "train", "val")

    def test_classes_named_by_numbers_are_in_their_order(self):
        assert class_layout(tree("10/a.png", "9/a.png", "x/a.png"), "photos").class_names == ("9", "10", "x")

    def test_images_deeper_in_a_class(self):
        found = class_layout(tree("n01/images/a.png", "n02/images/a.png", "n02/images/more/b.png"), "photos")
        assert found.class_names == ("n01", "n02")
        assert found.labels == (0, 1, 1)

    def test_a_class_may_be_called_test(self):
        assert class_layout(tree("test/a.png", "other/a.png"), "photos").class_names == ("other", "test")

    def test_what_it_refuses(self):
        assert "no images" in refusal(class_layout, tree(), "photos")
        assert ".txt" in refusal(class_layout, tree(others=("a.txt",)), "photos")
        assert "a.png in photos lies in no class folder" in refusal(class_layout, tree("a.png", "b.png"), "photos")
        assert "a.png" in refusal(class_layout, tree("a.png", "cats/b.png", "dogs/b.png"), "photos")
        assert "one class only, cats" in refusal(class_layout, tree("cats/a.png"), "photos")
        assert "class folder dogs" in refusal(class_layout, tree("cats/a.png", folders=("dogs",)), "photos")
        assert "train/a.png" in refusal(class_layout, tree("train/a.png", "test/b.png"), "photos")
        assert "extra beside train" in refusal(class_layout, tree("train/a/1.png", "extra/a/1.png"), "photos")
        assert "no train folder" in refusal(class_layout, tree("val/a/1.png", "test/a/1.png"), "photos")
        twice = tree("train/a/1.png", "val/a/1.png", "valid/a/1.png")
        assert "two folders for one split: val, valid" in refusal(class_layout, twice, "photos")

    @given(st.sets(st.tuples(st.sampled_from("abc"), st.text("xyz/", min_size=1, max_size=5)), min_size=1))
    def test_every_image_is_a_row_of_its_own_class(self, places):
        names = {f"{label}/{name.strip('/').replace('//', '/') or 'x'}.png" for label, name in places}
        names = {name.replace("//", "/") for name in names} | {"a/1.png", "b/1.png"}
        found = class_layout(tree(*names), "photos")
        assert sorted(found.names) == sorted(names)
        assert [name[0] for name in found.names] == [found.class_names[label] for label in found.labels]
        assert list(found.labels) == sorted(found.labels)


class TestPairs:
    def test_splits_in_the_two_folders(self):
        found = pair_layout(
            tree("images/train/1.jpg", "images/test/2.jpg", "masks/train/1.png", "masks/test/2.png"), "photos"
        )
        assert found.images == ("images/train/1.jpg", "images/test/2.jpg")
        assert found.masks == ("masks/train/1.png", "masks/test/2.png")
        assert found.splits == ("train", "test")

    def test_the_two_folders_in_splits(self):
        found = pair_layout(
            tree("a/val/Images/2.jpg", "a/val/labels/2.png", "a/train/Images/1.jpg", "a/train/labels/1.png"), "photos"
        )
        assert found.folders == (("a/train/Images", "a/train/labels"), ("a/val/Images", "a/val/labels"))
        assert found.masks == ("a/train/labels/1.png", "a/val/labels/2.png")

    def test_flat_and_by_names_given(self):
        flat = tree("photos/b.jpg", "photos/a.jpg", "annotations/a.png", "annotations/b.png", others=("README.txt",))
        assert pair_layout(flat, "photos").images == ("photos/a.jpg", "photos/b.jpg")
        named = tree("left/a.jpg", "right/a.png", "other/a.png")
        assert pair_layout(named, "photos", "left", "right").masks == ("right/a.png",)
        assert "no folders left and masks" in refusal(pair_layout, named, "photos", "left")
        assert "left, other, right" in refusal(pair_layout, named, "photos")

    @pytest.mark.parametrize("name", ["..", "/", "left/../left", ""])
    def test_names_given_are_those_of_folders_in_it(self, name):
        assert refusal(pair_layout, tree("left/a.jpg", "right/a.png"), "photos", name, "right")

    def test_folders_inside_and_endings(self):
        found = pair_layout(
            tree("images/rome/a.jpg", "images/bonn/a.jpg", "masks/rome/a_mask.png", "masks/bonn/a_mask.png"), "photos"
        )
        assert found.endings
        assert found.masks == ("masks/bonn/a_mask.png", "masks/rome/a_mask.png")

    def test_what_it_refuses(self):
        assert "no images" in refusal(pair_layout, tree(), "photos")
        left, right = ("images/a.jpg", "images/b.jpg"), ("masks/a.png", "masks/b.png")
        message = refusal(pair_layout, tree(*left, right[0]), "photos")
        assert message == "The image images/b.jpg in photos has no mask of its name in masks."
        message = refusal(pair_layout, tree(left[1], *right, "masks/c.png"), "photos")
        assert message.startswith("The mask masks/a.png in photos has no image") and "1 more have none" in message
        assert "one name for two files" in refusal(pair_layout, tree(*left, *right, "masks/a.tif"), "photos")
        assert "no folders images and masks" in refusal(pair_layout, tree("images/a.jpg"), "photos")
        split = tree("train/images/a.jpg", "train/masks/a.png", "val/images/a.jpg")
        assert "val in photos has no folders" in refusal(pair_layout, split, "photos")
        assert "no train folder" in refusal(pair_layout, tree("images/val/a.jpg", "masks/val/a.png"), "photos")
