"""How many updates go by between two words with Python: many where one is quick, and never past an interval's end.

Python's part in an update is a millisecond, which is half of what a small network takes. Keras's own
`steps_per_execution` would run past the end of an epoch whose batches come from one endless row of them, evaluates in
the same steps, and asks after every update what the metrics are. Here Keras takes an execution of several updates for
one step, and the updates are the very same ones: no number changes by how many of them an execution has.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from models.spec import ModelSpec
from models.summary import summarize
from pipelines.spec import TrainSpec

MOST = 32
_EXECUTION_S = 0.15  # a stop, a point of the first epoch's curve: nobody waits longer for them
_STEP_S = 3e-4  # what TensorFlow takes for an update, however small
_FLOPS_PER_S = {"CPU": 3e10, "GPU": 3e12}
_PASSES = 3  # forward, and twice as much backward


def steps_per_execution(train: TrainSpec, model: ModelSpec, rows: int) -> int:
    """Updates in an execution: what `train` says, or as many as are quick, by what Keras says of the network's costs.

    It depends on nothing that is measured. 1 where the backend is JAX, which does not wait for an update before it is
    given the next.

    Args:
        train: how to train.
        model: the network.
        rows: in a batch.
    """
    if keras.config.backend() != "tensorflow":
        return 1
    if train.steps_per_execution != "auto":
        return train.steps_per_execution
    where = "GPU" if keras.distribution.list_devices("gpu") else "CPU"
    flops = _PASSES * rows * sum(node.flops or 0 for node in summarize(model).nodes)
    most = _EXECUTION_S / (_STEP_S + flops / _FLOPS_PER_S[where])
    return max(1, min(MOST, 1 << max(0, int(most).bit_length() - 1)))


class Pace:
    """Makes `model.fit` train several updates in what it takes for a step.

    Args:
        model: compiled; compiling it again undoes this.
        most: updates in an execution, but for the last of an interval, which may have fewer.

    Attributes:
        hear: given the loss after each update of an execution, the mean since the interval began, float32 of shape
            `(updates,)`; not where `most` is 1, since there Keras tells it.
    """

    def __init__(self, model: keras.Model, most: int) -> None:
        self.most = most
        self.hear: Callable[[tf.Tensor], None] = lambda means: None
        self._left = self._steps = 0
        if most == 1:
            return

        @tf.autograph.experimental.do_not_convert
        def update(batch: object) -> tf.Tensor:
            return model.train_step(batch)["loss"]

        update = tf.function(update, reduce_retracing=True, jit_compile=model.jit_compile)

        @tf.function(reduce_retracing=True)
        @tf.autograph.experimental.do_not_convert
        def execute(iterator: tf.data.Iterator, updates: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
            def body(done: tf.Tensor, means: tf.TensorArray) -> tuple[tf.Tensor, tf.TensorArray]:
                return done + 1, means.write(done, tf.cast(update(iterator.get_next()), "float32"))

            begin = tf.constant(0), tf.TensorArray("float32", updates, element_shape=())
            _, means = tf.while_loop(lambda done, _: done < updates, body, begin, parallel_iterations=1)
            return model.get_metrics_result(), means.stack()

        def train(iterator: tf.data.Iterator) -> dict[str, tf.Tensor]:
            logs, means = execute(iterator, tf.constant(self._next()))
            self.hear(means)
            return logs

        model.train_function = train  # what is there already, Keras does not make

    def executions(self, steps: int) -> int:
        """What the next `fit` takes for `steps_per_epoch`, where an interval has `steps` updates."""
        self._steps = self._left = steps
        return -(-steps // self.most)

    def _next(self) -> int:
        """Updates in the execution that begins."""
        updates = min(self.most, self._left)
        self._left = self._left - updates or self._steps
        return updates
