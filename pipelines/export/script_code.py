"""RunSpec -> the standalone script that a Keras user would have written for it. No keras is imported."""

import json
import textwrap

from models.code import model_code, part_code
from pipelines.comparison.measure import higher_is_better
from pipelines.data.facts import facts
from pipelines.data.registry import source_of
from pipelines.data.splitting import row_counts
from pipelines.spec import EarlyStoppingSpec, RunSpec
from pipelines.tasks import loss_and_metrics

_SCALING = {
    "none": '''
def scaling_layer(x_train):
    """No scaling: raw values, as float32."""
    return layers.Rescaling(1.0, name="scaling")
''',
    "standardise": '''
def scaling_layer(x_train):
    """Zero mean and unit variance {each}, as the training rows say."""
    axes = tuple(range(x_train.ndim - 1))
    mean = x_train.mean(axis=axes, dtype="float64")
    std = x_train.std(axis=axes, dtype="float64")
    std = np.where(std > 0, std, 1)  # a constant {unit} stays finite
    return layers.Normalization(mean=mean.tolist(), variance=(std**2).tolist(), name="scaling")
''',
    "rescale": '''
def scaling_layer(x_train):
    """From [least, greatest] to [0, 1] {each}, as the training rows say."""
    axes = tuple(range(x_train.ndim - 1))
    low = x_train.min(axis=axes).astype("float64")
    span = x_train.max(axis=axes).astype("float64") - low
    span = np.where(span > 0, span, 1)  # a constant {unit} stays finite
    # Normalization computes (x - mean) / sqrt(variance).
    return layers.Normalization(mean=low.tolist(), variance=(span**2).tolist(), name="scaling")
''',
}

_TEMPLATE = '''\
"""{title}

    python train.py               train for up to {epochs} epochs
    python train.py --epochs 1    a quick try

Writes model.keras, which takes raw inputs, and history.csv into the current folder.
requirements.txt names the packages it was tried with.
"""

{imports}

SEED = {seed}
BATCH_SIZE = {batch_size}
EPOCHS = {epochs}


def load_data():
    """Every row: x of shape {shape}, y {target}."""
{load}
    return x, y


def split(x, y):
    """Row numbers for training, validation and test."""
{split}
    return train, val, test

{scaling}

def build_model():
    """The network; it takes scaled inputs."""
{model}
    return model


def shuffled_batches(x, y, epochs):
    """Batches of all epochs, one epoch after the other, each in an order drawn from its number and the seed."""
    x, y = tf.constant(x), tf.constant(y)

    def batches_of_rows(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[SEED, epoch])
        return tf.data.Dataset.from_tensor_slices(order).batch(BATCH_SIZE)

    rows = tf.data.Dataset.range(epochs).flat_map(batches_of_rows)
    return rows.map(lambda row: (tf.gather(x, row), tf.gather(y, row))).prefetch(2)


def main():
    """Train, test, save."""
    parser = argparse.ArgumentParser(description="Train the network, test it and save it.")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    epochs = parser.parse_args().epochs

    keras.utils.set_random_seed(SEED)
    x, y = load_data()
    train, val, test = split(x, y)
    scaling = scaling_layer(x[train])
    x_train, x_val = (keras.ops.convert_to_numpy(scaling(x[rows])) for rows in (train, val))

    model = build_model()
    model.summary()
    model.compile(
        optimizer={optimizer},
        loss={loss},
        metrics={metrics},
    )
    model.fit(
        shuffled_batches(x_train, y[train], epochs),
        steps_per_epoch=math.ceil(len(train) / BATCH_SIZE),
        epochs=epochs,
        validation_data=(x_val, y[val]),
        validation_batch_size={evaluation_batch_size},
        callbacks=[
{callbacks}
        ],
        verbose=2,
    )

    # What is tested and saved takes raw inputs: the scaling is part of it.
    inputs = keras.Input(x.shape[1:], name="raw")
    full_model = keras.Model(inputs, model(scaling(inputs)), name=model.name)
    full_model.compile(loss=model.loss, metrics={metrics})
    results = full_model.evaluate(x[test], y[test], batch_size={evaluation_batch_size}, return_dict=True, verbose=0)
    print("test:", "  ".join(f"{{name}} {{value:.4f}}" for name, value in results.items()))
    full_model.save("model.keras")


if __name__ == "__main__":
    main()
'''


