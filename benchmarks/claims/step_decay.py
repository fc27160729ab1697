"""Step decay: where the rate drops, the training loss drops with it, and the run ends below one of a constant rate."""

from collections.abc import Mapping

import numpy as np

from benchmarks.claims.claim import Claim, Tried, Verdict
from benchmarks.claims.mnist import perceptron, run, sgd
from pipelines.spec import ScheduleSpec

_RATE, _EVERY, _EPOCHS = 0.5, 3, 9
_FIELDS = {"model": perceptron(50), "optimizer": sgd(_RATE), "batch_size": 32, "epochs": _EPOCHS}


def _judge(tried: Mapping[str, Tried]) -> Verdict:
    step, constant = tried["step"], tried["constant"]
    rates = step.curve("learning_rate", "train")
    planned = _RATE * 0.1 ** (np.arange(_EPOCHS) // _EVERY)
    losses = step.curve("loss", "train")
    before, at = losses[_EVERY - 2] - losses[_EVERY - 1], losses[_EVERY - 1] - losses[_EVERY]
    last, other = step.curve("loss")[-1], constant.curve("loss")[-1]
    holds = np.allclose(rates, planned, rtol=1e-5) and at > before and last < other
    return Verdict(
        f"rates {', '.join(f'{rate:g}' for rate in np.unique(rates.round(9))[::-1])}; training loss falls by {at:.4f} "
        f"at the first drop, by {before:.4f} in the epoch before; validation loss ends at {last:.4f}, constant rate "
        f"{other:.4f}",
        bool(holds),
    )


CLAIM = Claim(
    f"784-50-10, SGD at {_RATE:g}, times 0.1 every {_EVERY} epochs, against the constant rate",
    "the rate is as planned; where it drops, the training loss falls by more than in the epoch before; "
    "a lower validation loss in the end",
    {
        "step": run(
            "step decay", schedule=ScheduleSpec(kind="step", config={"every": _EVERY, "factor": 0.1}), **_FIELDS
        ),
        "constant": run("constant rate", **_FIELDS),
    },
    _judge,
)
