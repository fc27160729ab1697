import time

import pytest
from hypothesis import given

from models.architectures import ARCHITECTURES
from models.checking.structure import problems
from models.editing.mends import mended
from models.spec import ModelSpec, Node, Output
from tests.models.networks import RESIDUAL, drafts, network

INPUT = ("input", "Input", {"shape": [8]})
DENSE = {"units": 2}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_architectures_are_sound(name):
    assert problems(ARCHITECTURES[name].default()) == ()


def test_a_graph_is_sound():
    assert problems(RESIDUAL) == ()


WRONG = {
    "empty": (network(), None, None, "empty"),
    "only an input": (network(INPUT), None, None, "no layer"),
    "no input": (network(("a", "Dense", DENSE), ("b", "Dense", DENSE)), "a", "inputs", "begins with an Input"),
    "ends in an input": (network(INPUT, ("a", "Dense", DENSE), ("b", "Input", {"shape": [2]})), "b", None, "output"),
    "unknown kind": (network(INPUT, ("a", "Desne", DENSE)), "a", "kind", "Did you mean Dense?"),
    "left out kind": (network(INPUT, ("a", "Lambda")), "a", "kind", "Python function"),
    "alias": (network(INPUT, ("a", "MaxPool1D")), "a", "kind", "Call it MaxPooling1D."),
    "unknown argument": (network(INPUT, ("a", "Dense", {**DENSE, "unit": 3})), "a", "unit", "Did you mean units?"),
    "wrong type": (network(INPUT, ("a", "Dense", {"units": "3"})), "a", "units", 'Received: units="3"'),
    "missing argument": (network(INPUT, ("a", "Dense")), "a", "units", "units is missing"),
    "unknown input": (network(INPUT, ("a", "Dense", DENSE, ["inputt"])), "a", "inputs", "Did you mean input?"),
    "self": (network(INPUT, ("a", "Dense", DENSE, ["a"])), "a", "inputs", "feeds itself"),
    "too few": (network(INPUT, ("a", "Add")), "a", "inputs", "at least 2 inputs. Received: 1 (input)"),
    "too many": (
        network(INPUT, ("a", "Dense", DENSE), ("b", "Dense", DENSE, ["input", "a"])),
        "b",
        "inputs",
        "takes 1 input. Received: 2 (input, a)",
    ),
    "none": (network(INPUT, ("a", "Dense", DENSE), ("b", "Dense", DENSE, [])), "b", "inputs", "Received: none"),
    "fed input": (
        network(INPUT, ("a", "Input", {"shape": [2]}, ["input"]), ("b", "Dense", DENSE)),
        "a",
        "inputs",
        "no inputs",
    ),
    "range": (
        network(INPUT, ("a", "MultiHeadAttention", {"num_heads": 1, "key_dim": 1})),
        "a",
        "inputs",
        "takes 2 to 3 inputs",
    ),
    "unread": (network(INPUT, ("a", "Dense", DENSE), ("b", "Dense", DENSE, ["input"])), "a", None, "Nothing reads a"),
    "later": (
        network(INPUT, ("a", "Dense", DENSE, ["b"]), ("b", "Dense", DENSE, ["input"]), ("c", "Dense", DENSE, ["a"])),
        "a",
        "inputs",
        "Move b above a.",
    ),
    "cycle": (network(INPUT, ("a", "Dense", DENSE, ["b"]), ("b", "Dense", DENSE)), "a", "inputs", "a cycle"),
    "long cycle": (
        network(INPUT, ("a", "Dense", DENSE, ["c"]), ("b", "Dense", DENSE), ("c", "Dense", DENSE)),
        "a",
        "inputs",
        "a cycle",
    ),
}


def joined(*nodes, outputs=()):
    return ModelSpec(nodes=(Node(name="input", kind="Input", config={"shape": [8]}), *nodes), outputs=outputs)


def dense(name, **fields):
    return Node(name=name, kind="Dense", **{"config": DENSE, **fields})


def again(name, shares, **fields):
    return Node(name=name, kind="Dense", shares=shares, **fields)


def tied(name, to, **fields):
    return Node(name=name, kind="TiedDense", config={"tied_to": to}, **fields)


