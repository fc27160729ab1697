"""Every network of the lectures is there by name, and those of Dense layers have the counts that they are known for."""

import pytest

from models.architectures import ARCHITECTURES
from tests.models.architectures.test_convolutional import COUNTS as OF_IMAGES

COUNTS = {
    "perceptron": 3,
    "xor-mlp": 9,
    "softmax-regression": 7_850,
    "mlp-1-10-1": 31,
    "mlp-2-10-3": 63,
    "mlp-784-16-16-10": 13_002,
    "mlp-784-50-10": 39_760,
    "mlp-784-256-10": 203_530,
    "mlp-784-200-200-10": 199_210,
    "lenet-5": 61_706,
    "autoencoder-8-3-8": 59,
    "deep-autoencoder": 2_823_286,
}
GIVEN_BY_ARGUMENTS = {
    "linear-regression", "logistic-regression", "modern-mlp", "dropout-mlp", "pca-autoencoder", "conv-autoencoder",
    "unpooling-autoencoder", "denoising-autoencoder", "simple-rnn", "lstm", "gru", "bidirectional-lstm",
    "attention-classifier", "transformer-encoder", "transformer", "keras-applications",
}  # fmt: skip


def test_all_are_there():
    assert {*COUNTS, *OF_IMAGES, *GIVEN_BY_ARGUMENTS} <= ARCHITECTURES.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", COUNTS)
def test_has_the_known_number_of_parameters(name):
    from models.summary import summarize

    summary = summarize(ARCHITECTURES[name].default())
    assert summary.problems == ()
    assert summary.total_params == summary.trainable_params == COUNTS[name]
    assert sum(node.weight_bytes for node in summary.nodes) == 4 * COUNTS[name]
    # Every count is explained, and its rule comes to it.
    for node in summary.nodes:
        assert node.param_rule.endswith(f"= {node.params:,}") if node.params else node.param_rule == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(GIVEN_BY_ARGUMENTS))
def test_is_sound_at_full_size(name):
    from models.summary import summarize

    summary = summarize(ARCHITECTURES[name].default())
    assert summary.problems == ()
    assert summary.total_params > 0
