"""Networks for tests: small ones by hand, random ones by hypothesis."""

from hypothesis import strategies as st

from models.graph import readers
from models.sketch import Sketch
from models.spec import ModelSpec, Node, Output


def network(*rows):
    """A ModelSpec of rows (name, kind, config, inputs); the last two may be left out."""
    nodes = [Node(**dict(zip(("name", "kind", "config", "inputs"), row, strict=False))) for row in rows]
    return ModelSpec(nodes=tuple(nodes))


RESIDUAL = network(
    ("input", "Input", {"shape": [8, 8, 2]}),
    ("a", "Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}),
    ("b", "Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same"}),
    ("sum", "Add", {}, ("a", "b")),
    ("act", "Activation", {"activation": "relu"}),
    ("flat", "Flatten"),
    ("out", "Dense", {"units": 3, "activation": "softmax"}),
)

SHARED = ModelSpec(
    nodes=(
        Node(name="input", kind="Input", config={"shape": [6], "dtype": "int32"}),
        Node(name="words", kind="Embedding", config={"input_dim": 9, "output_dim": 4}),
        Node(
            name="attend",
            kind="MultiHeadAttention",
            config={"num_heads": 2, "key_dim": 3},
            inputs=("words", "words"),
            call={"use_causal_mask": True, "return_attention_scores": True},
        ),
        Node(name="head", kind="Dense", config={"units": 2}, inputs=("words",)),
        Node(name="again", kind="Dense", inputs=("attend",), shares="head"),
        Node(name="out", kind="Add", inputs=("head", "again")),
    ),
    outputs=(Output(node="out"), Output(node="attend:1", target="none")),
)
"""A layer that is shared, one of two outputs, and one whose call has arguments."""


def _everything():
    """A network with all that can be named: shared and tied layers, further outputs, several outputs, blocks."""
    net, scores_too = Sketch("everything"), {"return_attention_scores": True}
    net.input((6,))
    with net.block("one"):
        first = net.add("Dense", units=6)
        net.add("Dense", shares=first)
    again = net.add("Dense", first, shares=first)
    net.add("TiedDense", tied_to=first)
    net.add("Reshape", target_shape=[3, 2])
    with net.block("two"):
        states = net.add("LSTM", units=6, return_state=True)
        scores = net.add("MultiHeadAttention", "reshape", "reshape", num_heads=1, key_dim=2, call=scores_too)
        flat = net.add("Flatten")
    net.add("Add", f"{states}:1", again)
    net.add("TiedDense", tied_to=first)
    head = net.add("Dense", net.add("Concatenate", "tied_dense_1", flat, "one_dense_1"), units=3)
    return net.spec([Output(node=head), Output(node=again, target="input"), Output(node=f"{scores}:1", target="none")])


EVERYTHING = _everything()

_LAYERS = st.one_of(
    st.builds(
        lambda units, activation: ("Dense", {"units": units, **activation}),
        st.integers(1, 6),
        st.sampled_from(
            [
                {},
                {"activation": "relu"},
                {"activation": "linear"},
                {"use_bias": False, "kernel_initializer": "he_normal"},
                {"kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.5}}},
            ]
        ),
    ),
    st.sampled_from(
        [
            ("Activation", {"activation": "tanh"}),
            ("BatchNormalization", {}),
            ("BatchNormalization", {"momentum": 0.5, "scale": False}),
            ("Dropout", {"rate": 0.25}),
            ("LeakyReLU", {"negative_slope": 0.1}),
            ("Concatenate", {}),
            ("Reshape", {"target_shape": [-1]}),
        ]
    ),
)


@st.composite
def networks(draw):
    """Sound networks on rows of numbers: chains and branches, joined at the end, named or default inputs mixed."""
    spec = network(("input", "Input", {"shape": [draw(st.integers(1, 5))]}))
    for kind, config in draw(st.lists(_LAYERS, max_size=7)):
        names = [node.name for node in spec.nodes]
        inputs = None
        if kind == "Concatenate":
            inputs = draw(st.lists(st.sampled_from(names), min_size=2, max_size=3))
        elif draw(st.booleans()):
            inputs = [draw(st.sampled_from(names))]
        spec = spec.replace(
            nodes=(*spec.nodes, Node(name=spec.fresh_name(kind), kind=kind, config=config, inputs=inputs))
        )
    unread = [name for name, feeds in readers(spec).items() if not feeds]
    if len(unread) > 1:
        spec = spec.replace(nodes=(*spec.nodes, Node(name="join", kind="Concatenate", inputs=unread)))
    return spec.replace(
        nodes=(*spec.nodes, Node(name="out", kind="Dense", config={"units": 2, "activation": "softmax"}))
    )


@st.composite
def drafts(draw):
    """Networks as half-edited as can be: any kinds, inputs that are missing, later, their own or part of a cycle."""
    kinds = st.sampled_from(
        ["Input", "Dense", "Conv2D", "Add", "BatchNormalization", "Activation", "Dropout", "Nothing"]
    )
    names = ["a", "b", "c", "d", "e", "f"][: draw(st.integers(0, 6))]
    inputs = st.none() | st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), max_size=3)
    configs = st.sampled_from([{}, {"units": 3}, {"units": "3", "activation": "relu"}, {"activation": "relu"}])
    return network(*((name, draw(kinds), draw(configs), draw(inputs)) for name in names))
