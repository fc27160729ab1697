import math

import pytest

from models.architectures import ARCHITECTURES
from models.arguments import fits
from models.checking.structure import problems
from models.errors import NetloomError

OF_DENSE_LAYERS = ["softmax-regression", "mlp", "table-mlp", "mlp-784-16-16-10", "modern-mlp"]
ROWS = [name for name, of in ARCHITECTURES.items() if of.gives == "row" and name != "perceptron"]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_is_sound_and_takes_what_it_says(name):
    architecture = ARCHITECTURES[name]
    spec = architecture.default()
    assert spec.name == name
    assert problems(spec) == ()
    assert spec.nodes[0].config["shape"] == list(architecture.input_shape)
    assert (spec.nodes[0].config.get("dtype") == "int32") == (architecture.suits in ("tokens", "sequence"))


@pytest.mark.parametrize("name", ROWS)
def test_ends_as_the_task_asks(name):
    architecture = ARCHITECTURES[name]
    spec = architecture.build(architecture.input_shape, 7, "softmax")
    assert spec.nodes[-1].config == {"units": 7, "activation": "softmax"}
    assert architecture.build(architecture.input_shape, 1, "linear").nodes[-1].config == {"units": 1}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_options_are_described_by_params(name):
    architecture = ARCHITECTURES[name]
    options = {param.name: param.default for param in architecture.params}
    assert all(fits(param, param.default) for param in architecture.params)
    built = architecture.build(architecture.input_shape, architecture.units, architecture.activation, **options)
    assert built == architecture.default()


@pytest.mark.parametrize("shape", [(5,), (4, 3), (8, 8, 3)])
def test_an_autoencoder_gives_what_it_takes(shape):
    build = ARCHITECTURES["dense-autoencoder"].build
    spec = build(shape, 1, "linear", code=3)
    kinds = [node.kind for node in spec.nodes]
    assert ("Flatten" in kinds) == ("Reshape" in kinds) == (len(shape) > 1)
    assert [node.config["units"] for node in spec.nodes if node.kind == "Dense"] == [128, 3, 128, math.prod(shape)]
    assert len(build(shape, 1, "linear", width=0).nodes) == len(spec.nodes) - 2


def test_a_network_for_segmentation_says_which_sizes_it_takes():
    build = ARCHITECTURES["small-fcn"].build
    assert problems(build((16, 24, 1), 3, "softmax")) == ()
    with pytest.raises(NetloomError, match=r"divisible by 8\. Received: 100 × 96\. Choose 96 × 96"):
        build((100, 96, 3), 3, "softmax")
    with pytest.raises(NetloomError, match=r"reads images of shape .* Received: \(2,\)"):
        build((2,), 3, "softmax")


def test_a_residual_network_takes_any_number_of_blocks():
    build = ARCHITECTURES["resnet-18"].build

    def blocks(given):
        return list(dict.fromkeys(node.block for node in build((32, 32, 3), 3, "softmax", blocks=given).nodes))

    assert blocks(2) == blocks([2]) == [None, "stem", "res2a", "res2b"]
    assert blocks([1, 30])[-1] == "res3_30"
    with pytest.raises(NetloomError, match=r"halves its images for each group of blocks\. Received: 9 groups"):
        blocks([1] * 9)


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_keras_builds_what_is_promised(name):
    from models.summary import summarize

    architecture = ARCHITECTURES[name]
    summary = summarize(architecture.default())
    shape = architecture.input_shape
    # The original U-Net loses the border of the image.
    pixels = (388, 388) if name == "u-net" else shape[:2]
    wanted = {"row": (), "input": shape[:-1], "pixels": pixels, "steps": shape[:1]}[architecture.gives]
    last = shape[-1] if architecture.gives == "input" else architecture.units
    assert summary.problems == ()
    assert summary.output_shape == (None, *wanted, last)


@pytest.mark.parametrize("name", OF_DENSE_LAYERS)
def test_images_are_flattened_for_dense_layers(name):
    spec = ARCHITECTURES[name].build((8, 8, 1), 10, "softmax")
    assert spec.nodes[1].kind == "Flatten"
    assert ARCHITECTURES[name].build((4,), 3, "softmax").nodes[1].kind == "Dense"


def test_mlp_takes_depth_and_width():
    spec = ARCHITECTURES["mlp"].build((4,), 3, "softmax", layers=3, width=5, hidden_activation="tanh")
    assert [node.config.get("units") for node in spec.nodes[1:]] == [5, 5, 5, 3]
    assert ARCHITECTURES["mlp"].build((4,), 3, "softmax", layers=0).nodes[-1].config["units"] == 3


@pytest.mark.parametrize(("size", "padded"), [(32, [False, False]), (28, [True, False]), (8, [True, True])])
def test_lenet_pads_images_that_are_smaller_than_the_original(size, padded):
    spec = ARCHITECTURES["lenet-5"].build((size, size, 1), 10, "softmax")
    assert ["padding" in node.config for node in spec.nodes if node.kind == "Conv2D"] == padded
    assert problems(spec) == ()
