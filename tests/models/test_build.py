import pytest

from models.architectures import ARCHITECTURES
from tests.models.networks import RESIDUAL, SHARED, network

pytestmark = pytest.mark.slow

PARAMETERS = {
    "softmax-regression": 7_850,
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
    from models.build import build
    from models.errors import NetloomError

    with pytest.raises(NetloomError) as caught:
        build(spec)
    assert words in str(caught.value)
    assert caught.value.hint


def test_further_outputs_shared_layers_and_arguments_of_a_call(tmp_path):
    import keras
    import numpy as np

    from models.build import build, retrace

    spec = SHARED
    model = build(spec)
    assert model.count_params() == 9 * 4 + (3 * 2 * (4 * 3 + 3) + 6 * 4 + 4) + 4 * 2 + 2
    assert model.output_shape == [(None, 6, 2), (None, 2, 6, 6)]
    assert [layer.name for layer in model.layers].count("head") == 1

    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    x = np.array([[1, 2, 3, 4, 5, 6]])
    first, scores = loaded(x)
    np.testing.assert_allclose(np.asarray(scores).sum(axis=-1), 1, rtol=1e-5)
    assert np.asarray(scores)[0, 0, 0, 1:].max() == 0  # no step looks at later ones
    inner = keras.Model(loaded.inputs[0], {name: given[0] for name, given in retrace(spec, loaded).items()})(x)
    assert set(inner) == {node.name for node in spec.nodes}
    np.testing.assert_array_equal(inner["out"], first)
    np.testing.assert_allclose(inner["head"] + inner["again"], first, rtol=1e-6)
    assert not np.array_equal(inner["head"], inner["again"])


def test_arguments_of_a_call_may_be_added_when_a_network_is_traced_again():
    import keras
    import numpy as np

    from models.build import build, retrace

    plain = SHARED.replace(
        outputs=(), nodes=tuple(node.replace(call={}) if node.name == "attend" else node for node in SHARED.nodes)
    )
    model = build(plain)
    assert len(retrace(plain, model)["attend"]) == 1
    tensors = retrace(plain, model, {"attend": {"return_attention_scores": True}})
    traced = keras.Model(model.inputs[0], [tensors["attend"][1], tensors["out"][0]])
    x = np.array([[1, 2, 3, 4, 5, 6]])
    scores, out = traced(x)
    assert scores.shape == (1, 2, 6, 6)
    np.testing.assert_allclose(out, model(x), rtol=1e-6)


def test_tied_weights_nested_layers_and_pooling_with_indices():
    import numpy as np

    from models.build import build

    model = build(
        network(
            ("input", "Input", {"shape": [4, 4, 1]}),
            ("pool", "MaxPoolingWithIndices2D", {"padding": "same"}),
            ("unpool", "MaxUnpooling2D", {}, ["pool", "pool:1"]),
            ("rows", "Reshape", {"target_shape": [4, 4]}),
            ("read", "Bidirectional", {"layer": {"class_name": "LSTM", "config": {"units": 3}}}),
            ("code", "Dense", {"units": 2}),
            ("back", "TiedDense", {"tied_to": "code"}),
        )
    )
    assert model.count_params() == 2 * 4 * 3 * (4 + 3 + 1) + (6 * 2 + 2) + 6
    assert model.get_layer("back").tied_to is model.get_layer("code")
    assert model(np.ones((2, 4, 4, 1))).shape == (2, 6)


def test_a_backbone_is_one_layer_that_may_be_frozen(tmp_path):
    import keras

    from models.build import build

    backbone = {"alpha": 0.25, "weights": None, "include_top": False, "pooling": "avg", "input_shape": [32, 32, 3]}
    model = build(
        network(
            ("input", "Input", {"shape": [32, 32, 3]}),
            ("backbone", "MobileNet", {**backbone, "trainable": False}),
            ("out", "Dense", {"units": 2}),
        )
    )
    assert [layer.name for layer in model.layers] == ["input", "backbone", "out"]
    assert model.count_params() == 218_544 + 256 * 2 + 2
    assert len(model.trainable_weights) == 2
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert len(again.trainable_weights) == 2
    again.get_layer("backbone").trainable = True
    assert len(again.trainable_weights) == 81 + 2


def test_weights_that_cannot_be_fetched_are_told(monkeypatch):
    import keras

    from models.build import build
    from models.errors import NetloomError

    def refused(*args, **kwargs):
        raise Exception("URL fetch failure on https://weights.test/mobilenet.h5: None -- refused")

    monkeypatch.setattr(keras.applications, "MobileNet", refused)
    spec = network(("input", "Input", {"shape": [32, 32, 3]}), ("backbone", "MobileNet", {}))
    with pytest.raises(NetloomError, match="backbone: The ImageNet weights of MobileNet cannot be fetched") as caught:
        build(spec)
    assert "Set weights to none" in caught.value.hint
