import dataclasses

import numpy as np
import pytest

from models.errors import NetloomError
from pipelines.data.facts import facts
from pipelines.data.spec import CorruptSpec, DataSpec

pytestmark = pytest.mark.slow
DIGITS = facts(DataSpec())
X = np.full((400, 50), 3, np.float32)


def corrupted(x: np.ndarray, seed: tuple[int, int] = (1, 2), noise: float = 0, mask: float = 0) -> np.ndarray:
    import tensorflow as tf

    from pipelines.data.changes.keras_corruption import corrupter

    corrupt_batch = corrupter(DataSpec(corrupt=CorruptSpec(noise=noise, mask=mask)), DIGITS)
    assert corrupt_batch is not None
    return corrupt_batch(tf.constant(x), tf.constant(seed)).numpy()


def test_noise_has_its_standard_deviation_and_the_mask_its_share():
    noisy = corrupted(X, noise=0.5)
    assert noisy.mean() == pytest.approx(3, abs=0.02) and noisy.std() == pytest.approx(0.5, rel=0.03)
    masked = corrupted(X, mask=0.3)
    assert set(np.unique(masked)) == {0, 3} and (masked == 0).mean() == pytest.approx(0.3, abs=0.02)
    both = corrupted(X, noise=0.5, mask=0.3)
    np.testing.assert_array_equal(both, np.where(masked == 0, 0, noisy))


def test_a_batch_follows_from_its_seed_alone():
    np.testing.assert_array_equal(corrupted(X, noise=1, mask=0.1), corrupted(X, noise=1, mask=0.1))
    assert (corrupted(X, noise=1) != corrupted(X, (1, 3), noise=1)).all()
    assert (corrupted(X, mask=0.5) != corrupted(X, (2, 2), mask=0.5)).any()
    assert corrupted(X, noise=1).dtype == np.float32


def test_nothing_asked_for_is_none():
    from pipelines.data.changes.keras_corruption import corrupter

    assert corrupter(DataSpec(corrupt=CorruptSpec(wrong_labels=0.5, train_rows=0.5)), DIGITS) is None


def test_token_ids_are_masked_to_padding_and_refuse_noise():
    import tensorflow as tf

    from pipelines.data.changes.keras_corruption import corrupter

    tokens = dataclasses.replace(DIGITS, input_dtype="int32")
    corrupt = corrupter(DataSpec(corrupt=CorruptSpec(mask=0.5)), tokens)
    assert corrupt is not None
    after = corrupt(tf.fill([40, 10], 7), tf.constant([1, 2])).numpy()
    assert after.dtype == np.int32 and set(np.unique(after)) == {0, 7}
    with pytest.raises(NetloomError, match=r"noise=0\.1"):
        corrupter(DataSpec(corrupt=CorruptSpec(noise=0.1)), tokens)
