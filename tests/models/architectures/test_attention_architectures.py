import pytest

from models.architectures import ARCHITECTURES
from models.checking.structure import problems
from models.graph import readers


def attention(d, heads):
    """Weights and biases of queries, keys and values, and of what joins the heads."""
    size = heads * (d // heads)
    return 3 * (d * size + size) + size * d + d


def encoder_block(d, heads, hidden):
    """Attention, two Dense layers, two layer normalizations of scale and offset."""
    return attention(d, heads) + d * hidden + hidden + hidden * d + d + 2 * 2 * d


def decoder_block(d, heads, hidden):
    """Attention to the encoder more, with its normalization."""
    return encoder_block(d, heads, hidden) + attention(d, heads) + 2 * d


def head(d, units):
    return d * units + units


COUNTS = {
    ("attention-classifier", ()): 10_000 * 32 + attention(32, 2) + head(32, 2),
    ("attention-classifier", (("heads", 4), ("scores", False))): 10_000 * 32 + attention(32, 4) + head(32, 2),
    ("transformer-encoder", ()): 10_000 * 64 + 2 * encoder_block(64, 4, 128) + head(64, 2),
    ("transformer-encoder", (("norm", "pre"),)): 10_000 * 64 + 2 * encoder_block(64, 4, 128) + 2 * 64 + head(64, 2),
    ("transformer-encoder", (("dimensions", 512), ("blocks", 6), ("heads", 8), ("hidden", 2048))): (
        10_000 * 512 + 6 * encoder_block(512, 8, 2048) + head(512, 2)
    ),
    ("transformer", ()): (
        2 * 10_000 * 64 + 2 * encoder_block(64, 4, 128) + 2 * decoder_block(64, 4, 128) + head(64, 10_000)
    ),
    ("transformer", (("norm", "pre"), ("vocabulary", 50), ("blocks", 1))): (
        (50 + 10_000) * 64 + encoder_block(64, 4, 128) + decoder_block(64, 4, 128) + 4 * 64 + head(64, 10_000)
    ),
}


def made(name, **options):
    architecture = ARCHITECTURES[name]
    return architecture.build(architecture.input_shape, architecture.units, architecture.activation, **options)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "options"), COUNTS)
def test_counts_are_those_of_the_formula(name, options):
    from models.summary import summarize

    summary = summarize(made(name, **dict(options)))
    assert summary.problems == ()
    assert summary.total_params == COUNTS[name, options]


def test_scores_are_given_out_where_they_are_wanted():
    spec = made("attention-classifier")
    assert [(output.node, output.target) for output in spec.outputs] == [("dense", "label"), ("attention:1", "none")]
    assert made("attention-classifier", scores=False).outputs == ()


def test_the_decoder_reads_the_encoder_in_every_block():
    spec = made("transformer", blocks=3)
    (memory,) = {spec.feeds(spec.index_of(f"decoder{number}_cross"))[1] for number in (1, 2, 3)}
    assert memory == "encoder3_dense_norm"
    assert [node.name for node in spec.nodes if node.kind == "Input"] == ["source", "target"]
    causal = [node.name for node in spec.nodes if node.call == {"use_causal_mask": True}]
    assert causal == [f"decoder{number}_attention" for number in (1, 2, 3)]


@pytest.mark.parametrize("name", ["transformer-encoder", "transformer"])
def test_normalization_in_front_leaves_the_sums_as_they_are(name):
    post, pre = made(name), made(name, norm="pre")
    assert problems(pre) == ()
    kinds = {node.name: node.kind for node in pre.nodes}
    sums = [reader for node in post.nodes if node.kind == "Add" for reader in readers(post)[node.name]]
    assert {post.nodes[post.index_of(reader)].kind for reader in sums} == {"LayerNormalization"}
    assert any(kinds[reader] == "Add" for name, kind in kinds.items() if kind == "Add" for reader in readers(pre)[name])


def test_without_dropout_there_is_no_such_layer():
    assert "Dropout" not in {node.kind for node in made("transformer", dropout=0.0).nodes}
    assert problems(made("transformer", dropout=0.0)) == ()


@pytest.fixture(scope="module")
def transformer():
    import keras

    from models.build import build

    keras.utils.set_random_seed(1)
    return build(ARCHITECTURES["transformer"].smallest())


@pytest.mark.slow
def test_a_step_of_the_decoder_sees_no_later_one(transformer):
    import numpy as np

    source, target = np.array([[1, 2, 3, 4, 5]]), np.array([[1, 2, 3, 4, 5]])
    before = transformer([source, target]).numpy()
    for step in range(5):
        changed = target.copy()
        changed[0, step] = 6
        after = transformer([source, changed]).numpy()
        np.testing.assert_allclose(after[0, :step], before[0, :step], atol=1e-6)
        assert (np.abs(after[0, step:] - before[0, step:]).max(axis=-1) > 1e-6).all()


@pytest.mark.slow
def test_every_step_of_the_decoder_sees_all_of_the_source(transformer):
    import numpy as np

    source, target = np.array([[1, 2, 3, 4, 5]]), np.array([[1, 2, 3, 4, 5]])
    before = transformer([source, target]).numpy()
    np.testing.assert_allclose(before.sum(axis=-1), 1, atol=1e-5)
    for step in range(5):
        changed = source.copy()
        changed[0, step] = 9
        assert (np.abs(transformer([changed, target]).numpy() - before).max(axis=-1) > 1e-7).all()


@pytest.mark.slow
def test_attention_scores_share_out_one_and_places_matter():
    import numpy as np

    from models.build import build

    model = build(ARCHITECTURES["attention-classifier"].smallest())
    tokens = np.array([[1, 2, 3, 4, 5, 6]])
    prediction, scores = (given.numpy() for given in model(tokens))
    assert (prediction.shape, scores.shape) == ((1, 3), (1, 2, 6, 6))
    np.testing.assert_allclose(scores.sum(axis=-1), 1, atol=1e-5)
    # The mean over the text sees no order; that the prediction changes is the work of the places.
    assert np.abs(model(tokens[:, ::-1])[0].numpy() - prediction).max() > 1e-6
