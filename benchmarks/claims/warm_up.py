"""Warm-up: a rate that is too high to begin with can be borne when it is reached slowly."""

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.claims.claim import Claim, Tried, Verdict, percent
from benchmarks.claims.mnist import TRAIN_ROWS, perceptron, run, sgd
from pipelines.schedules import rates
from pipelines.spec import RunSpec, ScheduleSpec

_RATE, _WARM_UP, _EPOCHS = 0.7, 2, 6
_CHANCE = 0.1
_SEEDS = (0, 1)


def _spec(name: str, seed: int, warmup: int) -> RunSpec:
    schedule = ScheduleSpec(kind="cosine", warmup=warmup)
    return run(name, perceptron(256, 128, 64), sgd(_RATE), seed=seed, batch_size=64, epochs=_EPOCHS, schedule=schedule)


def _judge(tried: Mapping[str, Tried]) -> Verdict:
    warm = [tried[f"warm-up, seed {seed}"] for seed in _SEEDS]
    cold = [tried[f"none, seed {seed}"] for seed in _SEEDS]
    used = warm[0].curve("learning_rate", "train")
    train = warm[0].spec.train
    steps = train.steps_in_epoch(TRAIN_ROWS)
    planned = rates(train, steps, np.arange(1, _EPOCHS + 1) * steps - 1)
    # A run that diverged is worth no more than a guess.
    accuracies = [_mean([np.nan_to_num(each.test(), nan=_CHANCE) for each in side]) for side in (warm, cold)]
    diverged = sum(each.run.status == "failed" for each in cold)
    holds = (
        np.allclose(used, planned, rtol=1e-4, atol=1e-6)
        and np.allclose(used[:_WARM_UP], _RATE * np.arange(1, _WARM_UP + 1) / _WARM_UP, rtol=0.01)
        and accuracies[0] > accuracies[1]
    )
    return Verdict(
        f"rate at the ends of epochs {', '.join(f'{rate:.3g}' for rate in used)}; "
        f"test {percent(accuracies[0])}, without {percent(accuracies[1])} (means of {len(_SEEDS)} seeds"
        + (f"; {diverged} without diverged)" if diverged else ")"),
        bool(holds),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


CLAIM = Claim(
    f"784-256-128-64-10, SGD at {_RATE:g} and cosine decay, with a warm-up of {_WARM_UP} epochs and without",
    "the rate rises in a straight line; a better test than without",
    {f"{name}, seed {seed}": _spec(f"cosine, {name}, seed {seed}", seed, warmup)
     for seed in _SEEDS for name, warmup in (("warm-up", _WARM_UP), ("none", 0))},
    _judge,
)  # fmt: skip
