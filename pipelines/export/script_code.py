"""RunSpec -> the standalone script that a Keras user would have written for it. No training, no model is needed."""

import json
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from models.code import model_module
from models.code.layout import Group, Part, flat, named
from models.code.parts import made
from pipelines.comparison.measure import higher_is_better
from pipelines.data.encoding.encoding import ArrayEncoding, ImageEncoding
from pipelines.data.facts import DataFacts
from pipelines.data.loading import Splits
from pipelines.data.registry import source_of
from pipelines.data.source import Source
from pipelines.export.script_data import LABELLED, ROWS, change_part, is_random, pca_part, scaling_part, split_part
from pipelines.export.script_encoder import VOCABULARY, encoder_code
from pipelines.export.script_objectives import asked, compared_code, logged, objectives_code
from pipelines.spec import RunSpec

_WIDTH = 120
_TEMPLATE = '''\
"""{title}

    python train.py               train for up to {epochs} epochs
    python train.py --epochs 1    a quick try

Writes model.keras, which takes raw inputs, and history.csv into the current folder.
requirements.txt names the packages it was tried with.
"""

{imports}

{constants}


def load_data():
    """Every row: {rows}."""
{load}
    return x, y


def split(x, y):
    """Row numbers for training, validation and test."""
{split}

{functions}

def build_model():
    """The network; it takes {fed} inputs."""
{model}
    return model


def shuffled_batches(x, y, epochs{change}):
    """Batches of all epochs, one epoch after the other, each in an order drawn from its number and the seed."""
    x, y = tf.constant(x), tf.constant(y)

    def batches_of_rows(epoch):
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=[SEED, epoch])
        return tf.data.Dataset.from_tensor_slices(order).batch(BATCH_SIZE)

    rows = tf.data.Dataset.range(epochs).flat_map(batches_of_rows)
    return rows.map(lambda row: {batch}).prefetch(2)


def main():
    """Train, test, save."""
    parser = argparse.ArgumentParser(description="Train the network, test it and save it.")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    epochs = parser.parse_args().epochs

    x, y = load_data()
    train, val, test = split(x, y)
{prepare}

    keras.utils.set_random_seed(SEED)
    model = build_model()
    model.summary()
    model.compile(
{compiled}
    )
    model.fit(
        shuffled_batches({training}, epochs{change_given}),
        steps_per_epoch=math.ceil(len(train) / BATCH_SIZE),
        epochs=epochs,
        validation_data={validation},
        validation_batch_size={evaluation_batch_size},
        callbacks=[
{callbacks}
        ],
        verbose=2,
    )
    results = model.evaluate({testing}, batch_size={evaluation_batch_size}, return_dict=True, verbose=0)
    print("test:", "  ".join(f"{{name}} {{value:.4f}}" for name, value in results.items()))

    # What is saved takes raw inputs: their preparation is part of it.
{full}
    full_model.save("model.keras")


if __name__ == "__main__":
    main()
'''


@dataclass(frozen=True, slots=True)
class Script:
    """A standalone script.

    Attributes:
        code: of train.py.
        files: what must lie beside it, by name.
    """

    code: str
    files: dict[str, bytes]


