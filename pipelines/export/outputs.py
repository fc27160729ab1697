"""Trying an exported model: its outputs for raw test rows, from a fresh process, against the network's own."""

from pathlib import Path
from typing import Any

import keras
import numpy as np

from pipelines.data.images.files import ImageFiles
from pipelines.data.loading import raw_rows
from pipelines.export import fresh
from pipelines.export.facts import Check
from pipelines.inspection.trained import Trained, rows_of
from pipelines.training.objectives import objectives

TIMEOUT_S = 300
RELATIVE, ABSOLUTE = 1e-4, 1e-5  # float32 and another order of the same sums
# In half precision compiled and uncompiled layers round differently: four units in the last place of a 1.
_ROUNDED = {"mixed_float16": 2**-8, "mixed_bfloat16": 2**-5}
MOST_ROWS, MOST_PICTURES = 10_000, 200


def check(subject: Trained, folder: Path, reader: str) -> Check:
    """Compare what predict.py in `folder` gives for raw test rows with what the network gives.

    The network is fed rows that were encoded for its training and scaled by numpy, the export raw ones, as they come
    from the data set: so the preparation inside of it is tested too.

    Args:
        reader: what predict.py loads the model with, for the message.
    """
    try:
        given = predict(subject, folder)
    except (fresh.FreshProcessFailed, OSError, ValueError) as error:
        return Check(False, f"The export does not work: {error}")
    x, _ = rows_of(subject, "test")
    count = min(len(x), _most(subject))
    wanted = subject.outputs(x[:count])
    if given.keys() != wanted.keys():
        return Check(False, f"The export gives the outputs {', '.join(given)}; the network gives {', '.join(wanted)}.")
    for name, output in wanted.items():
        if given[name].shape != output.shape:
            shapes = f"of shape {given[name].shape}; the network gives {output.shape}"
            return Check(False, f"The export gives outputs {shapes}.")
    difference = max(float(np.abs(given[name] - output).max()) for name, output in wanted.items())
    coarse = _ROUNDED.get(subject.spec.train.precision, 0.0)
    rtol, atol = max(RELATIVE, coarse), max(ABSOLUTE, coarse)
    ok = all(np.allclose(given[name], output, rtol=rtol, atol=atol) for name, output in wanted.items())
    name, value = test_metric(subject, given[next(iter(wanted))])
    agree = "agree with" if ok else "differ from"
    outputs = f"its {len(wanted)} outputs" if len(wanted) > 1 else "its outputs"
    message = (
        f"Loaded by {reader} in a fresh process; {outputs} {agree} the network's on {count} raw test rows "
        f"(largest difference {difference:.2g})."
    )
    return Check(ok, message, difference if np.isfinite(difference) else None, count, name, value)


def predict(subject: Trained, folder: Path) -> dict[str, np.ndarray]:
    """Outputs for raw test rows by name, from the predict.py in `folder`, which reads them as people would give them.

    At most MOST_ROWS rows, or MOST_PICTURES image files. Raises: FreshProcessFailed, OSError, ValueError.
    """
    rows = raw_rows(subject.spec.data, "test", _most(subject))
    if isinstance(rows, ImageFiles):
        name = "rows.npz"
        pictures: dict[str, Any] = {f"{number:06d}": picture for number, picture in enumerate(rows.decode_many())}
        np.savez(folder / name, allow_pickle=False, **pictures)
    elif isinstance(rows, np.ndarray):
        name = "rows.npy"
        np.save(folder / name, rows)
    else:
        name = "rows.csv"  # what is missing is an empty field, which no category and no text is
        rows.to_csv(folder / name, index=False, date_format="%Y-%m-%dT%H:%M:%S.%f")
    main, *others = subject.spec.model.output_names
    written = folder / ("outputs.npz" if others else "outputs.npy")
    fresh.run("predict.py", name, written.name, folder=folder, timeout_s=TIMEOUT_S)
    found = np.load(written, allow_pickle=False)
    return dict(found) if others else {main: found}


def test_metric(subject: Trained, outputs: np.ndarray) -> tuple[str, float | None]:
    """The run's first metric (or its loss) for `outputs` of the first test rows, as Keras computes it."""
    x, y = rows_of(subject, "test")
    known = subject.data.facts
    if known.task == "reconstruction":
        y = subject.preparation.apply(x[: len(outputs)])
    elif known.mixed_labels and known.task == "multiclass":
        y = keras.utils.to_categorical(y, known.num_classes)
    loss, metrics = objectives(subject.spec.train, known)
    judge = keras.Sequential([keras.Input(outputs.shape[1:]), keras.layers.Identity()])
    judge.compile(loss=loss, metrics=metrics)
    results = judge.evaluate(outputs, y[: len(outputs)], batch_size=1024, verbose=0, return_dict=True)
    name = next((name for name in results if name != "loss"), "loss")
    value = float(results[name])
    return name, value if np.isfinite(value) else None


def _most(subject: Trained) -> int:
    return MOST_PICTURES if None in subject.data.facts.raw[0].shape else MOST_ROWS
