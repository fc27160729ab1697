"""Another kind for a layer: what is kept, what follows."""

import pytest

from models.checking.structure import problems
from models.editing.repairs import change_kind
from models.errors import NetloomError
from models.sketch import Sketch


def image_network():
    net = Sketch("images")
    x = net.input((8, 8, 3))
    x = net.add("Conv2D", x, filters=4, kernel_size=[3, 5], padding="same")
    again = net.add("Conv2D", x, shares=x, name="again")
    net.add("Flatten", again)
    return net.spec()


def test_arguments_that_both_kinds_take_are_kept_and_the_name_follows():
    spec = change_kind(image_network(), "conv2d", "Conv2DTranspose")
    node = spec.nodes[1]
    assert (node.kind, node.name) == ("Conv2DTranspose", "conv2d_transpose")
    assert node.config == {"filters": 4, "kernel_size": [3, 5], "padding": "same"}
    assert change_kind(image_network(), "conv2d", "Conv1D").nodes[1].config["kernel_size"] == 3
    assert change_kind(image_network(), "conv2d", "Dense").nodes[1].config == {"units": 64}


def test_nodes_that_share_the_layer_go_along():
    spec = change_kind(image_network(), "conv2d", "DepthwiseConv2D")
    assert (spec.nodes[2].kind, spec.nodes[2].shares, spec.nodes[2].name) == (
        "DepthwiseConv2D",
        "depthwise_conv2d",
        "again",
    )
    assert problems(spec) == ()


def test_a_node_that_shared_a_layer_gets_one_of_its_own():
    spec = change_kind(image_network(), "again", "AveragePooling2D")
    assert (spec.nodes[2].kind, spec.nodes[2].shares) == ("AveragePooling2D", None)
    assert spec.nodes[1] == image_network().nodes[1] and problems(spec) == ()


def test_arguments_of_the_call_that_the_new_kind_lacks_are_left_out():
    net = Sketch("attention")
    x = net.input((5, 4))
    net.add("MultiHeadAttention", x, x, name="look", num_heads=2, key_dim=2, call={"use_causal_mask": True})
    spec = net.spec()
    assert change_kind(spec, "look", "Attention").nodes[1].call == {"use_causal_mask": True}
    assert change_kind(spec, "look", "Add").nodes[1].call == {}


def test_a_kind_that_nobody_knows_is_refused():
    with pytest.raises(NetloomError, match="Convolve is not a layer of the catalogue"):
        change_kind(image_network(), "conv2d", "Convolve")
