"""Checkpoints on disk: whole or not at all."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def checkpoint(epoch: int):
    from pipelines.training.checkpoint import Checkpoint

    values = [np.full((2, 3), epoch, "float32"), np.array(7, "int64"), np.array([1, 2], "uint32")]
    return Checkpoint(epoch, 9, 40, values, ["kernel", "iteration", "seed_generator_state"], {"best": 0.5}, values[:1])


def test_it_reads_what_it_wrote(tmp_path) -> None:
    from pipelines.training.checkpoint import latest, write

    assert latest(tmp_path / "backup") is None
    for epoch in (1, 2, 3):
        write(tmp_path / "backup", checkpoint(epoch))
    found = latest(tmp_path / "backup")
    assert (found.epoch, found.epochs, found.steps, found.early_stopping) == (3, 9, 40, {"best": 0.5})
    for value, expected in zip(found.variables, checkpoint(3).variables, strict=True):
        assert value.dtype == expected.dtype and np.array_equal(value, expected)
    assert np.array_equal(found.best_weights[0], checkpoint(3).best_weights[0])
    assert sorted(path.name for path in (tmp_path / "backup").iterdir()) == ["epoch-000002.npz", "epoch-000003.npz"]


def test_one_within_an_epoch_is_later_than_the_epoch_before(tmp_path) -> None:
    from dataclasses import replace

    from pipelines.training.checkpoint import latest, write

    for epoch, step in ((1, 16), (2, 0), (2, 16), (2, 32), (3, 0)):
        written = replace(
            checkpoint(epoch), step=step, counters={"plateau": {"wait": 1}}, training_weights=[np.ones(2, "float32")]
        )
        path = write(tmp_path, written)
        found = latest(tmp_path)
        assert path == max(tmp_path.glob("*.npz"), key=lambda path: path.stat().st_mtime_ns)
        assert (found.position.epoch, found.position.step, found.position.updates) == (epoch, step, 40 * epoch + step)
    assert found.counters == {"plateau": {"wait": 1}} and np.array_equal(found.training_weights[0], [1, 1])
    assert len(list(tmp_path.iterdir())) == 2


def test_one_written_by_an_older_version_is_read(tmp_path) -> None:
    """It says nothing of steps, counters or averages."""
    import json

    from pipelines.training.checkpoint import latest

    facts = {"epoch": 2, "epochs": 9, "steps": 40, "names": ["kernel"], "early_stopping": {"best": 0.5}}
    arrays = {"variable_0": np.ones(3, "float32"), "best_0": np.zeros(3, "float32")}
    encoded = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    np.savez(tmp_path / "epoch-000002.npz", allow_pickle=False, facts=encoded, **arrays)
    found = latest(tmp_path)
    assert found.position.updates == 80 and found.spec is None
    assert np.array_equal(found.best_weights[0], np.zeros(3)) and len(found.training_weights) == 0


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_damaged_one_is_passed_over(tmp_path, keep, caplog) -> None:
    from pipelines.training.checkpoint import latest, write

    write(tmp_path, checkpoint(1))
    write(tmp_path, checkpoint(2))
    newest = tmp_path / "epoch-000002.npz"
    newest.write_bytes(newest.read_bytes()[:keep])
    assert latest(tmp_path).epoch == 1


def test_flipped_bits_are_noticed(tmp_path) -> None:
    from pipelines.training.checkpoint import latest, write

    write(tmp_path, checkpoint(1))
    path = tmp_path / "epoch-000001.npz"
    content = bytearray(path.read_bytes())
    content[content.index(np.full((2, 3), 1, "float32").tobytes())] ^= 1
    path.write_bytes(content)
    assert latest(tmp_path) is None


def test_a_full_disk_leaves_the_one_before(tmp_path) -> None:
    from pipelines.training.checkpoint import latest, write

    write(tmp_path, checkpoint(1))
    (tmp_path / "epoch-000002.tmp").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path, checkpoint(2))
    assert latest(tmp_path).epoch == 1
    assert [path.name for path in tmp_path.iterdir()] == ["epoch-000001.npz"]


def test_what_was_not_renamed_is_never_read(tmp_path) -> None:
    from pipelines.training.checkpoint import latest

    (tmp_path / "epoch-000005.tmp").write_bytes(b"half")
    assert latest(tmp_path) is None


def test_a_model_gets_back_all_that_training_changes(tmp_path) -> None:
    import keras

    from models.errors import NetloomError
    from pipelines.training.checkpoint import Checkpoint, latest, restore, state_of, write

    def model(units: int) -> keras.Model:
        inputs = keras.Input((3,), name="input")
        outputs = keras.layers.Dense(units, name="dense")(keras.layers.Dropout(0.5, name="dropout")(inputs))
        model = keras.Model(inputs, outputs)
        model.compile("adam", "mse")
        model.optimizer.build(model.trainable_variables)
        return model

    first, second = model(4), model(4)
    first.fit(np.ones((4, 3)), np.ones((4, 4)), epochs=2, verbose=0)
    variables, names = state_of(first)
    assert "seed_generator_state" in names and "learning_rate" in names
    write(tmp_path, Checkpoint(2, 2, 1, variables, names))
    restore(second, latest(tmp_path))
    for value, expected in zip(state_of(second)[0], variables, strict=True):
        assert np.array_equal(value, expected)
    with pytest.raises(NetloomError, match="another network"):
        restore(model(5), latest(tmp_path))
