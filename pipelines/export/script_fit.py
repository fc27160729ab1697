"""How a script fits: its batches and the call of `fit`, once, or once for each stretch between two evaluations."""

import textwrap
from dataclasses import dataclass

from pipelines.data.facts import DataFacts
from pipelines.data.loading import Splits
from pipelines.export.script_callbacks import by_steps, callbacks_code
from pipelines.export.script_data import is_random
from pipelines.export.script_prepare import pair, raw_pair
from pipelines.spec import RunSpec

_ONCE = '''\
def shuffled_batches(x, y, epochs{change}):
    """Batches of all epochs, one epoch after the other, each in an order drawn from its number and the seed."""
    x, y = tf.constant(x), tf.constant(y)

    def batches_of_rows(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[SEED, epoch])
        return tf.data.Dataset.from_tensor_slices(order).batch({batch_size})

    rows = tf.data.Dataset.range(epochs).flat_map(batches_of_rows)
    return rows.map(lambda row: {batch}).prefetch(2)
'''
_WITHIN = '''\
def shuffled_batches(x, y, epoch, first{change}):
    """Batches of an epoch from the number `first` on, in an order drawn from the epoch's number and the seed."""
    x, y = tf.constant(x), tf.constant(y)

    def batches_of_rows(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[SEED, epoch])
        return tf.data.Dataset.from_tensor_slices(order).batch({batch_size})

    rows = tf.data.Dataset.range(epoch, epoch + 1).flat_map(batches_of_rows).skip(first)
    return rows.map(lambda row: {batch}).prefetch(2)


def remembering(callback):
    """A callback that forgets nothing when `fit` is called again."""
    callback.on_train_begin()
    callback.on_train_begin = callback.on_train_end = lambda logs=None: None
    return callback
'''
_FIT = """\
model.fit(
    shuffled_batches({training}, epochs{change}),
    steps_per_epoch={steps},
    epochs=epochs,
    validation_data={validation},
    validation_batch_size={evaluation_batch_size},
{weights}    callbacks=[
{callbacks}
    ],
    verbose=2,
)"""
_FIT_WITHIN = """\
# Early stopping by steps (Goodfellow et al., Deep Learning, 2016, algorithm 7.1): what Keras calls an epoch here is
# what is trained between two evaluations, of which there is one at the end of each epoch too.
callbacks = [
{callbacks}
]
callbacks = [remembering(callback) for callback in callbacks]
rows = [tf.constant(values) for values in ({training})]
steps = {steps}
stretches = [(epoch, first) for epoch in range(epochs) for first in range(0, steps, EVERY_STEPS)]
for number, (epoch, first) in enumerate(stretches):
    model.fit(
        shuffled_batches(*rows, epoch, first{change}),
        steps_per_epoch=min(EVERY_STEPS, steps - first),
        initial_epoch=number,
        epochs=number + 1,
        validation_data={validation},
        validation_batch_size={evaluation_batch_size},
{weights}        callbacks=callbacks,
        verbose=2,
    )
    if model.stop_training:
        break
{restore}"""
_RESTORE = "model.set_weights(callbacks[-1].best_weights)"


@dataclass(frozen=True, slots=True)
class FitCode:
    """How a script fits.

    Attributes:
        batches: the function that makes batches.
        lines: of `main`.
        imports, classes: import lines and definitions that they need.
    """

    batches: str
    lines: str
    imports: frozenset[str]
    classes: str


def fit_code(spec: RunSpec, splits: Splits, encoded: bool, compared: bool, evaluation_batch_size: int) -> FitCode:
    """How a run fits, as Python.

    Args:
        encoded: rows are not numbers as they are read.
        compared: several outputs are each compared with something (`compared_code`).
        evaluation_batch_size: rows a batch in validation.
    """
    train, known = spec.train, splits.facts
    whole = train.batch_size == "all"
    steps = train.steps_in_epoch(known.rows["train"])
    callbacks = callbacks_code(spec, steps)
    within = by_steps(spec)
    random = is_random(spec.data)
    rows = "(tf.gather(x, row), tf.gather(y, row))"
    batches = (_WITHIN if within else _ONCE).format(
        change=", prepare" if random else "",
        batch_size="len(x)" if whole else "BATCH_SIZE",
        batch=f"changed{rows[:-1]}, prepare)" if random else f"{'compared' if compared else ''}{rows}",
    )
    early = train.early_stopping
    lines = (_FIT_WITHIN if within else _FIT).format(
        training=raw_pair(known, encoded) if random else pair(known, "train", spec),
        change=", prepare" if random else "",
        steps="1" if whole else "math.ceil(len(train) / BATCH_SIZE)",
        validation=_validation(spec, known, compared),
        evaluation_batch_size=evaluation_batch_size,
        weights="",
        callbacks=textwrap.indent(callbacks.items, "    " if within else "        "),
        restore=_RESTORE if early and early.restore_best else "",
    )
    return FitCode(batches, lines.rstrip(), callbacks.imports, callbacks.classes)


def _validation(spec: RunSpec, known: DataFacts, compared: bool) -> str:
    rows = f"({pair(known, 'val', spec)})"
    return f"compared{rows}" if compared else rows
