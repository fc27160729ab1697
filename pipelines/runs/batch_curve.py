"""The training loss of every batch in bounded room: buckets of batches in a row, two of which become one when full."""

import math
import threading
from collections.abc import Iterable

from pipelines.runs.facts import BatchPoint

MOST = 2048


class BatchCurve:
    """The per-batch curve of a run that trains. One thread may add while another one takes.

    A bucket is given away once it is whole. When there are `most`, neighbours are merged in pairs, and from then on a
    bucket takes twice as many batches: the curve of a long run is as detailed at its beginning as at its end.

    Args:
        points: those that the run has already, by step, as the store gives them to a run that goes on.
        most: greatest number of buckets; even.

    >>> curve = BatchCurve(most=4)
    >>> for step, loss in enumerate([5.0, 4.0, 3.0, 2.0, 1.0], start=1):
    ...     curve.add(step, 1, loss)
    >>> [(point.step, point.steps, point.mean) for point in curve.take(end=True)[0]]
    [(2, 2, 4.5), (4, 2, 2.5), (5, 1, 1.0)]
    """

    def __init__(self, points: Iterable[BatchPoint] = (), most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._whole = list(points)
        self._width = max((point.steps for point in self._whole), default=1)
        self._taken = len(self._whole)
        self._replace = False
        self._open: BatchPoint | None = None

    def add(self, step: int, steps: int, loss: float) -> None:
        """Add some batches in a row.

        Args:
            step: optimizer updates done since the run began, after them.
            steps: how many they are.
            loss: their mean training loss; NaN and infinities are kept as None.
        """
        value = float(loss) if math.isfinite(loss) else None
        with self._lock:
            point = BatchPoint(step, steps, value, value, value)
            self._open = point if self._open is None else _merged(self._open, point)
            if self._open.steps >= self._width:
                self._close()

    def take(self, end: bool = False) -> tuple[list[BatchPoint], bool]:
        """What the store does not have yet, for `RunStore.log_batches`: (points, replace).

        Args:
            end: nothing follows, so that the last bucket is given away as it is.
        """
        with self._lock:
            if end:
                self._close(end)
            points, replace = self._whole[0 if self._replace else self._taken :], self._replace
            self._taken, self._replace = len(self._whole), False
            return points, replace

    def put_back(self) -> None:
        """What was taken did not reach the store: the next `take` gives the whole curve."""
        with self._lock:
            self._replace = True

    def _close(self, end: bool = False) -> None:
        if self._open is None:
            return
        if len(self._whole) >= self._most:
            pairs = zip(self._whole[::2], self._whole[1::2], strict=False)
            odd = self._whole[len(self._whole) // 2 * 2 :]
            self._whole = [_merged(first, second) for first, second in pairs] + odd
            self._width = max(point.steps for point in self._whole)
            self._replace = True
            if self._open.steps < self._width and not end:  # it goes on growing
                return
        self._whole.append(self._open)
        self._open = None


def _merged(first: BatchPoint, second: BatchPoint) -> BatchPoint:
    steps = first.steps + second.steps
    if first.mean is None or first.low is None or first.high is None:
        return BatchPoint(second.step, steps, None, None, None)
    if second.mean is None or second.low is None or second.high is None:
        return BatchPoint(second.step, steps, None, None, None)
    mean = (first.mean * first.steps + second.mean * second.steps) / steps
    return BatchPoint(second.step, steps, mean, min(first.low, second.low), max(first.high, second.high))
