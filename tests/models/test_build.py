import pytest

from models.architectures import ARCHITECTURES
from tests.models.networks import RESIDUAL, network

pytestmark = pytest.mark.slow

PARAMETERS = {
    "softmax-regression": 650,
    "mlp": 8320 + 16512 + 1290,
    "lenet-5": 61_706,
    "digits-cnn": 160 + 4640 + 32832 + 650,
    "table-mlp": 160 + 528 + 51,
    "photo-cnn": (432 + 64) + (4608 + 128) + (18432 + 256) + (73728 + 512) + 258,
    "text-embedding": 320_000 + 1056 + 66,
    "dense-autoencoder": 8320 + 2064 + 2176 + 8256,
    "small-fcn": 243_964,
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_architectures_have_the_known_number_of_parameters(name):
    from models.build import build

    model = build(ARCHITECTURES[name].default())
    assert model.count_params() == PARAMETERS[name]
    assert model.name == name


def test_lenet_fits_mnist_with_as_many_parameters():
    from models.build import build

    assert build(ARCHITECTURES["lenet-5"].build((28, 28, 1), 10, "softmax")).count_params() == 61_706


def test_layers_are_named_as_nodes_and_wired_as_said():
    from models.build import build

    model = build(RESIDUAL)
    assert [layer.name for layer in model.layers] == [node.name for node in RESIDUAL.nodes]
    assert model.output_shape == (None, 3)


def test_several_inputs_and_every_way_of_calling():
    from models.build import build

    model = build(
        network(
            ("one", "Input", {"shape": [6]}),
            ("two", "Input", {"shape": [6]}),
            ("words", "Embedding", {"input_dim": 9, "output_dim": 4}, ["one"]),
            ("attend", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, ["words", "words"]),
            ("mean", "GlobalAveragePooling1D"),
            ("join", "Concatenate", {}, ["mean", "two"]),
            ("out", "Dense", {"units": 2}),
        )
    )
    assert [tensor.shape for tensor in model.inputs] == [(None, 6), (None, 6)]
    assert model.output_shape == (None, 2)


def test_equal_seeds_give_equal_weights():
    import keras
    import numpy as np

    from models.build import build

    weights = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        weights.append(build(RESIDUAL).get_weights())
    assert all(np.array_equal(one, other) for one, other in zip(*weights, strict=True))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (network(("input", "Input", {"shape": [4]}), ("a", "Dense", {"units": 0})), "a: units must be a whole number"),
        (
            network(("input", "Input", {"shape": [4]}), ("a", "Conv2D", {"filters": 1, "kernel_size": 3})),
            "a: Conv2D takes images",
        ),
        (network(), "The network is empty."),
    ],
)
def test_a_wrong_network_is_refused_by_name(spec, words):
    from models.build import BuildError, build

    with pytest.raises(BuildError) as caught:
        build(spec)
    assert words in str(caught.value)
    assert caught.value.hint
