"""The picture of a network has every node and every edge that exists."""

from models.facts import NodeSummary, Summary
from models.spec import ModelSpec, Node
from pages.ui.graph import dot

MODEL = ModelSpec(
    nodes=(
        Node(name="input", kind="Input", config={"shape": [4]}),
        Node(name="left", kind="Dense"),
        Node(name="right", kind="Dense", inputs=("input",)),
        Node(name="join", kind="Add", inputs=("left", "right", "nowhere")),
    )
)


def test_edges_follow_the_inputs():
    drawn = dot(MODEL, None)
    edges = {line.split(" [")[0].rstrip(";") for line in drawn.splitlines() if "->" in line}
    assert edges == {'"input" -> "left"', '"input" -> "right"', '"left" -> "join"', '"right" -> "join"'}
    assert "nowhere" not in drawn


def test_shapes_are_on_the_arrows_and_wrong_nodes_stand_out():
    seen = Summary((NodeSummary("input", "Input", (None, 4), 0, 0, ()),), 0, 0)
    drawn = dot(MODEL, seen, wrong={"join"})
    assert '"input" -> "left" [label="\u00a0\u00a04"]' in drawn
    (line,) = [line for line in drawn.splitlines() if line.startswith('"join" [')]
    assert "penwidth" in line


def test_a_dark_ground_gets_light_ink():
    assert dot(MODEL, None, dark=True) != dot(MODEL, None, dark=False)
    assert 'fontcolor="#e4e8ee"' in dot(MODEL, None, dark=True)
