"""The learning-rate finder: a short range test of a run's own network, data and optimizer."""

import math
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from models.errors import NetloomError
from pipelines.outputs import targets
from pipelines.schedules.rate_curve import RateCurve, has_diverged, rate_curve
from pipelines.spec import RunSpec, TrainSpec
from pipelines.training.compiling import compiled_model
from pipelines.training.feed import training_batches
from pipelines.training.prepare import prepare

ROWS_AT_A_RATE = 32
"""Smaller batches are taken several at a rate, since the loss of a few rows says little."""


def find_rate(
    spec: RunSpec,
    lowest: float = 1e-6,
    highest: float = 10.0,
    rates: int = 120,
    limit_s: float = 120.0,
    clock: Callable[[], float] = time.monotonic,
) -> RateCurve:
    """Train a fresh network while the learning rate rises from update to update, and look where the loss falls best.

    Rates are evenly spaced in their logarithm. The test ends where the loss diverges. Nothing is stored.

    Source: the range test of Smith, Cyclical learning rates for training neural networks (2017).

    Args:
        spec: its schedule is left out; everything else is as it will be trained, batches and seed included.
        lowest, highest: rates to begin and to end with.
        rates: how many are tried.
        limit_s: seconds after which no further rate is tried.
        clock: tells them.

    Raises:
        NetloomError: the run could not be trained, or its loss is no number from the start.
    """
    if not 0 < lowest < highest or rates < 2:
        raise NetloomError(
            f"A range test needs two rates, the lower above 0. Received: lowest={lowest}, highest={highest}, "
            f"rates={rates}."
        )
    spec = spec.replace(train=_plain(spec.train, lowest))
    data = prepare(spec.data, targets(spec.model))
    keras.utils.set_random_seed(spec.seed)
    model = compiled_model(spec, data.facts)
    rows = len(data.x["train"])
    batch_size, at_a_rate = spec.train.rows_in_batch(rows), _batches_at_a_rate(spec.train, rows)
    epochs = math.ceil(rates * at_a_rate / spec.train.steps_in_epoch(rows))
    batches = iter(training_batches(data, batch_size, spec.seed, 0, epochs))
    tried = np.geomspace(lowest, highest, rates)
    losses: list[float] = []
    until = clock() + limit_s
    for rate in tried:
        model.optimizer.learning_rate = rate
        losses.append(_loss_of(model, [next(batches) for _ in range(at_a_rate)]))
        if has_diverged(losses) or clock() > until:
            break
    finite = np.isfinite(losses)
    if not finite[0]:
        raise NetloomError(
            "The loss is no number before anything was learned.",
            "Look at the inputs on the Data page, and whether the loss suits the last layer.",
        )
    known = len(losses) if finite.all() else int(finite.argmin())
    return rate_curve(tried[:known], np.array(losses[:known]))


def _plain(train: TrainSpec, rate: float) -> TrainSpec:
    """`train` with a rate that can be set, and nothing that pays off in longer runs alone."""
    optimizer = train.optimizer.replace(config={**train.optimizer.config, "learning_rate": rate})
    return train.replace(
        optimizer=optimizer, schedule=None, early_stopping=None, snapshots=None, jit="off", steps_per_execution=1
    )


def _batches_at_a_rate(train: TrainSpec, rows: int) -> int:
    """Enough for a loss that says something, and for whole updates where gradients are added up."""
    given: Any = train.optimizer.config.get("gradient_accumulation_steps")
    update = given if isinstance(given, int) and given > 1 else 1
    batches = math.ceil(min(ROWS_AT_A_RATE, rows) / train.rows_in_batch(rows))
    return math.ceil(batches / update) * update


def _loss_of(model: keras.Model, batches: list[Any]) -> float:
    """Train on batches; their mean loss, each before its update."""
    model.reset_metrics()
    logs: Any = {}
    for batch in batches:
        # What it returns is the mean since the metrics were reset.
        logs = model.train_on_batch(*batch, return_dict=True)
    return float(logs["loss"])
