"""The standalone script, tried by running it in an empty folder and laying its curve beside the run's."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.export import bundle, fresh, outputs
from pipelines.export.facts import Check
from pipelines.export.registry import FORMATS
from pipelines.export.script_code import script
from pipelines.export.script_data import is_random
from pipelines.export.shipped import predict_keras
from pipelines.inspection.trained import Trained
from pipelines.runs.store import RunStore
from pipelines.spec import TrainSpec
from pipelines.training.feed import evaluation_batch_size

BUDGET_S = 30  # for training in the check: the whole run where it was as short as that
TIMEOUT_S = 500
# The first epoch must be the same to rounding; a GPU, which the check does not use, rounds more coarsely.
CPU_TOLERANCE, GPU_TOLERANCE = 1e-3, 5e-2
RANDOM_TOLERANCE = 1.0  # where batches are augmented or harmed at random, it is the same only on average
_MORE = {"table": ("pandas",), "tokens": ("pandas",), "image": ("pillow",)}


def write(subject: Trained, folder: Path) -> None:
    """Fill `folder`, which is there and empty."""
    data = subject.data
    rows = evaluation_batch_size(data.facts.input_shape, subject.spec.train.rows_in_batch(len(data.x["train"])))
    made = script(subject.spec, data, rows)
    (folder / "train.py").write_text(made.code, encoding="utf-8")
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    needs = ("tensorflow", "keras", "numpy", "scikit-learn", *_MORE.get(data.encoding.kind, ()))
    bundle.describe(subject, folder, FORMATS["script"], needs)


def check(subject: Trained, folder: Path) -> Check:
    """Run train.py in `folder`, for as many epochs as take half a minute, and compare validation losses epoch by epoch.

    Where that is the whole training, the test metric is of the model that the script wrote.
    """
    curve = _validation_losses(subject)
    planned = subject.spec.train.epochs
    epochs = _affordable_epochs(curve, planned)
    try:
        fresh.run("train.py", "--epochs", str(epochs), folder=folder, timeout_s=TIMEOUT_S)
        with (folder / "history.csv").open(newline="", encoding="utf-8") as stream:
            losses = [float(row["val_loss"]) for row in csv.DictReader(stream)]
        name, metric = _test_metric(subject, folder) if epochs == planned else (None, None)
    except (fresh.FreshProcessFailed, OSError, ValueError, KeyError) as error:
        return Check(False, f"The script does not work: {error}")
    ran = f"Run in an empty folder for {told(subject.spec.train, len(losses))}"
    both = min(len(losses), len(curve))
    if subject.spec.start is not None:
        return Check(True, f"{ran}, with new weights; the run began with another one's.", None, 0, name, metric)
    if not both:
        return Check(True, f"{ran}; the run finished no epoch to compare it with.", None, 0, name, metric)
    theirs, ours = np.array(losses[:both]), curve["value"].to_numpy(dtype=float)[:both]
    differences = np.abs(theirs - ours)
    exact = not is_random(subject.spec.data)
    tolerance = CPU_TOLERANCE if subject.run.device in (None, "cpu") else GPU_TOLERANCE
    tolerance = tolerance if exact else RANDOM_TOLERANCE
    ok = bool(differences[0] <= tolerance * max(1.0, abs(ours[0])))
    largest = float(differences.max())
    same = "are the run's to the last digit" if largest == 0 else f"differ from the run's by at most {largest:.2g}"
    message = f"{ran}: its validation losses {same}."
    if not exact:
        message += " What is random in a batch is drawn anew there."
    if not ok:
        message += " It does not train the same network: already the first epoch differs."
    rows = len(subject.data.x["val"])
    return Check(ok, message, largest if np.isfinite(largest) else None, rows, name, metric)


def told(train: TrainSpec, evaluations: int) -> str:
    """How long a script has run that has evaluated its network so many times.

    >>> told(TrainSpec(epochs=12), 3)
    '3 of at most 12 epochs'
    """
    early = train.early_stopping
    if early is None or early.every_steps is None:
        return f"{evaluations} of at most {train.epochs} epochs"
    return f"{evaluations} evaluation{'' if evaluations == 1 else 's'} in at most {train.epochs} epochs"


def _test_metric(subject: Trained, folder: Path) -> tuple[str, float | None]:
    """Of the model.keras that the script wrote."""
    bundle.ship_layers(subject, folder)
    bundle.ship(subject, folder, predict_keras.__file__)
    return outputs.test_metric(subject, outputs.predict(subject, folder)[subject.spec.model.output_names[0]])


def _validation_losses(subject: Trained) -> pd.DataFrame:
    """Columns epoch, value, time_s: one row an evaluation, in order."""
    store = RunStore(subject.folder.parents[1])
    try:
        history = store.history([subject.run.uid])
    finally:
        store.close()
    return history[(history["split"] == "val") & (history["name"] == "loss")].sort_values("step")


def _affordable_epochs(curve: pd.DataFrame, planned: int) -> int:
    """How many epochs take BUDGET_S seconds, at the run's own speed."""
    if len(curve) < 2:
        return 1
    in_epoch = len(curve) / curve["epoch"].nunique()
    each_s = float(np.median(np.diff(curve["time_s"]))) * in_epoch
    return int(min(planned, max(1, BUDGET_S / max(each_s, 1e-3))))
