"""784-256-10 with Adam comes to about 98 %."""

from collections.abc import Mapping

from benchmarks.claims.claim import Claim, Tried, Verdict, percent
from benchmarks.claims.mnist import perceptron, run
from pipelines.spec import OptimizerSpec

_LEAST, _MOST = 0.975, 0.985


def _judge(tried: Mapping[str, Tried]) -> Verdict:
    (found,) = tried.values()
    return Verdict(f"{percent(found.test())}, loss {found.test('loss'):.3f}", _LEAST <= found.test() <= _MOST)


CLAIM = Claim(
    "784-256-10, Adam at 0.001, 10 epochs",
    f"about 98 % test ({percent(_LEAST)} to {percent(_MOST)})",
    {"adam": run("784-256-10, Adam", perceptron(256), OptimizerSpec(kind="Adam"), batch_size=128, epochs=10)},
    _judge,
)