LSTM = [
    Node(name="steps", kind="Reshape", config={"target_shape": [4, 2]}),
    Node(name="lstm", kind="LSTM", config={"units": 3}),
]
ATTENTION = Node(
    name="mha", kind="MultiHeadAttention", config={"num_heads": 1, "key_dim": 2}, inputs=["steps", "steps"]
)
PORTS = {
    "no number": (joined(dense("a"), dense("b", inputs=["a:x"])), "b", "inputs", "Its input a:x names no output of a"),
    "negative": (joined(dense("a"), dense("b", inputs=["a:-1"])), "b", "inputs", "a whole number from 0"),
    "nothing behind the colon": (joined(dense("a"), dense("b", inputs=["a:"])), "b", "inputs", "names no output"),
    "beyond": (joined(dense("a"), dense("b", inputs=["a:1"])), "b", "inputs", "a:1 does not exist: a gives 1 output."),
    "states": (joined(*LSTM, dense("b", inputs=["lstm:2"])), "b", "inputs", "Set return_state of lstm, or read lstm."),
    "scores": (
        joined(LSTM[0], ATTENTION, dense("b", inputs=["mha:1"])),
        "b",
        "inputs",
        "Set return_attention_scores of mha",
    ),
    "beyond the states": (
        joined(LSTM[0], LSTM[1].replace(config={"units": 3, "return_state": True}), dense("b", inputs=["lstm:3"])),
        "b",
        "inputs",
        "lstm gives 3 outputs.",
    ),
    "beyond, of a shared one": (
        joined(dense("a"), again("b", "a", inputs=["input"]), Node(name="c", kind="Add", inputs=["a", "b:1"])),
        "c",
        "inputs",
        "b:1 does not exist",
    ),
}
SHARED = {
    "missing": (joined(dense("a"), again("b", "aa")), "b", "shares", "Did you mean a?"),
    "itself": (joined(dense("a"), again("b", "b")), "b", "shares", "shares its own layer"),
    "later": (
        joined(again("b", "a"), dense("a", inputs=["input"]), Node(name="c", kind="Add", inputs=["a", "b"])),
        "b",
        "shares",
        "Move a above it.",
    ),
    "later, and fed by it": (joined(again("b", "a"), dense("a")), "b", "shares", "comes later"),
    "other kind": (joined(Node(name="a", kind="Flatten"), again("b", "a")), "b", "shares", "Expected: Dense."),
    "chain": (joined(dense("a"), again("b", "a"), again("c", "b")), "c", "shares", "Share that of a."),
    "config": (joined(dense("a"), again("b", "a", config=DENSE)), "b", "shares", "sets units of its own"),
    "an input": (
        ModelSpec(
            nodes=(
                Node(name="i", kind="Input", config={"shape": [2]}),
                Node(name="j", kind="Input", shares="i"),
                Node(name="c", kind="Add", inputs=["i", "j"]),
            )
        ),
        "j",
        "shares",
        "has no layer to share",
    ),
}
MEANT = {
    "missing": (joined(dense("a"), tied("b", "aa")), "b", "tied_to", "Did you mean a?"),
    "itself": (joined(dense("a"), tied("b", "b")), "b", "tied_to", "names b itself"),
    "other kind": (
        joined(Node(name="a", kind="Flatten"), tied("b", "a")),
        "b",
        "tied_to",
        "Choose one of kind Dense.",
    ),
    "an input": (joined(dense("a"), tied("b", "input")), "b", "tied_to", "whose kind is Input"),
    "later": (
        joined(tied("b", "a"), dense("a", inputs=["input"]), Node(name="c", kind="Add", inputs=["a", "b"])),
        "b",
        "tied_to",
        "Move a above b.",
    ),
    "no name": (joined(dense("a"), tied("b", 3)), "b", "tied_to", "Received: tied_to=3"),
}
CALLS = {
    "unknown": (joined(dense("a", call={"trainig": True})), "a", "trainig", "has no argument trainig"),
    "wrong type": (
        joined(LSTM[0], ATTENTION.replace(call={"use_causal_mask": 1})),
        "mha",
        "use_causal_mask",
        "true or false",
    ),
}
OUTPUTS = {
    "unknown node": (joined(dense("a"), outputs=[Output(node="b")]), None, "outputs", "names no node of the network"),
    "unknown second": (
        joined(dense("a"), outputs=[Output(node="a"), Output(node="aa")]),
        None,
        "outputs",
        "Did you mean a?",
    ),
    "bad port": (joined(dense("a"), outputs=[Output(node="a:1")]), None, "outputs", "a:1 does not exist"),
    "twice": (joined(dense("a"), outputs=[Output(node="a"), Output(node="a:0")]), None, "outputs", "given out twice"),
    "an input": (joined(dense("a"), outputs=[Output(node="input")]), None, "outputs", "computes nothing"),
    "only looked at": (
        joined(dense("a"), outputs=[Output(node="a", target="none")]),
        None,
        "outputs",
        "a is only given out",
    ),
    "main one only looked at": (
        joined(dense("a"), dense("b"), outputs=[Output(node="a", target="none"), Output(node="b")]),
        None,
        "outputs",
        "The first output, a, is the one that predicts",
    ),
    "last unread": (joined(dense("a"), dense("b"), outputs=[Output(node="a")]), "b", None, "Nothing reads b"),
}
CASES = {
    f"{part}: {case}": wrong
    for part, cases in {
        "rows": WRONG,
        "ports": PORTS,
        "shares": SHARED,
        "means": MEANT,
        "call": CALLS,
        "outputs": OUTPUTS,
    }.items()
    for case, wrong in cases.items()
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_told_once_on_its_node(case):
    spec, node, field, words = CASES[case]
    (problem,) = problems(spec)
    assert (problem.node, problem.field) == (node, field)
    assert words in f"{problem.message} {problem.hint}"
    assert problem.message.endswith(".")


@pytest.mark.parametrize("case", [case for case, wrong in CASES.items() if problems(wrong[0])[0].mend])
def test_a_click_mends_it(case):
    spec = CASES[case][0]
    (problem,) = problems(spec)
    assert problem.mend is not None
    left = [(other.node, other.field, other.message) for other in problems(mended(spec, problem.mend))]
    assert (problem.node, problem.field, problem.message) not in left


def test_what_can_be_mended_at_a_click():
    mendable = {case for case, wrong in CASES.items() if problems(wrong[0])[0].mend}
    assert {
        "rows: unread",
        "rows: later",
        "rows: no input",
        "ports: beyond",
        "shares: later",
        "shares: config",
    } <= mendable
    assert {f"outputs: {case}" for case in OUTPUTS} <= mendable
    assert all(case in mendable for case in CASES if case.startswith("call"))


def test_further_outputs_are_sound_where_a_layer_gives_them():
    spec = joined(
        LSTM[0],
        ATTENTION.replace(call={"return_attention_scores": True}),
        LSTM[1].replace(config={"units": 3, "return_state": True}),
        Node(name="again", kind="LSTM", shares="lstm", inputs=["mha"]),
        Node(name="b", kind="Add", inputs=["lstm:1", "again:2"]),
        outputs=[Output(node="b"), Output(node="mha:1", target="none"), Output(node="lstm:2", target="none")],
    )
    assert problems(spec) == ()


def test_shared_and_tied_layers_are_sound():
    spec = joined(dense("a"), tied("b", "a"), again("c", "a"), Node(name="d", kind="Concatenate", inputs=["b", "c"]))
    assert problems(spec) == ()


def test_a_layer_that_another_is_tied_to_is_not_removed_at_a_click():
    spec = joined(dense("a"), dense("b", inputs=["input"]), tied("c", "a"))
    (problem,) = problems(spec)
    assert problem.node == "a"
    assert problem.mend and problem.mend.edit == "add_output" and not problem.more_mends


def test_what_nothing_reads_may_be_an_output():
    spec = joined(dense("a"), dense("b", inputs=["input"]))
    (problem,) = problems(spec)
    (other,) = problem.more_mends
    assert [output.node for output in mended(spec, other).given] == ["b", "a"]
    assert problems(mended(spec, other)) == ()


def test_a_sequence_may_attend_to_itself_at_a_click():
    spec = joined(dense("a"), ATTENTION.replace(inputs=None))
    (problem,) = problems(spec)
    assert problem.mend is not None
    assert mended(spec, problem.mend).nodes[-1].inputs == ("a", "a")


@given(drafts())
def test_mends_of_any_draft_can_be_carried_out(spec):
    for problem in problems(spec):
        for mend in (problem.mend, *problem.more_mends):
            if mend is not None:
                problems(mended(spec, mend))


def test_a_large_network_is_checked_at_once():
    nodes = [Node(name="input", kind="Input", config={"shape": [8]})]
    for index in range(400):
        config = {"units": 8, "activation": "relu"}
        nodes.append(Node(name=f"d{index}", kind="Dense", config=config, inputs=[nodes[-1].name, f"d{index + 1}"][-1:]))
    spec = ModelSpec(nodes=tuple(nodes))
    problems(ModelSpec(nodes=tuple(nodes[:2])))
    start = time.process_time()
    found = problems(spec)
    # 5 ms; the bound is for a busy machine, and is passed by far if the time grows with the square.
    assert time.process_time() - start < 0.2
    assert len(found) >= 400
    chain = ModelSpec(nodes=tuple(node.replace(inputs=None) for node in nodes))
    assert problems(chain) == ()


def test_all_mistakes_are_told():
    spec = network(INPUT, ("a", "Dense", {"units": 0}), ("b", "Dense", {"units": 2, "activation": "rellu"}))
    assert [(problem.node, problem.field) for problem in problems(spec)] == [("a", "units"), ("b", "activation")]


def test_an_empty_draft_is_no_error():
    assert len(problems(ModelSpec())) == 1
