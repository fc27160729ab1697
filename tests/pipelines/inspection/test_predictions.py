"""Outputs are computed once, and again when the network changed or the kept file is damaged."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_they_are_kept_and_renewed(home: Path, make_run) -> None:
    from pipelines.inspection.predictions import predictions
    from pipelines.inspection.trained import trained

    uid, model = make_run("iris", "iris")
    folder = home / "runs" / uid
    kept = folder / "inspection" / "predictions-test.npz"
    first = predictions(trained(home, uid), "test")
    assert first.shape == (22, 3)
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    stamp = kept.stat().st_mtime_ns
    np.testing.assert_array_equal(predictions(trained(home, uid), "test"), first)
    assert kept.stat().st_mtime_ns == stamp

    kept.write_bytes(kept.read_bytes()[:100])
    np.testing.assert_array_equal(predictions(trained(home, uid), "test"), first)
    assert kept.stat().st_size > 100

    model.set_weights([weight + 1 for weight in model.get_weights()])
    model.save(folder / "model.keras")
    assert np.abs(predictions(trained(home, uid), "test") - first).max() > 0.01
