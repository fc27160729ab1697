import pytest

from models.architectures import ARCHITECTURES
from models.arguments import fits
from models.check import problems


def test_the_names_that_people_type():
    assert list(ARCHITECTURES) == ["softmax-regression", "mlp", "lenet-5", "digits-cnn", "table-mlp"]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_ends_as_the_task_asks(name):
    architecture = ARCHITECTURES[name]
    spec = architecture.build(architecture.input_shape, 7, "softmax")
    assert spec.name == name
    assert spec.nodes[0].config == {"shape": list(architecture.input_shape)}
    assert spec.nodes[-1].config == {"units": 7, "activation": "softmax"}
    assert architecture.build(architecture.input_shape, 1, "linear").nodes[-1].config == {"units": 1}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_options_are_described_by_params(name):
    architecture = ARCHITECTURES[name]
    options = {param.name: param.default for param in architecture.params}
    assert all(fits(param, param.default) for param in architecture.params)
    assert (
        architecture.build(architecture.input_shape, architecture.units, "softmax", **options) == architecture.default()
    )


@pytest.mark.parametrize("name", ["softmax-regression", "mlp", "table-mlp"])
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
