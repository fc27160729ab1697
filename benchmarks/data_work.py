"""One step of the data figures, in a process of its own: prints its seconds and its peak memory as JSON.

`python -m benchmarks.data_work csv|pandas FILE`, `prepare|train FOLDER`: what NETLOOM_HOME keeps decides whether it is
the first time.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keras
import pandas as pd
import psutil

from pipelines.data import keras_loading
from pipelines.data.preview.columns import column_table, head
from pipelines.data.preview.looked import look_at
from pipelines.data.recognise import recognise
from pipelines.data.spec import DataSpec, ImageSpec, ImagesSource
from pipelines.training.feed import evaluation_batches, steps_in_epoch, training_batches
from pipelines.training.prepare import prepare

BATCH = 8  # so that it is the data that is measured, not batches of large photos


class Peak:
    """The most memory that this process has held, in bytes, above what it held when this was made."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._before = self._process.memory_info().rss
        self._most = self._before
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.01):
            self._most = max(self._most, self._process.memory_info().rss)

    def end(self) -> int:
        """Stop watching."""
        self._over.set()
        self._thread.join()
        return self._most - self._before


@contextmanager
def measured(**more: int) -> Iterator[dict[str, float]]:
    """Prints what the block took."""
    peak, start = Peak(), time.perf_counter()
    told: dict[str, float] = dict(more)
    yield told
    print(json.dumps({"seconds": time.perf_counter() - start, "peak_bytes": peak.end(), **told}))


def csv(path: str) -> None:
    """Everything from the file to what the Data page shows first; memory is of reading, typing and proposing alone."""
    with measured() as told:
        peak = Peak()
        spec = recognise(path)
        told["peak_bytes"] = peak.end()
        looked = look_at(spec)
        head(looked, "train")
        column_table(looked, "train")


def with_pandas(path: str) -> None:
    """The same by pandas alone."""
    with measured():
        table = pd.read_csv(path)
        table.head()
        table.describe(include="all")


def photos(path: str) -> DataSpec:
    """The photos at 512 x 512: more than training keeps in memory."""
    return DataSpec(source=ImagesSource(path=path), image=ImageSpec(height=512, width=512))


def prepared(path: str) -> None:
    """Photos decoded, brought to one size and mapped."""
    with measured():
        keras_loading.load(photos(path))


def train(path: str) -> None:
    """One epoch, streamed from disk."""
    spec = photos(path)
    data = prepare(spec)
    model = keras.Sequential([
        keras.Input(data.facts.input_shape),
        keras.layers.Conv2D(4, 8, strides=8, activation="relu"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(1, activation="sigmoid"),
    ])  # fmt: skip
    model.compile("adam", "binary_crossentropy")
    rows = len(data.x["train"])
    model.predict(data.preparation.apply(data.x["train"][:1]), verbose=0)  # what TensorFlow takes for itself
    with measured(data_bytes=sum(x.nbytes for x in data.x.values())):
        model.fit(training_batches(data, BATCH, 0, 0, 1), steps_per_epoch=steps_in_epoch(rows, BATCH), verbose=0)
        model.evaluate(evaluation_batches(data, "val", BATCH), verbose=0)


STEPS: dict[str, Callable[[str], None]] = {"csv": csv, "pandas": with_pandas, "prepare": prepared, "train": train}

if __name__ == "__main__":
    STEPS[sys.argv[1]](sys.argv[2])
