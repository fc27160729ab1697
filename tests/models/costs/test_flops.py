import pytest

from models.costs.flops import flops
from tests.models.networks import network


def one(kind, config, inputs, output):
    """Of a layer that is fed `inputs` and gives `output`, all without the batch."""
    return flops(kind, config, tuple((None, *shape) for shape in inputs), ((None, *output),))


BY_HAND = {
    # Two for each weight, one for each bias, one for each activation.
    "dense": (one("Dense", {"units": 3, "activation": "relu"}, [(4,)], (3,)), 2 * 4 * 3 + 3 + 3),
    "dense at each step": (one("Dense", {"units": 3, "use_bias": False}, [(7, 4)], (7, 3)), 7 * 2 * 4 * 3),
    "softmax": (one("Dense", {"units": 3, "activation": "softmax"}, [(4,)], (3,)), 24 + 3 + 15),
    "convolution": (
        one("Conv2D", {"filters": 6, "kernel_size": 5}, [(32, 32, 1)], (28, 28, 6)),
        28 * 28 * 6 * (2 * 25 + 1),
    ),
    "groups": (
        one("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 2, "use_bias": False}, [(9, 9, 4)], (7, 7, 6)),
        7 * 7 * 6 * 2 * 9 * 2,
    ),
    "steps that vary": (one("LSTM", {"units": 3}, [(None, 4)], (3,)), None),
    "an embedding": (one("Embedding", {"input_dim": 9, "output_dim": 4}, [(5,)], (5, 4)), 0),
    "a sum of three": (one("Add", {}, [(5,), (5,), (5,)], (5,)), 10),
    "a mean of three": (one("Average", {}, [(5,), (5,), (5,)], (5,)), 15),
    "a dot product": (one("Dot", {"axes": -1}, [(5,), (5,)], (1,)), 10),
    "windows that overlap": (one("AdaptiveAveragePooling1D", {"output_size": 2}, [(5, 3)], (2, 3)), (3 + 3) * 3),
    "both ways": (
        one("Bidirectional", {"layer": {"class_name": "SimpleRNN", "config": {"units": 3}}}, [(2, 4)], (6,)),
        2 * 2 * 3 * (2 * (4 + 3) + 2),
    ),
    "both ways, summed": (
        one(
            "Bidirectional",
            {"layer": {"class_name": "SimpleRNN", "config": {"units": 3}}, "merge_mode": "sum"},
            [(2, 4)],
            (3,),
        ),
        2 * 2 * 3 * (2 * (4 + 3) + 2) + 3,
    ),
    "at each step": (
        one("TimeDistributed", {"layer": {"class_name": "Dense", "config": {"units": 3}}}, [(6, 4)], (6, 3)),
        6 * (2 * 4 * 3 + 3),
    ),
    "cells": (
        one(
            "RNN",
            {
                "cell": {
                    "class_name": "StackedRNNCells",
                    "config": {
                        "cells": [
                            {"class_name": "SimpleRNNCell", "config": {"units": 3}},
                            {"class_name": "SimpleRNNCell", "config": {"units": 5}},
                        ]
                    },
                }
            },
            [(2, 4)],
            (5,),
        ),
        2 * (3 * (2 * (4 + 3) + 2) + 5 * (2 * (3 + 5) + 2)),
    ),
    "dropout": (one("Dropout", {"rate": 0.5}, [(5,)], (5,)), 0),
    "nothing is known": (one("Hashing", {"num_bins": 5}, [(5,)], (5,)), None),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_by_hand(case):
    counted, expected = BY_HAND[case]
    assert counted == expected


def test_attention_is_its_projections_scores_and_sums():
    steps, size, heads, key, value = 6, 8, 2, 3, 4
    config = {"num_heads": heads, "key_dim": key, "value_dim": value, "use_bias": False}
    projections = 2 * steps * size * heads * (key + key + value + value)
    scores = heads * steps * steps * (2 * key + 1 + 5)
    sums = heads * steps * steps * 2 * value
    assert one("MultiHeadAttention", config, [(steps, size)] * 2, (steps, size)) == projections + scores + sums
    grouped = {"head_dim": key, "num_query_heads": heads, "num_key_value_heads": heads, "use_bias": False}
    same = {"num_heads": heads, "key_dim": key, "use_bias": False}
    assert one("GroupQueryAttention", grouped, [(steps, size)] * 2, (steps, size)) == one(
        "MultiHeadAttention", same, [(steps, size)] * 2, (steps, size)
    )


IMAGE = [9, 8, 4]
PROFILED = [
    ("Dense", {"units": 5}, [7]),
    ("Dense", {"units": 5}, [3, 7]),
    ("Conv1D", {"filters": 6, "kernel_size": 3}, [9, 4]),
    ("Conv2D", {"filters": 5, "kernel_size": [3, 2], "strides": 2, "padding": "same"}, IMAGE),
    ("Conv3D", {"filters": 6, "kernel_size": 3}, [5, 6, 7, 2]),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, IMAGE),
    ("SeparableConv2D", {"filters": 6, "kernel_size": 3, "depth_multiplier": 2}, IMAGE),
    ("Conv2DTranspose", {"filters": 6, "kernel_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2}, IMAGE),
    ("AveragePooling2D", {"pool_size": 3, "strides": 1}, IMAGE),
    ("GlobalAveragePooling2D", {}, IMAGE),
    ("Softmax", {}, IMAGE),
    ("SimpleRNN", {"units": 5, "unroll": True}, [4, 3]),
    ("GRU", {"units": 5, "unroll": True}, [4, 3]),
]


@pytest.mark.slow
def test_as_tensorflow_counts_them():
    """TensorFlow's profiler, where it counts as we do: it leaves out what it has no rule for, such as einsum."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2
    from tensorflow.python.profiler.model_analyzer import profile
    from tensorflow.python.profiler.option_builder import ProfileOptionBuilder

    from models.build import build
    from models.summary import summarize

    rows = []
    for place, (kind, config, shape) in enumerate(PROFILED):
        rows += [(f"input{place}", "Input", {"shape": shape}), (f"layer{place}", kind, config)]
    # In one graph, so that it is traced and profiled once.
    layers = tuple({"node": name} for name, *_ in rows[1::2])
    spec = network(*rows).replace(outputs=layers)
    model = build(spec)
    given = [tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype) for tensor in model.inputs]
    function = tf.function(lambda *x: model(list(x), training=False)).get_concrete_function(*given)
    graph = convert_variables_to_constants_v2(function).graph
    options = ProfileOptionBuilder(ProfileOptionBuilder.float_operation()).with_empty_output().build()
    facts = summarize(spec).nodes
    assert sum(fact.flops for fact in facts) == profile(graph, options=options).total_float_ops


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "published"),
    [
        # Multiply-adds of the layers with weights, half of what is counted here: He et al., 2016; Szegedy et al., 2015;
        # VGG and AlexNet as computed from their papers' tables.
        ("vgg-16", 15.5e9),
        ("vgg-19", 19.6e9),
        ("resnet-18", 1.8e9),
        ("resnet-34", 3.6e9),
        ("resnet-50", 3.8e9),
        ("plain-34", 3.6e9),
        ("cifar-resnet-20", 41e6),
        ("alexnet", 1.13e9),
        ("googlenet", 1.58e9),
    ],
)
def test_published_figures(name, published):
    from models.architectures import ARCHITECTURES
    from models.summary import summarize

    nodes = summarize(ARCHITECTURES[name].default()).nodes
    weighted = sum(node.flops or 0 for node in nodes if node.kind in ("Conv2D", "Dense", "DepthwiseConv2D"))
    assert weighted / 2 == pytest.approx(published, rel=0.05)
