import doctest

import pytest

from models.catalogue import catalogue
from models.costs import memory as module
from models.costs.memory import memory, slots
from models.facts import NodeSummary, Summary


def summary(*rows):
    """Of rows (name, inputs, bytes of activations, params, trainable)."""
    nodes = tuple(
        NodeSummary(name, "Dense", (None, 1), params, trainable, inputs, activation_bytes=size, weight_bytes=4 * params)
        for name, inputs, size, params, trainable in rows
    )
    return Summary(nodes, sum(node.params for node in nodes), sum(node.trainable for node in nodes))


def test_doctests():
    assert doctest.testmod(module).failed == 0


def test_a_chain_keeps_two_layers_alive_in_prediction_and_all_in_training():
    chain = summary(
        ("a", (), 100, 0, 0), ("b", ("a",), 300, 10, 10), ("c", ("b",), 200, 20, 5), ("d", ("c",), 50, 0, 0)
    )
    found = memory(chain, batch_size=2, optimizer_slots=2)
    assert found.weights == 4 * 30
    assert found.gradients == 4 * 15
    assert found.optimizer == 2 * 4 * 15
    assert found.activations == 2 * (100 + 300 + 200 + 50)
    assert found.peak == 2 * (300 + 200)
    assert found.training == found.weights + found.gradients + found.optimizer + found.activations
    assert found.inference == found.weights + found.peak


def test_a_skip_stays_alive_until_it_is_read():
    skip = summary(("a", (), 100, 0, 0), ("b", ("a",), 10, 0, 0), ("c", ("b",), 10, 0, 0), ("d", ("c", "a"), 100, 0, 0))
    assert memory(skip, 1).peak == 100 + 10 + 100


def test_an_output_stays_alive():
    two = summary(("a", (), 10, 0, 0), ("out", ("a",), 500, 0, 0), ("b", ("a",), 10, 0, 0), ("c", ("b",), 10, 0, 0))
    assert memory(two, 1).peak == 10 + 500 + 10


def test_a_length_that_varies_leaves_the_weights_known():
    found = memory(summary(("a", (), None, 10, 10)), 32)
    assert (found.weights, found.activations, found.peak, found.training, found.inference) == (
        40,
        None,
        None,
        None,
        None,
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in catalogue().optimizers if kind not in ("Adafactor", "Muon")])
def test_slots_are_those_of_keras(kind):
    import keras

    settings = [{}]
    if catalogue().optimizers[kind].param("momentum"):
        settings.append({"momentum": 0.9})
    if catalogue().optimizers[kind].param("use_ema"):
        settings.append({"use_ema": True})
    for config in (*settings, *([{"amsgrad": True}] if kind in ("Adam", "AdamW") else [])):
        weight = keras.Variable([[1.0, 2.0], [3.0, 4.0]])
        optimizer = getattr(keras.optimizers, kind)(**config)
        optimizer.build([weight])
        remembered = [variable for variable in optimizer.variables if variable.shape == (2, 2)]
        assert slots(kind, config) == len(remembered), config