def script(spec: RunSpec, splits: Splits, evaluation_batch_size: int) -> Script:
    """A module that, run by itself, trains the network of `spec` on its data in the same way.

    It splits the same rows, begins with the same weights, shows them in the same order and stops by the same rule: on
    a CPU, with the same versions, its curve is the run's, unless batches are augmented or harmed at random.

    Args:
        spec: the run.
        splits: its data.
        evaluation_batch_size: rows a batch in validation, which Keras's mean loss depends on in its last digits.

    Raises:
        NetloomError: the network or the optimizer is wrong.
    """
    data, known = spec.data, splits.facts
    source = source_of(data.source)
    encoded = not isinstance(splits.encoding, ArrayEncoding)
    parts = {
        "split": split_part(data, source, splits),
        "scaling": scaling_part(data, splits.encoding, source.kind == "image"),
        "pca": pca_part(data),
        "change": change_part(data, splits, asked(spec, known)),
    }
    files = {name: content for part in parts.values() for name, content in part.files.items()}
    functions = [parts[name].code for name in ("scaling", "pca", "change") if parts[name].code]
    if encoded:
        encoder = encoder_code(splits.encoding)
        functions.insert(0, encoder.code)
        if encoder.vocabulary:
            files[VOCABULARY] = json.dumps(encoder.vocabulary, ensure_ascii=False).encode()
    load_imports, load = _code_of(source.code)
    module = model_module(spec.model)
    model_imports, model = set(module.imports), module.body.strip()
    judging = objectives_code(spec, known)
    compared = compared_code(spec, known)
    if compared:
        functions.append(compared)
    if module.layers:
        functions.insert(0, f"\n{module.layers}\n")
    optimizer = made("optimizers", spec.train.optimizer.kind, spec.train.optimizer.config, {})
    compiled = (named("optimizer", optimizer), *judging)
    prepare, full = _prepare(spec, splits, source), _full(spec, splits)
    if not compared:
        full += "\n" + _broken(Group("full_model.compile", ("loss=model.loss", judging[-1])), "")
    uses = "\n".join([load, model, parts["split"].code, prepare, full, *functions, *map(flat, judging)])
    imports = load_imports | model_imports | {i for part in parts.values() for i in part.imports}
    code = _TEMPLATE.format(
        title=_title(spec, source.title),
        imports=_imports(imports, uses, bool(files)),
        constants=_constants(spec, files),
        epochs=spec.train.epochs,
        rows=_rows(source, known),
        load=textwrap.indent(load if "y" in _assigned(load) else f"{load}\ny = np.zeros(len(x))", "    "),
        split=textwrap.indent(parts["split"].code, "    "),
        functions="\n".join(functions),
        fed="scaled" if parts["scaling"].code else "prepared",
        model=textwrap.indent(model, "    "),
        change=", prepare" if is_random(data) else "",
        change_given=", prepare" if is_random(data) else "",
        batch="changed(tf.gather(x, row), tf.gather(y, row), prepare)"
        if is_random(data)
        else f"{'compared' if compared else ''}(tf.gather(x, row), tf.gather(y, row))",
        prepare=textwrap.indent(prepare, "    "),
        compiled="\n".join(_broken(argument, " " * 8, ",") for argument in compiled),
        training=_raw_pair(known, encoded) if is_random(data) else _pair(known, "train", spec),
        validation=f"compared({_pair(known, 'val', spec)})" if compared else f"({_pair(known, 'val', spec)})",
        testing=f"*compared({_pair(known, 'test', spec)})" if compared else _pair(known, "test", spec),
        evaluation_batch_size=evaluation_batch_size,
        callbacks=_callbacks(spec),
        full=textwrap.indent(full, "    "),
    )
    return Script(code, files)


