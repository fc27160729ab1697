"""RunSpec -> the standalone script that a Keras user would have written for it. No training, no model is needed."""

import json
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from models.code import model_module
from models.code.layout import Group, flat, literal, named
from pipelines.data.encoding.encoding import ArrayEncoding
from pipelines.data.facts import DataFacts
from pipelines.data.loading import Splits
from pipelines.data.registry import source_of
from pipelines.data.source import Source
from pipelines.export.script_data import change_part, pca_part, scaling_part, split_part
from pipelines.export.script_encoder import VOCABULARY, encoder_code
from pipelines.export.script_fit import class_weight_code, fit_code
from pipelines.export.script_layout import assigned, broken, code_of, imports, plain
from pipelines.export.script_objectives import (
    asked,
    compared_code,
    objectives_code,
    output_layers,
    smoothed_code,
    unsmoothed,
)
from pipelines.export.script_optimizer import optimizer_code
from pipelines.export.script_prepare import full_code, pair, prepare_code
from pipelines.spec import RunSpec, TrainSpec

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


{batches}

def main():
    """Train, test, save."""
    parser = argparse.ArgumentParser(description="Train the network, test it and save it.")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    epochs = parser.parse_args().epochs

    x, y = load_data()
    train, val, test = split(x, y)
{prepare}

    keras.utils.set_random_seed(SEED)
{build}
    model.summary()
{before}    model.compile(
{compiled}
    )
{fit}
    results = model.evaluate({testing}, batch_size={evaluation_batch_size}, return_dict=True, verbose=0)
    print("test:", "  ".join(f"{{name}} {{value:.4f}}" for name, value in results.items()))

    # What is saved takes raw inputs: their preparation is part of it.
{full}
    full_model.save("model.keras")


if __name__ == "__main__":
    main()
'''

_BARE = "network = keras.Model(model.input, model.output, name=model.name)  # the same layers, not compiled"


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
    load_imports, load = code_of(source.code)
    module = model_module(spec.model)
    model_imports, model = set(module.imports), module.body.strip()
    judging = objectives_code(spec, known)
    compared = compared_code(spec, known)
    if compared:
        functions.append(compared)
    if module.layers:
        functions.insert(0, f"\n{module.layers}\n")
    optimizer = optimizer_code(spec, known)
    compiled = (named("optimizer", optimizer.argument), *judging, named("jit_compile", _jit(spec.train)))
    fit = fit_code(spec, splits, encoded, bool(compared), evaluation_batch_size)
    smoothed_imports, smoothed = smoothed_code(spec, known)
    functions += [f"\n{classes}\n" for classes in (smoothed, optimizer.classes, fit.classes) if classes]
    prepare = prepare_code(spec, splits)
    # A model inside of another is saved with its optimizer and loss, and classes of the script are only in the script.
    own = bool(smoothed or optimizer.classes)
    full = f"{_BARE}\n{full_code(spec, splits, 'network')}" if own else full_code(spec, splits)
    if not compared:
        loss = named("loss", unsmoothed(spec, known) if spec.train.label_smoothing else "model.loss")
        full += "\n" + broken(Group("full_model.compile", (loss, judging[-1])), "")
    uses = "\n".join([load, model, parts["split"].code, prepare, full, *functions, *map(flat, judging), fit.lines])
    lines = (
        load_imports
        | model_imports
        | smoothed_imports
        | {i for part in (*parts.values(), optimizer, fit) for i in part.imports}
    )
    code = _TEMPLATE.format(
        title=_title(spec, source.title),
        imports=imports(lines, uses, bool(files), spec.train.backend),
        constants=_constants(spec, splits, files),
        epochs=spec.train.epochs,
        rows=_rows(source, known),
        load=textwrap.indent(load if "y" in assigned(load) else f"{load}\ny = np.zeros(len(x))", "    "),
        split=textwrap.indent(parts["split"].code, "    "),
        functions="\n".join(functions),
        fed="scaled" if parts["scaling"].code else "prepared",
        model=textwrap.indent(model, "    "),
        prepare=textwrap.indent(prepare, "    "),
        compiled="\n".join(broken(argument, " " * 8, ",") for argument in compiled),
        testing=f"*compared({pair(known, 'test', spec)})" if compared else pair(known, "test", spec),
        evaluation_batch_size=evaluation_batch_size,
        batches=fit.batches,
        fit=textwrap.indent(fit.lines, "    "),
        before=textwrap.indent(f"{optimizer.before}\n", "    ") if optimizer.before else "",
        build=textwrap.indent(_build(spec), "    "),
        full=textwrap.indent(full, "    "),
    )
    return Script(code, files)


def _build(spec: RunSpec) -> str:
    """Lines that make `model`, in the precision that it computes in."""
    lines = ["tf.config.experimental.enable_op_determinism()"] if spec.train.deterministic else []
    if spec.train.precision == "float32":
        return "\n".join([*lines, "model = build_model()"])
    lines += [
        f'keras.config.set_dtype_policy("{spec.train.precision}")',
        "model = build_model()",
        'keras.config.set_dtype_policy("float32")',
        f"for name in {flat(literal(tuple(dict.fromkeys(output_layers(spec)))))}:",
        '    model.get_layer(name).dtype_policy = "float32"  # half of it holds no probability of 1e-8',
    ]
    return "\n".join(lines)


def _jit(train: TrainSpec) -> str:
    return "True" if train.backend == "jax" else {"off": "False", "on": "True", "auto": '"auto"'}[train.jit]


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


def _constants(spec: RunSpec, splits: Splits, files: Iterable[str]) -> str:
    lines = ["HERE = Path(__file__).resolve().parent"] if files else []
    if VOCABULARY in files:
        lines.append(f'VOCABULARY = json.loads((HERE / "{VOCABULARY}").read_text(encoding="utf-8"))')
    train = spec.train
    lines.append(f"SEED = {spec.seed}")
    if train.batch_size != "all":
        lines.append(f"BATCH_SIZE = {train.batch_size}")
    lines.append(f"EPOCHS = {train.epochs}")
    if train.early_stopping and train.early_stopping.every_steps:
        lines.append(f"EVERY_STEPS = {train.early_stopping.every_steps}")
    if weights := class_weight_code(spec, splits):
        lines.append(weights)
    return "\n".join(lines)


def _title(spec: RunSpec, data: str) -> str:
    """The docstring's first lines."""
    title = f"{plain(spec.name)}: trains the network {spec.model.name!r} on {plain(data)}."
    if spec.start is None:
        return title
    epoch, run = spec.start.epoch, spec.start.run
    return f"{title}\n\nThe run began with the state of run {run} after epoch {epoch}; here training begins anew."
