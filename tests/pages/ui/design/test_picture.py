"""The picture of a network: what is in its boxes, which lines there are, what is folded and framed."""

import pytest

from models.facts import NodeSummary, Problem, Summary
from models.sketch import Sketch
from models.spec import ModelSpec, Node, Output
from pages.ui.design.graph_view import FOLDED_FROM, _folded
from pages.ui.design.picture import COLORS, NEUTRAL, picture


@pytest.fixture
def residual():
    net = Sketch("residual")
    x = net.input((8, 8, 4))
    with net.block("res"):
        y = net.add("Conv2D", x, filters=4, kernel_size=3, padding="same", use_bias=False)
        y = net.add("Conv2D", y, filters=4, kernel_size=[3, 3], strides=[1, 1], padding="same")
        y = net.add("Add", y, x)
    y = net.add("Flatten", y)
    net.add("Dense", y, units=10, activation="softmax", name="head")
    return net.spec()


def by_id(drawn):
    return {box["id"]: box for box in drawn["boxes"]}


def test_a_box_says_kind_arguments_and_name_where_it_is_a_name(residual):
    boxes = by_id(picture(residual, None))
    assert boxes["res_conv2d"]["title"] == "Conv2D"
    assert boxes["res_conv2d"]["detail"] == "4 · 3×3 · same · no bias"
    assert boxes["res_conv2d_1"]["detail"] == "conv2d_1 · 4 · 3×3 · same"
    assert boxes["head"]["detail"] == "head · 10 · softmax"
    assert boxes["head"]["output"] == "output" and not boxes["flatten"]["output"]
    assert boxes["res_conv2d"]["color"] == COLORS["Convolution"] and boxes["input"]["color"] == NEUTRAL


def test_shapes_and_counts_come_from_keras(residual):
    nodes = (NodeSummary("head", "Dense", (None, 10), 2570, 2570, ("flatten",), more_shapes=((None, 3),)),)
    head = by_id(picture(residual, Summary(nodes, 2570, 2570)))["head"]
    assert head["shape"] == "10; 3" and head["count"] == "2.57k" and "2,570 parameters" in head["words"]


def test_a_problem_is_marked_and_said(residual):
    problem = Problem("flatten", None, "It is wrong.", "Mend it.")
    boxes = by_id(picture(residual, None, {"flatten": [problem], None: [problem]}))
    assert boxes["flatten"]["wrong"] == ["flatten: It is wrong. Mend it."] and not boxes["head"]["wrong"]
    assert boxes["flatten"]["words"].endswith("It is wrong.")


def test_a_block_is_framed_and_folds_into_one_box(residual):
    drawn = picture(residual, None)
    (frame,) = drawn["frames"]
    boxes = by_id(drawn)
    for name in ("res_conv2d", "res_conv2d_1", "res_add"):
        assert frame["x"] < boxes[name]["x"] and boxes[name]["y"] + boxes[name]["h"] < frame["y"] + frame["h"]
    assert boxes["flatten"]["y"] > frame["y"] + frame["h"]
    skip = next(line["d"] for line in drawn["lines"] if line["from"] == "input" and "C" in line["d"])
    lane = float(skip.split("V")[0].split()[-2])
    assert boxes["res_conv2d"]["x"] + boxes["res_conv2d"]["w"] < lane < frame["x"] + frame["w"]

    folded = picture(residual, None, folded=["res"])
    assert [box["id"] for box in folded["boxes"]] == ["input", "res_conv2d", "flatten", "head"]
    assert folded["frames"] == [] and folded["folded"] == ["res"] and len(folded["lines"]) == 3
    assert by_id(folded)["res_conv2d"]["names"] == ["res_conv2d", "res_conv2d_1", "res_add"]


def test_what_a_block_takes_from_afar_stands_in_it():
    net = Sketch("u")
    far = net.input((8, 8, 4))
    x = net.add("Conv2D", far, filters=4, kernel_size=3, padding="same")
    x = net.add("Conv2D", x, filters=4, kernel_size=3, padding="same")
    with net.block("up"):
        x = net.add("Conv2D", x, filters=4, kernel_size=3, padding="same")
        crop = net.add("Cropping2D", far, cropping=0)
        net.add("Concatenate", crop, x)
    drawn = picture(net.spec(), None)
    boxes = by_id(drawn)
    assert boxes["up_cropping2d"]["y"] == boxes["up_conv2d"]["y"] and len(drawn["frames"]) == 1


def test_a_block_whose_rows_stand_apart_has_no_frame_around_the_others():
    blocks = ("x", None, "x")
    nodes = tuple(Node(name=name, kind="Dense", block=block) for name, block in zip("abc", blocks, strict=True))
    assert picture(ModelSpec(nodes=nodes), None)["frames"] == []


def test_rows_of_a_folded_block_with_another_between_are_two_boxes():
    rows = [("a", "x"), ("b", None), ("c", "x"), ("d", None)]
    nodes = tuple(Node(name=name, kind="Dense", block=block) for name, block in rows)
    drawn = picture(ModelSpec(nodes=nodes), None, folded=["x"])
    assert [box["id"] for box in drawn["boxes"]] == ["a", "b", "c", "d"] and len(drawn["lines"]) == 3


def test_an_input_that_is_missing_or_later_is_left_out():
    nodes = (Node(name="a", kind="Dense", inputs=("b", "gone")), Node(name="b", kind="Dense"))
    drawn = picture(ModelSpec(nodes=nodes), None)
    assert len(drawn["lines"]) == 1


def test_layers_that_are_shared_or_tied_are_joined_by_a_line():
    net = Sketch("tied")
    x = net.input((8,))
    y = net.add("Dense", x, units=8)
    z = net.add("Dense", y, shares="dense")
    net.add("TiedDense", z, tied_to="dense")
    drawn = picture(net.spec(), None)
    boxes = by_id(drawn)
    assert len(drawn["ties"]) == 2
    assert boxes["dense_1"]["shared"] and not boxes["dense"]["shared"]
    assert boxes["dense_1"]["detail"] == "dense_1 · shares dense"


def test_several_outputs_are_numbered(residual):
    outputs = (Output(node="head"), Output(node="flatten", target="none"))
    boxes = by_id(picture(residual.replace(outputs=outputs), None))
    assert boxes["head"]["output"] == "output 1" and boxes["flatten"]["output"] == "output 2"


def test_long_networks_begin_folded_and_then_as_was_chosen(residual):
    long = Sketch("long")
    x = long.input((4,))
    with long.block("many"):
        for _ in range(FOLDED_FROM):
            x = long.add("Dense", x, units=4)
    assert _folded(residual, None) == [] and _folded(long.spec(), None) == ["many"]
    assert _folded(residual, ["res", "gone"]) == ["res"] and _folded(long.spec(), []) == []