def _prepare(spec: RunSpec, splits: Splits, source: Source) -> str:
    """Raw rows to what the network is fed: lines of `main` that make x_train, x_val and x_test."""
    known, encoding = splits.facts, splits.encoding
    lines = []
    numbers = "x" if isinstance(encoding, ArrayEncoding) else "numbers"
    if isinstance(encoding, ImageEncoding):
        lines.append("encode = encoder()")
        lines.append("numbers = np.concatenate([keras.ops.convert_to_numpy(encode(image[None])) for image in x])")
        if known.task == "segmentation":
            crop = {"crop": ", crop_to_aspect_ratio=True", "pad": ", pad_to_aspect_ratio=True"}.get(encoding.fit, "")
            fill = f", fill_value={float(known.ignore_class or 0)}" if encoding.fit == "pad" else ""
            size = f'({encoding.height}, {encoding.width}), interpolation="nearest"{crop}{fill}'
            mask = 'mask.reshape(1, *mask.shape[:2], 1).astype("float32")'
            lines.append(f"y = [ops.image.resize({mask}, {size}) for mask in y]")
            lines.append('y = np.concatenate(y)[..., 0].astype("uint8")')
    elif not isinstance(encoding, ArrayEncoding):
        lines.append("encode = encoder()")
        lines.append("raw = {name: tf.constant(values) for name, values in columns(x).items()}")
        lines.append("numbers = keras.ops.convert_to_numpy(encode(raw))")
    if spec.data.corrupt.wrong_labels and known.task in LABELLED:
        lines.append(f'harm = np.load(HERE / "{ROWS}")')
        lines.append('y = np.array(y)\ny[harm["wrong"]] = harm["labels"]  # wrong on purpose')
    if known.mixed_labels:
        shares = f"keras.utils.to_categorical(y, {known.num_classes})"
        lines.append('y = y.astype("float32")' if known.task == "binary" else f"y = {shares}")
    steps = _steps(spec, splits)
    if "scaling" in steps:
        lines.append(f"scaling = scaling_layer({numbers}[train])")
    if "pca" in steps:
        lines.append(f"scaled = keras.ops.convert_to_numpy(scaling({numbers}[train]))")
        lines.append("pca = pca_layer(scaled)")
    if len(steps) > 1:
        lines.append(f"prepare = keras.Sequential([{', '.join(_LAYERS[step] for step in steps)}])")
    elif is_random(spec.data):
        lines.append("prepare = scaling" if steps else "prepare = tf.identity")
    layer = "scaling" if steps == ["scaling"] else "prepare"
    if steps:
        parts = "x_val, x_test" if is_random(spec.data) else "x_train, x_val, x_test"
        rows = "(val, test)" if is_random(spec.data) else "(train, val, test)"
        fed = f"keras.ops.convert_to_numpy({layer}({numbers}[rows]))"
        lines.append(f"{parts} = ({fed} for rows in {rows})")
    else:
        lines.append(f"x_train, x_val, x_test = ({numbers}[rows] for rows in (train, val, test))")
    return "\n".join(lines)


_LAYERS = {"scaling": "scaling", "pca": "layers.Flatten(), pca"}


def _steps(spec: RunSpec, splits: Splits) -> list[str]:
    """What comes between numbers and the network."""
    tokens = splits.facts.vocabulary_size > 0
    return ([] if tokens else ["scaling"]) + (["pca"] if spec.data.pca else [])


def _full(spec: RunSpec, splits: Splits) -> str:
    """Lines that make `full_model`; of several outputs it gives a dict."""
    steps = _steps(spec, splits)
    layer = "prepare" if len(steps) > 1 else "scaling" if steps else ""
    if isinstance(splits.encoding, ArrayEncoding):
        start, rows = 'inputs = keras.Input(x.shape[1:], name="raw")', "inputs"
    else:
        start, rows = "encode = encoder()  # with inputs of its own", "encode.output"
    fed = f"{layer}({rows})" if layer else rows
    inputs = "inputs" if rows == "inputs" else "encode.input"
    names = spec.model.output_names
    if len(names) == 1:
        return f"{start}\nfull_model = keras.Model({inputs}, model({fed}), name=model.name)"
    listed = _broken(Group("names = ", tuple(json.dumps(name) for name in names), "[]"), "")
    given = f"outputs = dict(zip(names, model({fed}), strict=True))"
    return f"{start}\n{listed}\n{given}\nfull_model = keras.Model({inputs}, outputs, name=model.name)"


def _pair(known: DataFacts, split: str, spec: RunSpec) -> str:
    if known.task != "reconstruction":
        return f"x_{split}, y[{split}]"
    harmed = spec.data.corrupt.noise or spec.data.corrupt.mask
    return f"harmed(x_{split}), x_{split}" if harmed else f"x_{split}, x_{split}"


def _raw_pair(known: DataFacts, encoded: bool) -> str:
    rows = "numbers[train]" if encoded else "x[train]"
    return f"{rows}, {rows}" if known.task == "reconstruction" else f"{rows}, y[train]"


