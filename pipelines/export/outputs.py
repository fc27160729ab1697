"""Trying an exported model: its outputs for every raw test row, from a fresh process, against the network's own."""

from pathlib import Path

import keras
import numpy as np

from pipelines.export import fresh
from pipelines.export.facts import Check
from pipelines.inspection.trained import Trained, rows_of
from pipelines.training.objectives import objectives

TIMEOUT_S = 300
RELATIVE, ABSOLUTE = 1e-4, 1e-5  # float32 and another order of the same sums


def check(subject: Trained, folder: Path, reader: str) -> Check:
    """Compare what predict.py in `folder` gives for the test rows with what the network gives.

    The network is fed rows that numpy has scaled, the export raw ones, so its scaling is tested too.

    Args:
        reader: what predict.py loads the model with, for the message.
    """
    x, _ = rows_of(subject, "test")
    try:
        given = predict(folder, x)
    except (fresh.FreshProcessFailed, OSError, ValueError) as error:
        return Check(False, f"The export does not work: {error}")
    wanted = subject.predict(x)
    if given.shape != wanted.shape:
        return Check(False, f"The export gives outputs of shape {given.shape}; the network gives {wanted.shape}.")
    difference = float(np.abs(given - wanted).max())
    ok = bool(np.allclose(given, wanted, rtol=RELATIVE, atol=ABSOLUTE))
    name, value = test_metric(subject, given)
    agree = "agree with" if ok else "differ from"
    message = (
        f"Loaded by {reader} in a fresh process; its outputs {agree} the network's on {len(x)} raw test rows "
        f"(largest difference {difference:.2g})."
    )
    return Check(ok, message, difference if np.isfinite(difference) else None, len(x), name, value)


def predict(folder: Path, x: np.ndarray) -> np.ndarray:
    """Outputs for raw rows from the predict.py in `folder`. Raises: FreshProcessFailed, OSError, ValueError."""
    np.save(folder / "rows.npy", x)
    fresh.run("predict.py", "rows.npy", "outputs.npy", folder=folder, timeout_s=TIMEOUT_S)
    return np.load(folder / "outputs.npy", allow_pickle=False)


def test_metric(subject: Trained, outputs: np.ndarray) -> tuple[str, float | None]:
    """The run's first metric (or its loss) for `outputs` of the test rows, as Keras computes it."""
    loss, metrics = objectives(subject.spec.train, subject.data.facts)
    judge = keras.Sequential([keras.Input(outputs.shape[1:]), keras.layers.Identity()])
    judge.compile(loss=loss, metrics=metrics)
    results = judge.evaluate(outputs, rows_of(subject, "test")[1], batch_size=1024, verbose=0, return_dict=True)
    names = [metric if isinstance(metric, str) else metric.name for metric in metrics]
    name = next((name for name in (*names, *results) if name in results and name != "loss"), "loss")
    value = float(results[name])
    return name, value if np.isfinite(value) else None
