"""Over equal examples seen, small batches learn more than large ones, and those more than the whole set at once."""

from collections.abc import Mapping

from benchmarks.claims.claim import Claim, Tried, Verdict, percent
from benchmarks.claims.mnist import TRAIN_ROWS, perceptron, run, sgd

_EPOCHS = 3
_MODEL = perceptron(50)
_SPECS = {
    "b = 4": run("SGD, b = 4", _MODEL, sgd(0.1), batch_size=4, epochs=_EPOCHS),
    "b = 64": run("SGD, b = 64", _MODEL, sgd(0.1), batch_size=64, epochs=_EPOCHS),
    "whole set": run("GD", _MODEL, sgd(0.1), batch_size="all", epochs=_EPOCHS),
    "whole set, rate 0.5": run("GD, rate 0.5", _MODEL, sgd(0.5), batch_size="all", epochs=_EPOCHS),
}


def _judge(tried: Mapping[str, Tried]) -> Verdict:
    seen = ", ".join(f"{name}: {percent(each.test())}" for name, each in tried.items())
    small, middle = tried["b = 4"].test(), tried["b = 64"].test()
    whole = max(tried["whole set"].test(), tried["whole set, rate 0.5"].test())
    updates = [each.spec.train.steps_in_epoch(TRAIN_ROWS) * _EPOCHS for each in tried.values()]
    counted = ", ".join(f"{count:,}" for count in updates)
    return Verdict(f"{seen} (after {counted} updates)", small > middle and middle > whole + 0.2)


CLAIM = Claim(
    f"SGD of b = 4 and b = 64 against full-batch GD, {_EPOCHS * TRAIN_ROWS:,} examples each, rate 0.1",
    "test: b = 4 above b = 64, and that more than 20 points above GD at any of two rates",
    _SPECS,
    _judge,
)
