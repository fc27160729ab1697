"""What may be said after a comparison, in one sentence, and no more than that."""

import math

from pipelines.comparison.measure import Measure
from pipelines.comparison.statistics import Comparison, Paired, VariantResult

MIN_PAIRS = 3
LEVEL = 0.05


def conclude(comparison: Comparison) -> str:
    """One plain sentence on every variant: direction, size, interval and number of seeds, or that none may be told."""
    variants = [result for result in comparison.results if result.paired is not None]
    if not variants or len(variants) == len(comparison.results):
        return "Nothing to compare yet: it takes a baseline and at least one variant."
    said = "; ".join(conclude_one(result, comparison.measure, len(variants)) for result in variants)
    waiting = sum(result.waiting for result in comparison.results)
    if waiting:
        runs = "1 run is" if waiting == 1 else f"{waiting} runs are"
        return f"So far, while {runs} still to finish: {said}."
    return f"{said[0].upper()}{said[1:]}."


def conclude_one(result: VariantResult, measure: Measure, num_variants: int = 1) -> str:
    """What may be said of one variant, as a clause without a full stop.

    Args:
        result: of a variant, not of the baseline.
        measure: that it was compared by.
        num_variants: for how many variants the p value was corrected.

    Raises:
        ValueError: the result is the baseline's.
    """
    paired = result.paired
    if paired is None:
        raise ValueError("the baseline is not compared with itself")
    name = result.variant
    if paired.n < MIN_PAIRS:
        pairs = "1 pair of runs" if paired.n == 1 else f"{paired.n} pairs of runs"
        return f"{name}: too few seeds to tell ({pairs}; at least {MIN_PAIRS} are needed, and 5 or more are better)"
    if math.isnan(paired.p):
        return _without_spread(name, paired, measure)
    evidence = f"{_interval(paired)}, {paired.n} seeds, {_p(result.p_adjusted, num_variants)}"
    if result.p_adjusted < LEVEL:
        helped = "helped" if (paired.difference > 0) == measure.higher_is_better else "did harm"
        way = "higher" if paired.difference > 0 else "lower"
        return f"{name} {helped}: {measure} is {_number(abs(paired.difference))} {way} than the baseline ({evidence})"
    return f"{name} makes no clear difference: {measure} changes by {_signed(paired.difference)} ({evidence})"


def _without_spread(name: str, paired: Paired, measure: Measure) -> str:
    if paired.difference == 0:
        return f"{name} makes no difference at all: {measure} is the same with each of {paired.n} seeds"
    return (
        f"{name} changes {measure} by {_signed(paired.difference)} with each of {paired.n} seeds, exactly the same "
        "each time, so chance cannot be judged"
    )


def _interval(paired: Paired) -> str:
    return f"95 % interval {_signed(paired.low)} to {_signed(paired.high)}"


def _number(value: float) -> str:
    return f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + _number(value)


def _p(p: float, num_variants: int) -> str:
    said = "p < 0.001" if p < 0.001 else f"p = {p:.2g}"
    return said if num_variants == 1 else f"{said} corrected for {num_variants} variants"
