"""What the palette finds, and where it adds."""

import pytest

from models.blocks import BLOCKS
from models.catalogue import catalogue
from models.sketch import Sketch
from models.spec import ModelSpec
from pages.ui.design import adder


@pytest.fixture
def model() -> ModelSpec:
    net = Sketch("small")
    net.input((4,))
    net.add("Dense", units=3)
    net.add("Dense", units=2)
    return net.spec()


def ids(groups):
    return [choice["id"] for group in groups for choice in group["choices"]]


def test_without_words_all_is_offered_by_its_group():
    groups = adder.found("")
    layers = {f"layer.{kind}" for kind, entry in catalogue().layers.items() if entry.call != "cell"}
    assert set(ids(groups)) == layers | {f"block.{name}" for name in BLOCKS}
    titles = [group["title"] for group in groups]
    assert titles[0] == "Blocks" and len(titles) == len(set(titles))
    assert all(choice["summary"] for group in groups for choice in group["choices"])


@pytest.mark.parametrize(
    ("words", "first"), [("conv2d", "layer.Conv2D"), ("maxpool", "layer.MaxPooling"), ("overfitting", "layer.")]
)
def test_layers_are_found_by_name_and_purpose(words, first):
    assert adder.first(words).startswith(first)


def test_blocks_are_found_by_what_they_are():
    assert adder.first("residual basic") == "block.residual-basic"
    assert adder.first("conv") == "layer.Conv2D" and "Blocks" in [group["title"] for group in adder.found("conv")]
    assert ids(adder.found("qqqq zzzz")) == [] and adder.first("qqqq zzzz") is None


def test_blocks_that_read_what_there_is_come_first():
    fits = [BLOCKS[each.removeprefix("block.")].takes in (None, 2) for each in ids(adder.found("", 2)[:1])]
    assert fits == sorted(fits, reverse=True) and True in fits and False in fits


def test_where_it_is_added(model):
    assert adder.place(model, "input", match_data=True) == "input"
    assert adder.place(model, None, match_data=True) == "dense"
    assert adder.place(model, None, match_data=False) is None
    assert adder.place(ModelSpec(), None, match_data=True) is None
    assert adder.above(model, "dense") == ["input", "dense"] and adder.above(model, None) == [
        "input",
        "dense",
        "dense_1",
    ]


def test_what_cannot_be_added_is_said_with_the_reason():
    (reason,) = adder.left_out(" lambda")
    assert reason == f"Lambda: {catalogue().excluded['layers']['Lambda']}"
    assert adder.found("Lambda") == []
    assert adder.left_out("string look")[0].startswith("StringLookup: ")
    assert adder.left_out("") == adder.left_out("dense") == []


def test_every_layer_is_found_first_by_its_name_in_small_letters():
    kinds = [kind for kind, entry in catalogue().layers.items() if entry.call != "cell"]
    assert [adder.first(kind.lower()) for kind in kinds] == [f"layer.{kind}" for kind in kinds]
    assert adder.left_out("add") == []
