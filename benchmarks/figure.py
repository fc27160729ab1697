"""A figure: what was measured, on both sides, and what it should be."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        name: what was measured.
        ours, theirs: one number a repeat, in `unit`; theirs may be empty where there is no other side.
        unit: of ours and theirs, say "s".
        at_least, at_most: what the ratio should be; None where it is only printed.
        inverse: the ratio is theirs / ours (how many times faster) instead of ours / theirs (how much dearer).
        note: what a reader must know to believe it.
    """

    name: str
    ours: Sequence[float]
    theirs: Sequence[float]
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    inverse: bool = True
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ratio of the medians; None where there is no other side."""
        if not self.theirs:
            return None
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        return theirs / ours if self.inverse else ours / theirs

    @property
    def ok(self) -> bool | None:
        """Whether the ratio is what it should be; None where nothing is asked of it."""
        if self.ratio is None or (self.at_least is None and self.at_most is None):
            return None
        return (self.at_least is None or self.ratio >= self.at_least) and (
            self.at_most is None or self.ratio <= self.at_most
        )

    @property
    def target(self) -> str:
        """What it should be, in words."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return f"at most {self.at_most:g}" if self.at_most is not None else "-"

    def as_json(self) -> dict[str, Any]:
        """Every number, with the ratio and its target."""
        return {**asdict(self), "name": self.name.strip(), "ratio": self.ratio, "ok": self.ok}

    def row(self) -> list[str]:
        """The cells of the table: name, ours, theirs, ratio, target, verdict."""
        verdict = {True: "ok", False: "MISSED", None: "-"}[self.ok]
        ratio = "-" if self.ratio is None else f"{self.ratio:.3g}"
        return [self.name, self._side(self.ours), self._side(self.theirs), ratio, self.target, verdict]

    def _side(self, values: Sequence[float]) -> str:
        if not values:
            return "-"
        spread = f" ({min(values):.3g}-{max(values):.3g})" if len(values) > 1 else ""
        return f"{statistics.median(values):.3g} {self.unit}{spread}"
