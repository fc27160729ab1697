"""What runs are compared by: one number a run, and which way is better."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines.runs.facts import Run, Split

# Parts of Keras metric names, written without underscores. Every other metric is an error: lower is better.
_HIGHER_IS_BETTER = (
    "accuracy", "auc", "precision", "recall", "sensitivity", "specificity", "f1score", "fbetascore", "r2score", "iou",
    "meaniou", "dice", "cosinesimilarity", "correlation", "truepositives", "truenegatives",
)  # fmt: skip

RATE = "learning_rate"  # logged beside the metrics where it varies: what was done, no result

_SPELLED = {
    "mse": "MSE", "mae": "MAE", "mape": "MAPE", "msle": "MSLE", "rmse": "RMSE", "auc": "AUC", "iou": "IoU", "kl": "KL",
    "f1": "F1", "r2": "R²", "ctc": "CTC", "kld": "KLD",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """One number a run: metric `name` on `split`.

    The test split is measured once, when a run ends. On train and val it is the value at the epoch whose weights the
    run kept: its best epoch where early stopping restored that, otherwise its last. Of an epoch that was evaluated
    several times it is the evaluation whose weights were kept.
    """

    name: str
    split: Split = "test"

    @property
    def higher_is_better(self) -> bool:
        """Whether a larger value is the better one.

        >>> Measure("accuracy").higher_is_better, Measure("loss").higher_is_better
        (True, False)
        """
        return higher_is_better(self.name)

    def __str__(self) -> str:
        words = {"train": "training", "val": "validation", "test": "test"}
        return f"{words[self.split]} {metric_words(self.name)}"


def metric_words(name: str) -> str:
    """The name of a loss or metric as the field spells it, inside a sentence.

    >>> [metric_words(name) for name in ("mean_io_u", "mae", "auc_1", "f1_score", "Precision")]
    ['mean IoU', 'MAE', 'AUC 1', 'F1 score', 'precision']
    """
    spaced = " ".join(name.replace("io_u", "iou").split("_")).strip()
    spaced = spaced if spaced.lower() in _SPELLED else spaced[:1].lower() + spaced[1:]
    return " ".join(_SPELLED.get(word.lower(), word) for word in spaced.split())


def higher_is_better(metric: str) -> bool:
    """Whether more of a Keras metric is better, by its name.

    >>> [higher_is_better(name) for name in ("accuracy", "AUC", "mean_io_u", "mae", "false_positives", "auc_loss")]
    [True, True, True, False, False, False]
    """
    plain = metric.lower().replace("_", "")
    return not is_loss(metric) and any(part in plain for part in _HIGHER_IS_BETTER)


def is_loss(name: str) -> bool:
    """Whether it is the loss, or that of one output of several (`aux_loss`)."""
    return name == "loss" or name.endswith("_loss")


def place(name: str) -> int:
    """Where it is shown: the loss (0), then metrics (1), then the losses of single outputs (2).

    >>> place("loss"), place("accuracy"), place("aux_loss")
    (0, 1, 2)
    """
    return 0 if name == "loss" else 2 if is_loss(name) else 1


def measures(history: pd.DataFrame) -> list[Measure]:
    """The measures that some runs can be compared by, the most telling first: test before val, metrics before loss.

    The learning rate is none of them.

    Args:
        history: as `RunStore.history` gives it.
    """
    found = history.loc[history["name"] != RATE, ["split", "name"]].drop_duplicates().itertuples(index=False)
    order: dict[str, int] = {"test": 0, "val": 1, "train": 2}
    ranked = sorted((order[split], is_loss(name), place(name), name, split) for split, name in found)
    return [Measure(name, split) for *_, name, split in ranked]


def seed_of(run: Run) -> int:
    """The seed that a run was asked for with."""
    return int(json.loads(run.spec_json)["seed"])


def values(runs: Sequence[Run], history: pd.DataFrame, measure: Measure) -> pd.Series:
    """The measure of each run that has one.

    Args:
        runs: of any status.
        history: as `RunStore.history` gives it for these runs.
        measure: what to read.

    Returns:
        float64 values by run uid; runs without a finite value are left out.
    """
    points = history[(history["name"] == measure.name) & (history["split"] == measure.split)]
    kept = {run.uid: run.best_epoch for run in runs if run.best_epoch is not None and measure.split != "test"}
    # An epoch may have several evaluations; the test is logged at the step of the weights that were kept.
    tested = history[history["split"] == "test"]
    kept_step = dict(zip(tested["run"], tested["step"], strict=True))
    latest: dict[str, tuple[tuple[bool, int], float]] = {}  # a loop is quicker here than pandas is
    for uid, epoch, step, value in zip(*(points[name] for name in ("run", "epoch", "step", "value")), strict=True):
        order = (uid not in kept or step <= kept_step.get(uid, step), step)
        if kept.get(uid, epoch) == epoch and (uid not in latest or order > latest[uid][0]):
            latest[uid] = order, value
    found = {run.uid: latest[run.uid][1] for run in runs if run.uid in latest}
    return pd.Series(found, dtype="float64").dropna()
