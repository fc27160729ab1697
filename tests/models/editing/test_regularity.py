"""What was set everywhere is read back."""

import pytest

from models.architectures import ARCHITECTURES
from models.editing import everywhere as edit
from models.editing.regularity import MIXED, regularity
from models.spec import ModelSpec, Node

PLAIN = ARCHITECTURES["digits-cnn"].default()


def test_a_plain_network_has_nothing():
    has = regularity(edit.with_batch_norm(edit.with_dropout(edit.with_regularizer(PLAIN, "none"), None), False))
    assert (has.penalty, has.strength, has.dropouts, has.normalizations) == ("none", None, (), 0)


@pytest.mark.parametrize("kind", ["l1", "l2", "l1_l2"])
def test_a_penalty_is_read_back(kind):
    has = regularity(edit.with_regularizer(PLAIN, kind, 0.003))
    assert (has.penalty, has.strength) == (kind, 0.003)


def test_layers_that_differ_are_mixed():
    nodes = edit.with_regularizer(PLAIN, "l2", 0.003).nodes
    last = nodes[-1].replace(config={**nodes[-1].config, "kernel_regularizer": "l2"})
    assert regularity(PLAIN.replace(nodes=(*nodes[:-1], last))).penalty == MIXED
    odd = {"class_name": "OrthogonalRegularizer", "config": {}}
    dense = Node(name="dense", kind="Dense", config={"units": 3, "kernel_regularizer": odd})
    assert regularity(ModelSpec(nodes=(dense,))).penalty == MIXED
    has = regularity(ModelSpec(nodes=(dense.replace(config={"units": 3, "kernel_regularizer": "l2"}),)))
    assert (has.penalty, has.strength) == ("l2", 0.01)


def test_dropout_and_normalization_are_counted():
    has = regularity(edit.with_batch_norm(edit.with_dropout(PLAIN, 0.4)))
    assert set(has.dropouts) == {0.4} and has.normalizations == len(has.dropouts)


@pytest.mark.parametrize("name", sorted(ARCHITECTURES))
def test_every_architecture_can_be_read(name):
    regularity(ARCHITECTURES[name].default())