def _rows(source: Source, known: DataFacts) -> str:
    """What load_data gives, in words."""
    if known.task == "reconstruction":
        target = "y, which is not used: the inputs are reconstructed"
    elif known.task == "segmentation":
        target = "y the masks, class ids"
    else:
        target = f"y the {source.target_name}" + (", as a class number" if known.task in _CLASSES else "")
    if source.dtype == "table":
        x = "x a table of the columns that the network sees"
    elif None in source.input_shape:
        x = "x a list of images, (height, width, channels)"
    else:
        x = f"x of shape {(source.num_rows, *source.input_shape)}"
    return f"{x}, {target}"


_CLASSES = ("binary", "multiclass")


def _broken(part: Part, indent: str, after: str = "") -> str:
    """A piece of code on as many lines as it needs; each of its own ends in a comma, so that formatters keep it."""
    line = f"{indent}{flat(part)}{after}"
    if isinstance(part, str) or len(line) <= _WIDTH:
        return line
    opening, closing = part.brackets
    items = [_broken(item, indent + "    ", ",") for item in part.items]
    return "\n".join([f"{indent}{flat(part.head)}{opening}", *items, f"{indent}{closing}{after}"])


def _constants(spec: RunSpec, files: Iterable[str]) -> str:
    lines = ["HERE = Path(__file__).resolve().parent"] if files else []
    if VOCABULARY in files:
        lines.append(f'VOCABULARY = json.loads((HERE / "{VOCABULARY}").read_text(encoding="utf-8"))')
    lines += [f"SEED = {spec.seed}", f"BATCH_SIZE = {spec.train.batch_size}", f"EPOCHS = {spec.train.epochs}"]
    return "\n".join(lines)


def _title(spec: RunSpec, data: str) -> str:
    """The docstring's first line: free text that must stay one line inside a Python string."""
    return f"{_plain(spec.name)}: trains the network {spec.model.name!r} on {_plain(data)}."


def _plain(text: str) -> str:
    return text.replace("\\", " ").replace('"', "'")


def _code_of(code: str) -> tuple[set[str], str]:
    """The import lines of a piece of code, and the rest."""
    lines = code.strip().splitlines()
    imports = {line for line in lines if line.startswith(("import ", "from "))}
    return imports, "\n".join(line for line in lines if line not in imports).strip()


def _assigned(code: str) -> set[str]:
    """Names that stand on the left of an assignment at the beginning of a line."""
    left = (line.split("=")[0] for line in code.splitlines() if "=" in line and line[:1].isalpha())
    return {name.strip().strip("()").split("[")[0] for names in left for name in names.split(",")}


_STANDARD = {"argparse", "csv", "gzip", "io", "json", "math", "os", "pathlib", "re", "tempfile", "zipfile", "hashlib"}


def _imports(others: set[str], uses: str, files: bool) -> str:
    """All import lines, the standard library's first, as isort has them."""
    wanted = {"import argparse", "import math", "import keras", "import tensorflow as tf"} | others
    wanted |= {line for name, line in _BY_NAME.items() if re.search(rf"(?<![\w.]){name}\.", uses)}
    if files:
        wanted |= {"from pathlib import Path"}
    if "VOCABULARY[" in uses:
        wanted |= {"import json"}

    def order(line: str) -> tuple[bool, str]:
        return line.startswith("from "), line.split()[1].lower()

    standard = sorted((line for line in wanted if line.split()[1].split(".")[0] in _STANDARD), key=order)
    others_ = sorted(wanted - set(standard), key=order)
    return "\n".join([*standard, "", *others_])


_BY_NAME = {"np": "import numpy as np", "layers": "from keras import layers", "ops": "from keras import ops"}


def _callbacks(spec: RunSpec) -> str:
    lines = ['keras.callbacks.CSVLogger("history.csv"),']
    early = spec.train.early_stopping
    if early is not None:
        lines += [
            "keras.callbacks.EarlyStopping(",
            f"    monitor={json.dumps(f'val_{logged(spec, early.monitor)}')},",
            f'    mode="{"max" if higher_is_better(early.monitor) else "min"}",',
            f"    min_delta={early.min_delta!r},",
            f"    patience={early.patience},",
            f"    restore_best_weights={early.restore_best},",
            "),",
        ]
    return textwrap.indent("\n".join(lines), " " * 12)
