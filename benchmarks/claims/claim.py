"""A claim: the runs that it is tried with, and what they must show."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.runs.facts import Run, Split
from pipelines.spec import RunSpec


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A run that has ended: finished, or diverged.

    Attributes:
        run: as the store knows it.
        spec: what was trained.
        history: every point of it, as `RunStore.history` gives them.
        home: of the store.
    """

    run: Run
    spec: RunSpec
    history: pd.DataFrame
    home: Path

    def curve(self, name: str, split: Split = "val") -> np.ndarray:
        """The values of a metric in the order of their steps, float64 of shape `(points,)`."""
        return self._points(name, split)["value"].to_numpy(dtype=float)

    def test(self, name: str = "accuracy") -> float:
        """A metric on the 10,000 test images, measured once, when the run ended; NaN where it diverged."""
        found = self.curve(name, "test")
        return float(found[-1]) if len(found) else math.nan

    def _points(self, name: str, split: Split) -> pd.DataFrame:
        points = self.history[(self.history["name"] == name) & (self.history["split"] == split)]
        return points.sort_values("step")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What some runs showed.

    Attributes:
        seen: the numbers, in words.
        holds: whether they are what was claimed.
    """

    seen: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that is said of training, and how it is tried.

    Attributes:
        name: in a few words.
        expected: what must come out, in words.
        specs: the runs that it takes, by a name for each.
        judge: what they showed, from the finished runs by the same names.
    """

    name: str
    expected: str
    specs: Mapping[str, RunSpec]
    judge: Callable[[Mapping[str, Tried]], Verdict]


def percent(share: float) -> str:
    """An accuracy.

    >>> percent(0.9704)
    '97.04 %'
    """
    return f"{share:.2%}".replace("%", " %")