def script_code(spec: RunSpec, evaluation_batch_size: int) -> str:
    """A module that, run by itself, trains the network of `spec` on its data in the same way.

    It splits the same rows, begins with the same weights, shows them in the same order and stops by the same rule: on
    a CPU, with the same versions, its curve is the run's.

    Args:
        spec: the run.
        evaluation_batch_size: rows a batch in validation, which Keras's mean loss depends on in its last digits.

    Raises:
        NetloomError: the network or the optimizer is wrong.
    """
    source = source_of(spec.data.source)
    loss, metrics = loss_and_metrics(spec.train, facts(spec.data))
    imports, load = _code_of(source.code)
    model_imports, model = _code_of(model_code(spec.model))
    image = source.kind == "image"
    return _TEMPLATE.format(
        title=_title(spec, source.title),
        imports=_imports(imports | model_imports),
        seed=spec.seed,
        batch_size=spec.train.batch_size,
        epochs=spec.train.epochs,
        shape=(source.num_rows, *source.input_shape),
        target=f"the {source.target_name}, as a class number" if source.class_names else f"the {source.target_name}",
        load=textwrap.indent(load, "    "),
        split=textwrap.indent(_split(spec), "    "),
        scaling=_SCALING[spec.data.scaling].format(
            each="in each channel" if image else "in each feature", unit="channel" if image else "feature"
        ),
        model=textwrap.indent(model, "    "),
        optimizer=textwrap.indent(
            part_code("optimizers", spec.train.optimizer.kind, spec.train.optimizer.config), " " * 8
        ).lstrip(),
        loss=json.dumps(loss),
        metrics=json.dumps(list(metrics)),
        evaluation_batch_size=evaluation_batch_size,
        callbacks=_callbacks(spec.train.early_stopping),
    )


def _title(spec: RunSpec, data: str) -> str:
    """The docstring's first line: free text that must stay one line inside a Python string."""
    name = spec.name.replace("\\", " ").replace('"', "'")
    return f"{name}: trains the network {spec.model.name!r} on {data}."


def _code_of(code: str) -> tuple[set[str], str]:
    """The import lines of a piece of code, and the rest."""
    lines = code.strip().splitlines()
    imports = {line for line in lines if line.startswith(("import ", "from "))}
    return imports, "\n".join(line for line in lines if line not in imports).strip()


def _imports(others: set[str]) -> str:
    third_party = {
        "import keras",
        "import numpy as np",
        "import tensorflow as tf",
        "from keras import layers",
        "from sklearn.model_selection import train_test_split",
    } | others
    by_kind = sorted(third_party, key=lambda line: (line.startswith("from "), line.split()[1].lower()))
    return "\n".join(["import argparse", "import math", "", *by_kind])


def _split(spec: RunSpec) -> str:
    source, split = source_of(spec.data.source), spec.data.split
    sizes = row_counts(spec.data, source)
    stratify = split.stratify and bool(source.class_names)

    def divide(left: str, right: str, rows: str, count: int, strata: str) -> str:
        stratified = f", stratify={strata}" if stratify else ""
        return f"{left}, {right} = train_test_split({rows}, test_size={count}, random_state={split.seed}{stratified})"

    if "test" in source.own:
        first = f"rest, test = rows[:-{sizes['test']}], rows[-{sizes['test']}:]  # the data set's own test rows"
    else:
        first = divide("rest", "test", "rows", sizes["test"], "y")
    return "\n".join(["rows = np.arange(len(x))", first, divide("train", "val", "rest", sizes["val"], "y[rest]")])


def _callbacks(early: EarlyStoppingSpec | None) -> str:
    lines = ['keras.callbacks.CSVLogger("history.csv"),']
    if early is not None:
        lines += [
            "keras.callbacks.EarlyStopping(",
            f"    monitor={json.dumps(f'val_{early.monitor}')},",
            f'    mode="{"max" if higher_is_better(early.monitor) else "min"}",',
            f"    min_delta={early.min_delta!r},",
            f"    patience={early.patience},",
            f"    restore_best_weights={early.restore_best},",
            "),",
        ]
    return textwrap.indent("\n".join(lines), " " * 12)
