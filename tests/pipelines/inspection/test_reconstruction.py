"""Reconstructions: errors as the loss has them, rows in the originals' own range."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from models.errors import NetloomError
from pipelines.data.loading import load
from pipelines.data.spec import BundledSource, CorruptSpec, DataSpec, PcaSpec

pytestmark = pytest.mark.slow
DIGITS = DataSpec(task="reconstruction", scaling="standardise")
IRIS = DIGITS.replace(source=BundledSource(name="iris"))


def test_the_worst_images_come_first_beside_what_became_of_them(home: Path, make_run) -> None:
    from pipelines.inspection.reconstruction import reconstruction

    uid, model = make_run(DIGITS, "autoencoder")
    data = load(DIGITS)
    train, x = data.x["train"].astype("float64"), data.x["test"]
    scaled = ((x - train.mean()) / train.std()).astype("float32")
    outputs = model.predict(scaled, verbose=0)
    error = np.square(outputs - scaled).mean(axis=(1, 2, 3))

    found = reconstruction(home, uid, limit=5)
    np.testing.assert_allclose(found.error, error, rtol=1e-4)
    np.testing.assert_array_equal(found.rows, np.argsort(-error)[:5])
    np.testing.assert_array_equal(found.original, x[found.rows])
    np.testing.assert_allclose(found.given_back, outputs[found.rows] * train.std() + train.mean(), rtol=1e-3, atol=1e-3)
    assert found.fed is None and found.feature_error is None
    first = reconstruction(home, uid, split="val", order="first", limit=3)
    np.testing.assert_array_equal(first.rows, [0, 1, 2])
    np.testing.assert_array_equal(first.original, data.x["val"][:3])


def test_parts_make_no_difference(home: Path, make_run, monkeypatch) -> None:
    from pipelines.inspection import reconstruction as module

    uid, _ = make_run(DIGITS, "autoencoder")
    whole = module.reconstruction(home, uid, limit=30)
    monkeypatch.setattr(module, "_PART_BYTES", 7 * 4 * 64)
    parts = module.reconstruction(home, uid, limit=30)
    np.testing.assert_allclose(parts.error, whole.error, rtol=1e-5)
    np.testing.assert_array_equal(parts.rows, whole.rows)
    np.testing.assert_array_equal(parts.original, whole.original)
    np.testing.assert_allclose(parts.given_back, whole.given_back, rtol=1e-4, atol=1e-4)


def test_what_takes_noise_out_is_fed_noise_and_judged_by_the_clean_rows(home: Path, make_run) -> None:
    from pipelines.inspection.reconstruction import reconstruction

    denoising = DIGITS.replace(corrupt=CorruptSpec(noise=0.5, mask=0.2))
    uid, model = make_run(denoising, "autoencoder")
    found, again = reconstruction(home, uid, limit=4), reconstruction(home, uid, limit=4)
    assert found.fed is not None and again.fed is not None
    np.testing.assert_array_equal(found.fed, again.fed)
    train = load(DIGITS).x["train"].astype("float64")
    scaled = [((x - train.mean()) / train.std()).astype("float32") for x in (found.original, found.fed)]
    assert 0.1 < (abs(scaled[1]) < 1e-6).mean() < 0.35 and np.abs(scaled[1] - scaled[0]).mean() > 0.3
    outputs = model.predict(scaled[1], verbose=0)
    error = np.square(outputs - scaled[0]).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(found.error[found.rows], error, rtol=1e-3)


def test_a_table_tells_the_error_of_each_feature(home: Path, make_run) -> None:
    from pipelines.inspection.reconstruction import reconstruction

    uid, model = make_run(IRIS, "iris autoencoder")
    data = load(IRIS)
    scaler = StandardScaler().fit(data.x["train"])
    scaled = scaler.transform(data.x["test"]).astype("float32")
    outputs = model.predict(scaled, verbose=0)
    found = reconstruction(home, uid, limit=2)
    assert found.feature_error is not None
    np.testing.assert_allclose(found.feature_error, np.square(outputs - scaled).mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(found.given_back, scaler.inverse_transform(outputs)[found.rows], rtol=1e-4)
    assert found.feature_names[0] == "sepal length (cm)"


def test_principal_components_are_turned_back_into_rows(home: Path, make_run) -> None:
    from pipelines.inspection.reconstruction import reconstruction

    spec = DIGITS.replace(pca=PcaSpec(components=4, whiten=True))
    uid, model = make_run(spec, "iris autoencoder")
    model.set_weights([np.eye(4), np.zeros(4)])
    model.save(home / "runs" / uid / "model.keras")
    data = load(spec)
    train, x = (data.x[split].astype("float64").reshape(-1, 64) for split in ("train", "test"))
    scaled = (x - train.mean()) / train.std()
    pca = PCA(4, whiten=True).fit((train - train.mean()) / train.std())
    back = pca.inverse_transform(pca.transform(scaled)) * train.std() + train.mean()
    found = reconstruction(home, uid, order="first", limit=3)
    np.testing.assert_allclose(found.given_back, back[:3].reshape(3, 8, 8, 1), atol=1e-3)
    np.testing.assert_allclose(found.error, 0, atol=1e-9)
    assert found.feature_error is None


def test_other_tasks_and_other_shapes_are_refused(home: Path, make_run) -> None:
    from pipelines.inspection.reconstruction import reconstruction

    uid, _ = make_run("digits", "mlp")
    with pytest.raises(NetloomError, match="multiclass network does not give its inputs back"):
        reconstruction(home, uid)
    uid, _ = make_run(DIGITS, "mlp")
    with pytest.raises(NetloomError, match=r"\('batch', 10\); that of its input, \('batch', 8, 8, 1\)"):
        reconstruction(home, uid)
