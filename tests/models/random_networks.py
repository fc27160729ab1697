"""Random networks with all that a spec can say: several inputs and outputs, shared layers, wrappers, layers of ours."""

import math

from hypothesis import strategies as st

from models.sketch import Sketch
from models.spec import Output, node_of

_INITIALIZERS = st.sampled_from(
    [
        {},
        {"kernel_initializer": "he_normal"},
        {"kernel_initializer": {"class_name": "RandomNormal", "config": {"stddev": 0.1}}},
        {"kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.5}}, "bias_constraint": "non_neg"},
        {"use_bias": False},
        {"trainable": False},
    ]
)
_ACTIVATIONS = st.sampled_from([{}, {"activation": "relu"}, {"activation": "linear"}])
_ROW_LAYERS = st.sampled_from(
    [
        ("BatchNormalization", {"momentum": 0.5}),
        ("Dropout", {"rate": 0.25}),
        ("LeakyReLU", {"negative_slope": 0.1}),
        ("StepUnit", {"threshold": 0.5}),
        ("GaussianActivation", {}),
        ("SwishBeta", {}),
        ("Reshape", {"target_shape": [-1]}),
    ]
)
_RECURRENT = st.sampled_from(["SimpleRNN", "GRU", "LSTM"])


class _Draft:
    """A sketch with the shapes of what it gives, by name, and the layers that can be applied again."""

    def __init__(self, draw):
        self.draw = draw
        self.net = Sketch("random")
        self.shapes = {}
        self.unread = []
        self.layers = []
        self.kernels = []

    def any(self, rank):
        """A tensor of that many axes, without the batch; None where there is none yet."""
        fitting = [source for source, shape in self.shapes.items() if len(shape) == rank]
        return self.draw(st.sampled_from(fitting)) if fitting else None

    def input(self, shape):
        self.shapes[self.net.input(shape)] = shape

    def add(self, kind, sources, *shapes, shares=None, call=None, **config):
        """A layer that gives tensors of `shapes`; some of the names are left for the list to say."""
        self.unread = [source for source in self.unread if source not in sources]
        name = self.net.add(kind, *sources, shares=shares, call=call, **config)
        for port, shape in enumerate(shapes):
            self.shapes[f"{name}:{port}" if port else name] = shape
        self.unread.append(name)
        if not shares and kind in ("Dense", "LSTM"):
            self.layers.append((kind, name, tuple(self.shapes[source] for source in sources), shapes))
        return name


def _dense(draft):
    x = draft.any(1)
    units = draft.draw(st.integers(1, 5))
    config = draft.draw(_INITIALIZERS) | draft.draw(_ACTIVATIONS)
    name = draft.add("Dense", [x], (units,), units=units, **config)
    draft.kernels.append((name, draft.shapes[x][0], units))


def _tied(draft):
    fitting = [kernel for kernel in draft.kernels if any(shape == (kernel[2],) for shape in draft.shapes.values())]
    if fitting:
        name, features, units = draft.draw(st.sampled_from(fitting))
        x = next(source for source, shape in draft.shapes.items() if shape == (units,))
        draft.add("TiedDense", [x], (features,), tied_to=name)


def _shared(draft):
    if draft.layers:
        kind, name, shapes, given = draft.draw(st.sampled_from(draft.layers))
        sources = [next(source for source, shape in draft.shapes.items() if shape == wanted) for wanted in shapes]
        draft.add(kind, sources, *given, shares=name)


def _row(draft):
    x = draft.any(1)
    kind, config = draft.draw(_ROW_LAYERS)
    draft.add(kind, [x], draft.shapes[x], **config)


def _merge(draft):
    x = draft.any(1)
    same = [source for source, shape in draft.shapes.items() if shape == draft.shapes[x]]
    other = draft.draw(st.sampled_from(same))
    kind = draft.draw(st.sampled_from(["Add", "Maximum", "Concatenate"]))
    width = draft.shapes[x][0] * (2 if kind == "Concatenate" else 1)
    draft.add(kind, [x, other], (width,))


def _sampling(draft):
    x = draft.any(1)
    draft.add("GaussianSampling", [x, x], draft.shapes[x])


def _recurrent(draft):
    x = draft.any(2)
    kind, steps, states = draft.draw(_RECURRENT), draft.shapes[x][0], draft.draw(st.booleans())
    sequences = draft.draw(st.booleans())
    units = draft.draw(st.integers(1, 4))
    config = {"units": units} | ({"return_sequences": True} if sequences else {})
    shape = (steps, units) if sequences else (units,)
    more = ((units,),) * (2 if kind == "LSTM" else 1) if states else ()
    fitting = [source for source, other in draft.shapes.items() if other == (units,)]
    initial = []
    if fitting and draft.draw(st.booleans()):
        initial = [fitting[0]] * (2 if kind == "LSTM" else 1)
    draft.add(kind, [x, *initial], shape, *more, **config, **({"return_state": True} if states else {}))


def _wrapped(draft):
    x = draft.any(2)
    steps, _ = draft.shapes[x]
    if draft.draw(st.booleans()):
        inner = {"class_name": "Dense", "config": {"units": 3} | draft.draw(_INITIALIZERS)}
        draft.add("TimeDistributed", [x], (steps, 3), layer=inner)
    else:
        inner = {"class_name": draft.draw(_RECURRENT), "config": {"units": 2, "return_sequences": True}}
        merge = draft.draw(st.sampled_from([{}, {"merge_mode": "sum"}]))
        draft.add("Bidirectional", [x], (steps, 2 if merge else 4), layer=inner, **merge)


def _attention(draft):
    x = draft.any(2)
    steps, features = draft.shapes[x]
    call = draft.draw(st.sampled_from([{}, {"use_causal_mask": True}]))
    scores = draft.draw(st.booleans())
    more = ((2, steps, steps),) if scores else ()
    call = call | ({"return_attention_scores": True} if scores else {})
    y = draft.add("MultiHeadAttention", [x, x], (steps, features), *more, call=call, num_heads=2, key_dim=2)
    if draft.draw(st.booleans()):
        draft.add("LayerNormalization", [y], (steps, features), epsilon=1e-6)


def _pooled(draft):
    x = draft.any(3)
    height, width, channels = draft.shapes[x]
    if height == width == 4 and channels == 2:
        small = (2, 2, 2)
        y = draft.add("MaxPoolingWithIndices2D", [x], small, small)
        if draft.draw(st.booleans()):
            draft.add("MaxUnpooling2D", [y, f"{y}:1"], (4, 4, 2))
    else:
        draft.add("Conv2D", [x], (height, width, 3), filters=3, kernel_size=2, padding="same")


def _flat(draft):
    if (x := draft.any(3) or draft.any(2)) is not None:
        draft.add("Flatten", [x], (math.prod(draft.shapes[x]),))


@st.composite
def rich_networks(draw):
    """Sound networks of up to a dozen layers, on rows, sequences and images."""
    draft = _Draft(draw)
    draft.input((draw(st.integers(1, 3)),))
    more = []
    if draw(st.booleans()):
        draft.input((3, 4))
        more += [_recurrent, _wrapped, _attention]
    if draw(st.booleans()):
        draft.input((4, 4, 2))
        more += [_pooled]
    draft.unread = [*draft.shapes]
    steps = st.sampled_from([_dense, _dense, _row, _merge, _shared, _tied, _sampling, _flat, *more, *more])
    for step in draw(st.lists(steps, max_size=9)):
        if draw(st.booleans()):
            with draft.net.block("block"):
                step(draft)
        else:
            step(draft)
    ends = []
    for source in draft.unread:
        flat = source if len(draft.shapes[source]) == 1 else draft.add("Flatten", [source], (0,))
        ends.append(flat)
    apart = draw(st.integers(0, min(2, len(ends) - 1)))
    heads = [draft.net.add("Dense", end, units=2) for end in ends[:apart]]
    joined = ends[apart:]
    last = draft.net.add("Concatenate", *joined) if len(joined) > 1 else joined[0]
    heads.insert(0, draft.net.add("Dense", last, units=3, activation="softmax"))
    read = {source for index in range(len(draft.net.nodes)) for source in draft.net.spec().inputs_of(index)}
    scores = [source for source in draft.shapes if ":" in source and source not in read]
    outputs = [Output(node=head) for head in heads]
    if scores and draw(st.booleans()):
        outputs.append(Output(node=scores[0], target="none"))
    assert all(node_of(output.node) for output in outputs)
    return draft.net.spec(outputs if len(outputs) > 1 or draw(st.booleans()) else ())
