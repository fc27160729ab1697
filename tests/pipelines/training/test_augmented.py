"""Augmented and corrupted training: only the training rows change, and a resumed run sees the very same ones."""

import numpy as np
import pytest

from pipelines.data.spec import AugmentSpec, CorruptSpec, DataSpec
from tests.pipelines.training.conftest import curve, mlp_spec

pytestmark = pytest.mark.slow
AUGMENTED = DataSpec(
    augment=(
        AugmentSpec(kind="RandomRotation", config={"factor": 0.1}),
        AugmentSpec(kind="RandomElasticTransform"),
        AugmentSpec(kind="GaussianNoise", config={"stddev": 0.1}),
        AugmentSpec(kind="MixUp", config={"alpha": 0.4}),
    ),
    corrupt=CorruptSpec(noise=0.1, mask=0.1),
)
DENOISING = DataSpec(
    task="reconstruction",
    augment=(AugmentSpec(kind="RandomTranslation", config={"height_factor": 0.2, "width_factor": 0.2}),),
    corrupt=CorruptSpec(noise=0.2, mask=0.2),
)


def batches(data: DataSpec, first_epoch: int, epochs: int) -> list[tuple[np.ndarray, np.ndarray]]:
    from pipelines.training.feed import training_batches
    from pipelines.training.prepare import prepare

    made = training_batches(prepare(data), 64, 5, first_epoch, epochs)
    return [(x.numpy(), y.numpy()) for x, y in made]


@pytest.mark.parametrize("data", [AUGMENTED, DENOISING], ids=["augmented", "denoising"])
def test_the_second_epoch_is_the_same_whether_or_not_there_was_a_first(data: DataSpec) -> None:
    both, second = batches(data, 0, 2), batches(data, 1, 2)
    assert len(both) == 2 * len(second)
    for (x, y), (x_again, y_again) in zip(both[len(second) :], second, strict=True):
        np.testing.assert_array_equal(x, x_again)
        np.testing.assert_array_equal(y, y_again)
    first = np.sort(np.concatenate([x for x, _ in both[: len(second)]]).sum(axis=(1, 2, 3)))
    assert (first != np.sort(np.concatenate([x for x, _ in second]).sum(axis=(1, 2, 3)))).mean() > 0.9


def test_classes_are_shares_in_training_and_whole_in_validation() -> None:
    from pipelines.training.feed import evaluation_batches
    from pipelines.training.prepare import prepare

    for _, y in batches(AUGMENTED, 0, 1):
        assert y.dtype == np.float32 and y.shape[1:] == (10,)
        np.testing.assert_allclose(y.sum(axis=1), 1, atol=1e-5)
    mixed = np.concatenate([y for _, y in batches(AUGMENTED, 0, 1)])
    assert ((mixed > 0.05) & (mixed < 0.95)).any(axis=1).mean() > 0.2
    plain = prepare(DataSpec())
    for split in ("val", "test"):
        streamed = list(evaluation_batches(prepare(AUGMENTED), split, 100))
        np.testing.assert_allclose(np.concatenate([x for x, _ in streamed]), plain.x[split], atol=1e-6)
        labels = np.concatenate([y for _, y in streamed])
        np.testing.assert_array_equal(labels.argmax(axis=1), plain.y[split])
        assert set(np.unique(labels)) == {0, 1}


def test_what_is_to_be_reconstructed_is_augmented_but_clean() -> None:
    for x, y in batches(DENOISING, 0, 1):
        assert (x == 0).mean() > 0.15 and (x[x != 0] != y[x != 0]).any()
        assert y.min() >= 0 and y.max() <= 1 + 1e-6  # the noise, which is not cut off, is in x alone
        assert x.min() < -0.1


def test_a_resumed_run_repeats_its_curve_to_the_bit(store, trained) -> None:
    from pipelines.training.worker import train

    run = trained(mlp_spec(epochs=2).model_copy(update={"data": AUGMENTED}))
    assert run.status == "finished", run.error
    before = curve(store, run.uid)
    for checkpoint in sorted((store.run_dir(run.uid) / "backup").glob("epoch-*.npz"))[1:]:
        checkpoint.unlink()
    store.requeue(run.uid, "killed")
    assert store.claim(run.uid, "here", "cpu")
    train(store.home, run.uid)
    again = store.get(run.uid)
    assert again.status == "finished" and again.progress.resumed_from == 1
    assert curve(store, run.uid).equals(before)
    plain = trained(mlp_spec(epochs=2))
    assert not curve(store, plain.uid).equals(before)
