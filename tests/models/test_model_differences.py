"""What is different between two networks."""

import pytest

from models.differences import differences
from models.spec import ModelSpec, Node, Output

NET = ModelSpec(
    nodes=(
        Node(name="input", kind="Input", config={"shape": [4]}),
        Node(name="a", kind="Dense", config={"units": 3}),
        Node(name="b", kind="Dense", config={"units": 2}),
    )
)


def changed(place, **fields):
    nodes = list(NET.nodes)
    nodes[place] = nodes[place].replace(**fields)
    return NET.replace(nodes=tuple(nodes))


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (NET, "nothing changed"),
        (changed(1, config={"units": 5}), "1 layer changed"),
        (changed(1, name="c"), "1 layer added, 1 layer removed"),
        (changed(1, block="x"), "nothing changed"),
        (changed(2, inputs=("input",)), "wired otherwise"),
        (NET.replace(nodes=(NET.nodes[0], NET.nodes[2], NET.nodes[1])), "layers in another order"),
        (NET.replace(outputs=(Output(node="b"), Output(node="a"))), "other outputs"),
        (NET.replace(name="mine"), "renamed to mine"),
        (NET.replace(nodes=()), "3 layers removed"),
    ],
)
def test_what_changed_is_said_in_a_few_words(after, words):
    assert differences(NET, after) == words
