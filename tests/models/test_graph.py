from models.graph import activation_sites, hidden_layers, readers
from tests.models.networks import RESIDUAL, network


def test_readers_of_a_graph():
    found = readers(RESIDUAL)
    assert found["a"] == ("b", "sum")
    assert found["out"] == ()


def test_hidden_layers_are_all_but_the_last():
    assert hidden_layers(RESIDUAL) == ("a", "b")


def test_the_activation_is_fused_or_found_behind_the_sum():
    assert activation_sites(RESIDUAL, ["a"]) == {"a": "a"}
    assert activation_sites(RESIDUAL, ["b"]) == {"b": "act"}


def test_a_linear_layer_without_activation_is_its_own_site():
    spec = network(("i", "Input", {"shape": [2]}), ("a", "Dense", {"units": 2}), ("b", "Dense", {"units": 2}))
    assert activation_sites(spec, ["a"]) == {"a": "a"}


def test_a_normalization_after_the_activation_belongs_to_it():
    spec = network(
        ("i", "Input", {"shape": [2]}),
        ("a", "Dense", {"units": 2, "activation": "relu"}),
        ("bn", "BatchNormalization"),
        ("b", "Dense", {"units": 2}),
    )
    assert activation_sites(spec, ["a"]) == {"a": "bn"}
