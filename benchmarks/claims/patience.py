"""Early stopping with patience ends a run that overfits, and gives the parameters of its best epoch back."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.claims.claim import Claim, Tried, Verdict
from benchmarks.claims.mnist import perceptron, run
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 5
_EPOCHS = 100
_FIELDS = {
    "model": perceptron(256),
    "optimizer": OptimizerSpec(kind="Adam"),
    "rows": 0.06,  # 3,000 images, which such a network soon knows by heart
    "batch_size": 32,
    "epochs": _EPOCHS,
}


def _judge(tried: Mapping[str, Tried]) -> Verdict:
    best, last = (_kept_loss(tried[name]) for name in ("best", "last"))
    run = tried["best"].run
    curve = tried["best"].curve("loss")
    lowest = int(curve.argmin())
    holds = (
        run.best_epoch == lowest
        and run.stopped_epoch == lowest + _PATIENCE
        and len(curve) == lowest + _PATIENCE + 1 < _EPOCHS
        and abs(best - curve[lowest]) < 1e-5
        and abs(last - tried["last"].curve("loss")[-1]) < 1e-5
        and best < last
    )
    return Verdict(
        f"best epoch {lowest + 1} ({curve[lowest]:.4f}), stopped after {len(curve)}; "
        f"the saved network gives {best:.4f}, without restoring {last:.4f}",
        holds,
    )


def _kept_loss(tried: Tried) -> float:
    """Validation loss of the network that the run saved, computed in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.claims.patience_work", tried.home, tried.run.uid],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"val_loss=(\S+)", ran.stdout)
    if found is None:
        raise RuntimeError(f"no loss was measured: {ran.stdout[-300:]}{ran.stderr[-300:]}")
    return float(found[1])


CLAIM = Claim(
    f"784-256-10 on 3,000 images, patience {_PATIENCE}",
    f"stops {_PATIENCE} epochs after its best one, and keeps that one's parameters",
    {
        "best": run("patience, best kept", early_stopping=EarlyStoppingSpec(patience=_PATIENCE), **_FIELDS),
        "last": run(
            "patience, last kept", early_stopping=EarlyStoppingSpec(patience=_PATIENCE, restore_best=False), **_FIELDS
        ),
    },
    _judge,
)
