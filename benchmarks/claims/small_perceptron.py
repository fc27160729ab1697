"""784-50-10 with SGD at 0.1 and L2 of 1e-4 comes to about 97.0 % in ten epochs."""

from collections.abc import Mapping

from benchmarks.claims.claim import Claim, Tried, Verdict, percent
from benchmarks.claims.mnist import perceptron, run, sgd

_SEEDS = (0, 1)
_LEAST, _MOST = 0.965, 0.976


def _judge(tried: Mapping[str, Tried]) -> Verdict:
    found = [each.test() for each in tried.values()]
    mean = sum(found) / len(found)
    return Verdict(f"{percent(mean)}, mean of {', '.join(map(percent, found))}", _LEAST <= mean <= _MOST)


CLAIM = Claim(
    "784-50-10, SGD at 0.1, L2 1e-4, 10 epochs",
    f"about 97.0 % test ({percent(_LEAST)} to {percent(_MOST)})",
    {f"seed {seed}": run(f"784-50-10, seed {seed}", perceptron(50, l2=1e-4), sgd(0.1), seed=seed, batch_size=32,
                         epochs=10) for seed in _SEEDS},
    _judge,
)  # fmt: skip
