"""The jax backend: a run trains, goes on to the bit, and leaves a network that TensorFlow loads."""

import os
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from tests.pipelines.training.conftest import curve, mlp_spec
from tests.pipelines.training.test_every_task import pairs, run_on, texts

pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")]

CHILD = """
import sys
from pathlib import Path
from pipelines.training.worker import train
for uid in sys.argv[2:]:
    train(Path(sys.argv[1]), uid)
"""


def trained_by_jax(store: RunStore, *uids: str) -> list[Run]:
    environment = {**os.environ, "KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "2"}
    for uid in uids:
        assert store.claim(uid, "here", "cpu")
    subprocess.run([sys.executable, "-c", CHILD, store.home, *uids], env=environment, check=True)
    return [store.get(uid) for uid in uids]


def test_a_run_trains_and_goes_on_to_the_bit_and_can_be_exported(store: RunStore) -> None:
    import keras

    from pipelines.training.prepare import prepare

    averaged = {"kind": "Adam", "config": {"use_ema": True, "ema_momentum": 0.9}}
    spec = mlp_spec(backend="jax", epochs=3, class_weights="balanced", label_smoothing=0.1,
                    optimizer=averaged, early_stopping={"patience": 5})  # fmt: skip
    whole, part = store.create(spec).uid, store.create(spec.replace(train=spec.train.replace(epochs=2))).uid
    for run in trained_by_jax(store, whole, part):
        assert run.status == "finished", run.error
    store.extend(part, spec)
    (again,) = trained_by_jax(store, part)
    assert again.status == "finished", again.error
    assert curve(store, part).equals(curve(store, whole))

    model = keras.models.load_model(store.run_dir(whole) / "model.keras", compile=False)
    assert keras.config.backend() == "tensorflow"
    data = prepare(spec.data)
    found = (np.argmax(model.predict(data.x["test"], verbose=0), axis=1) == data.y["test"]).mean()
    points = store.history([whole])
    tested = points[(points["split"] == "test") & (points["name"] == "accuracy")]["value"].iloc[0]
    assert found == pytest.approx(tested, abs=1e-6)


def test_texts_and_photos_are_encoded_by_tensorflow_for_it(store: RunStore) -> None:
    uploads = store.home / "uploads"
    uploads.mkdir()
    photos = {"source": pairs(uploads), "image": {"height": 24, "width": 24}, "split": {"val": 0.2, "test": 0.2}}
    specs = [run_on(data, epochs=1, backend="jax") for data in ({"source": texts(uploads)}, photos)]
    for run in trained_by_jax(store, *(store.create(spec).uid for spec in specs)):
        assert run.status == "finished", run.error
