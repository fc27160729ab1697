"""How a script fits: its batches and the call of `fit`, once, or once for each stretch between two evaluations."""

import textwrap
from dataclasses import dataclass

from models.code.layout import Group
from pipelines.class_weights import class_weights
from pipelines.data.facts import DataFacts
from pipelines.data.loading import Splits
from pipelines.export.script_callbacks import by_steps, callbacks_code
from pipelines.export.script_data import is_random
from pipelines.export.script_layout import WIDTH, broken
from pipelines.export.script_prepare import pair, raw_pair
from pipelines.outputs import judged
from pipelines.spec import RunSpec

_ONCE = '''\
def shuffled_batches(x, y, epochs{change}):
    """Batches of all epochs, one epoch after the other, each in an order drawn from its number and the seed."""
    x, y = tf.constant(x), tf.constant(y)

    def batches_of_rows(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[SEED, epoch])
        return tf.data.Dataset.from_tensor_slices(order).batch({batch_size})

    rows = tf.data.Dataset.range(epochs).flat_map(batches_of_rows)
    return {mapped}
'''
_WITHIN = '''\
def shuffled_batches(x, y, epoch, first{change}):
    """Batches of an epoch from the number `first` on, in an order drawn from the epoch's number and the seed."""
    x, y = tf.constant(x), tf.constant(y)

    def batches_of_rows(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[SEED, epoch])
        return tf.data.Dataset.from_tensor_slices(order).batch({batch_size})

    rows = tf.data.Dataset.range(epoch, epoch + 1).flat_map(batches_of_rows).skip(first)
    return {mapped}


def remembering(callback):
    """A callback that forgets nothing when `fit` is called again; `end` is for when that was the last time."""
    callback.on_train_begin()
    callback.end = callback.on_train_end
    callback.on_train_begin = callback.on_train_end = lambda logs=None: None
    return callback
'''
_FIT = """\
model.fit(
    shuffled_batches({training}, epochs{change}),
    steps_per_epoch={steps},
    epochs=epochs,
    shuffle=False,  # the batches are
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
        shuffle=False,  # the batches are
        validation_data={validation},
        validation_batch_size={evaluation_batch_size},
{weights}        callbacks=callbacks,
        verbose=2,
    )
    if model.stop_training:
        break
for callback in callbacks:
    callback.end()"""
_INSIDE = {False: "    ", True: "        "}


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
    weighed = train.class_weights is not None
    rows = "(tf.gather(x, row), tf.gather(y, row))"
    batch = f"changed{rows[:-1]}, prepare)" if random else f"{'compared' if compared else ''}{rows}"
    if weighed and compared:
        batch = f"(*{batch}, counted(tf.gather(y, row)))"
    mapped = f"rows.map(lambda row: {batch}).prefetch(2)"
    if len(mapped) > WIDTH - len("    return "):
        mapped = f"rows.map(\n        lambda row: {batch}\n    ).prefetch(2)"
    batches = (_WITHIN if within else _ONCE).format(
        change=", prepare" if random else "",
        batch_size="len(x)" if whole else "BATCH_SIZE",
        mapped=mapped,
    )
    lines = (_FIT_WITHIN if within else _FIT).format(
        training=raw_pair(known, encoded) if random else pair(known, "train", spec),
        change=", prepare" if random else "",
        steps="1" if whole else "math.ceil(len(train) / BATCH_SIZE)",
        validation=_validation(spec, known, compared),
        evaluation_batch_size=evaluation_batch_size,
        weights=_INSIDE[within] + "class_weight=CLASS_WEIGHT,\n" if weighed and not compared else "",
        callbacks=textwrap.indent(callbacks.items, "    " if within else "        "),
    )
    counted = _counted(spec, known) if weighed and compared else ""
    return FitCode(counted + batches, lines, callbacks.imports, callbacks.classes)


def class_weight_code(spec: RunSpec, splits: Splits) -> str:
    """The constant CLASS_WEIGHT by class id; "" where all classes count the same."""
    weights = class_weights(spec.train.class_weights, splits.facts.class_names, splits.y["train"])
    if weights is None:
        return ""
    # The shortest number that is the same as a float32.
    items = tuple(f"{place}: {weight!s}" for place, weight in enumerate(weights))
    note = "  # balanced: each class counts as much as any other" if spec.train.class_weights == "balanced" else ""
    return broken(Group("CLASS_WEIGHT = ", items, "{}"), "") + note


def _counted(spec: RunSpec, known: DataFacts) -> str:
    """The function `counted(y)`: Keras takes class weights for one output alone."""
    # Keras has a loss for each value of an input but its last axis, and does not spread weights over the others itself.
    axes = ", ".join(["-1", *["1"] * (len(known.input_shape) - 1)])
    same = f"tf.reshape(tf.ones_like(each), [{axes}])"
    parts = ["each" if output.target == "label" else same for output in judged(spec, known)]
    return f'''\
def counted(y):
    """What each row counts in the loss of each output."""
    each = tf.gather([float(weight) for weight in CLASS_WEIGHT.values()], tf.cast(y, "int32"))
    return {", ".join(parts)}{"," if len(parts) == 1 else ""}


'''


def _validation(spec: RunSpec, known: DataFacts, compared: bool) -> str:
    rows = f"({pair(known, 'val', spec)})"
    return f"compared{rows}" if compared else rows
