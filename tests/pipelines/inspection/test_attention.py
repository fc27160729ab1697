"""Attention scores against numpy, and networks of several outputs and shared layers looked into."""

from pathlib import Path

import numpy as np
import pytest

from models.errors import NetloomError
from models.spec import ModelSpec, Node, Output
from pipelines.data.loading import load
from pipelines.inspection.attending import attending

pytestmark = pytest.mark.slow

READER = ModelSpec(
    nodes=(
        Node(name="input", kind="Input", config={"shape": [6], "dtype": "int32"}),
        Node(name="vectors", kind="Embedding", config={"input_dim": 50, "output_dim": 4, "mask_zero": True}),
        Node(name="attend", kind="MultiHeadAttention", config={"num_heads": 2, "key_dim": 3},
             inputs=("vectors", "vectors"), call={"use_causal_mask": True}),
        Node(name="again", kind="Attention", inputs=("attend", "vectors"), call={"return_attention_scores": True}),
        Node(name="mean", kind="GlobalAveragePooling1D"),
        Node(name="other", kind="GlobalAveragePooling1D", inputs=("attend",), shares="mean"),
        Node(name="sum", kind="Add", inputs=("mean", "other")),
        Node(name="head", kind="Dense", config={"units": 1, "activation": "sigmoid"}),
    ),
    outputs=(Output(node="head"), Output(node="again:1", target="none")),
)  # fmt: skip


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def test_scores_are_told_for_every_layer_head_and_token(home: Path, make_run, words) -> None:
    from pipelines.inspection.attention import attention

    uid, model = make_run(words, READER)
    found = attention(home, uid, row=2)
    assert [(layer.name, layer.scores.shape[0]) for layer in found.layers] == [("attend", 2), ("again", 1)]
    ids = load(words).x["test"][2]
    used = int((ids > 0).sum())
    vocabulary = ("", "[unknown]", *load(words).encoding.vocabulary)
    tokens = tuple(vocabulary[token] for token in ids[:used])
    assert found.layers[0].queries == found.layers[0].keys == tokens
    assert found.raw is not None and tokens[0] in found.raw.iloc[0, 0]

    layer = model.get_layer("attend")
    vectors = model.get_layer("vectors").embeddings.numpy()[ids]
    query, key = (
        np.einsum("td,dhk->htk", vectors, weights[0].numpy()) + weights[1].numpy()[:, None]
        for weights in (layer.query_dense.weights, layer.key_dense.weights)
    )
    logits = query @ key.transpose(0, 2, 1) / np.sqrt(3)
    seen = np.tril(np.ones((6, 6), bool)) & (ids > 0)
    wanted = softmax(np.where(seen, logits, -1e9))[:, :used, :used]
    np.testing.assert_allclose(found.layers[0].scores, wanted, atol=1e-5)
    np.testing.assert_array_equal(found.layers[1].scores[0], np.asarray(model(ids[None])[1])[0, :used, :used])


def test_of_several_outputs_the_main_one_predicts_and_all_are_given(home: Path, make_run, words) -> None:
    from pipelines.inspection.confusion import confusion
    from pipelines.inspection.feature_maps import feature_maps
    from pipelines.inspection.trained import trained

    uid, model = make_run(words, READER)
    subject, x = trained(home, uid), load(words).x["test"]
    head, scores = (np.asarray(given) for given in model(x))
    np.testing.assert_allclose(subject.predict(x), head, atol=1e-6)
    given = subject.outputs(x)
    assert list(given) == ["head", "again_1"]
    np.testing.assert_allclose(given["again_1"], scores, atol=1e-6)
    assert confusion(home, uid).matrix.sum() == len(x)

    maps = {layer.name: layer for layer in feature_maps(home, uid, row=1).layers}
    assert list(maps) == [node.name for node in READER.nodes[1:]]
    np.testing.assert_allclose(maps["mean"].values + maps["other"].values, maps["sum"].values, atol=1e-6)
    assert not np.allclose(maps["mean"].values, maps["other"].values)
    assert maps["other"].kind == "GlobalAveragePooling1D"


def test_steps_of_numbers_have_numbers_for_names_and_other_networks_none(home: Path, make_run) -> None:
    from pipelines.inspection.attention import attention

    rows = ModelSpec(
        nodes=(
            Node(name="input", kind="Input", config={"shape": [8, 8, 1]}),
            Node(name="rows", kind="Reshape", config={"target_shape": [8, 8]}),
            Node(name="attend", kind="MultiHeadAttention", config={"num_heads": 1, "key_dim": 2},
                 inputs=("rows", "rows")),
            Node(name="flat", kind="Flatten"),
            Node(name="head", kind="Dense", config={"units": 10, "activation": "softmax"}),
        )
    )  # fmt: skip
    assert attending(rows) == ("attend",)
    uid, _ = make_run("digits", rows)
    (layer,) = attention(home, uid).layers
    assert layer.queries == tuple("12345678") and layer.scores.sum() == pytest.approx(8, rel=1e-5)
    with pytest.raises(NetloomError, match="270 rows"):
        attention(home, uid, row=270)
    with pytest.raises(NetloomError, match="no attention layer"):
        attention(home, make_run("digits", "mlp")[0])
