"""One side of the overhead figures, in a process of its own: prints its wall and CPU time in seconds, imports left out.

`python -m benchmarks.overhead_work tracked|plain HOME UID`: train a claimed run as its worker does, or the same network
on the same arrays with nothing but Keras.
"""

import os
import sys
import time
from pathlib import Path

import keras

from pipelines.runs.specs import spec_of
from pipelines.runs.store import RunStore
from pipelines.training import worker
from pipelines.training.compiling import compiled_model
from pipelines.training.feed import evaluation_batch_size
from pipelines.training.prepare import prepare


def plain(home: Path, uid: str) -> None:
    """What a Keras user writes: data, compile, fit, evaluate. No callback, no file."""
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"  # the tracked run is claimed for the CPU
    store = RunStore(home)
    spec = spec_of(store.get(uid))
    store.close()
    keras.utils.set_random_seed(spec.seed)
    data = prepare(spec.data)
    rows = spec.train.rows_in_batch(len(data.x["train"]))
    evaluation = evaluation_batch_size(data.facts.input_shape, rows)  # as tracked, or it would lose by that
    model = compiled_model(spec, data.facts)
    model.fit(
        data.x["train"],
        data.y["train"],
        batch_size=rows,
        epochs=spec.train.epochs,
        validation_data=(data.x["val"], data.y["val"]),
        validation_batch_size=evaluation,
        verbose=0,
    )
    model.evaluate(data.x["test"], data.y["test"], batch_size=evaluation, verbose=0)


SIDES = {"tracked": worker.train, "plain": plain}

if __name__ == "__main__":
    side, home, uid = SIDES[sys.argv[1]], Path(sys.argv[2]), sys.argv[3]
    wall, cpu = time.perf_counter(), time.process_time()
    side(home, uid)
    print(f"wall_s={time.perf_counter() - wall:.3f} cpu_s={time.process_time() - cpu:.3f}")
