"""One side of the overhead figures, in a process of its own: prints its CPU time in seconds, imports left out.

`python -m benchmarks.overhead_work tracked|plain|same-feed HOME UID`: train a claimed run as its worker does, or the
same network on the same arrays with nothing but Keras; `same-feed` draws its batches as the worker does.
"""

import sys
import time
from functools import partial
from pathlib import Path

import keras

from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec
from pipelines.training import worker
from pipelines.training.compiling import compiled_model
from pipelines.training.feed import evaluation_batch_size, shuffled_batches, steps_in_epoch
from pipelines.training.prepare import prepare


def plain(home: Path, uid: str, same_feed: bool = False) -> None:
    """What a Keras user writes: data, compile, fit, evaluate. No callback, no file."""
    store = RunStore(home)
    spec = RunSpec.model_validate_json(store.get(uid).spec_json)
    store.close()
    keras.utils.set_random_seed(spec.seed)
    data, train = prepare(spec.data), spec.train
    x, y = data.x["train"], data.y["train"]
    model = compiled_model(spec, data.facts)
    evaluation = evaluation_batch_size(data.facts.input_shape, train.batch_size)  # as tracked, or it would lose by that
    if same_feed:
        batches = shuffled_batches(x, y, train.batch_size, spec.seed, 0, train.epochs)
        feed = {"x": batches, "steps_per_epoch": steps_in_epoch(len(x), train.batch_size), "shuffle": False}
    else:
        feed = {"x": x, "y": y, "batch_size": train.batch_size}
    model.fit(
        **feed,
        epochs=train.epochs,
        validation_data=(data.x["val"], data.y["val"]),
        validation_batch_size=evaluation,
        verbose=0,
    )
    model.evaluate(data.x["test"], data.y["test"], batch_size=evaluation, verbose=0)


SIDES = {"tracked": worker.train, "plain": plain, "same-feed": partial(plain, same_feed=True)}

if __name__ == "__main__":
    side, home, uid = SIDES[sys.argv[1]], Path(sys.argv[2]), sys.argv[3]
    start = time.process_time()
    side(home, uid)
    print(f"cpu_s={time.process_time() - start:.3f}")
