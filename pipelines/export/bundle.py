"""What every export carries beside the model: what it is, what its outputs mean, what it needs."""

import json
import re
import shutil
import zipfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from models.code import model_module
from models.spec import Output
from pipelines.data.encoding.encoding import TableEncoding
from pipelines.data.images import pixels
from pipelines.data.spec import Source, TableSource
from pipelines.data.tables.reading import table_of
from pipelines.export.facts import LAYERS, Format, inputs_in_words
from pipelines.export.shipped import rows
from pipelines.inspection.trained import Trained


def describe(subject: Trained, folder: Path, format: Format, needs: Sequence[str]) -> None:
    """Write README.md, labels.json and requirements.txt.

    Args:
        format: what it is and how to use it.
        needs: packages, pinned to the versions here.
    """
    facts = subject.data.facts
    _write_labels(subject, folder)
    pinned = "".join(f"{package}=={version(package)}\n" for package in dict.fromkeys(needs))
    (folder / "requirements.txt").write_text(pinned, encoding="utf-8")
    use = format.usage(".", inputs_in_words(facts), [file.name for file in folder.iterdir()])
    outputs = "OUTPUTS.npz" if len(subject.spec.model.given) > 1 else "OUTPUTS.npy"
    program = f"`python predict.py ROWS {outputs}` predicts from a file; rows.py says which.\n\n"
    readme = (
        f"# {subject.run.name}\n\n"
        f"{format.title}, from Netloom's run {subject.run.uid} on {facts.title}.\n\n"
        f"```{format.language}\n{use}```\n\n"
        f"{program if (folder / 'predict.py').exists() else ''}"
        f"Inputs: raw, as in the data set; {_preparation(subject)}\n\n"
        f"Outputs: {_outputs(subject)}\n\n"
        "labels.json has the names; requirements.txt the packages it was made and tried with.\n"
    )
    (folder / "README.md").write_text(readme, encoding="utf-8")


def ship(subject: Trained, folder: Path, program: str) -> None:
    """Write predict.py, which is the program at this path, and what reads its rows by the labels.json of `describe`."""
    shutil.copyfile(program, folder / "predict.py")
    shutil.copyfile(rows.__file__, folder / "rows.py")
    if subject.data.encoding.kind == "image":
        shutil.copyfile(pixels.__file__, folder / "pixels.py")


def ship_layers(subject: Trained, folder: Path) -> None:
    """Write the layers of the network that Keras lacks, if there are any: what a .keras file needs to be loaded."""
    module = model_module(subject.spec.model)
    if module.layers:
        about = '"""Layers that Keras lacks: imported before model.keras is loaded, they are known to it."""'
        (folder / LAYERS).write_text(f"{about}\n\nimport keras\n\n\n{module.layers}\n", encoding="utf-8")


def reader_needs(subject: Trained) -> tuple[str, ...]:
    """What rows.py needs besides numpy."""
    return ("pillow",) if subject.data.encoding.kind == "image" else ()


def _write_labels(subject: Trained, folder: Path) -> None:
    facts, source = subject.data.facts, subject.spec.data.source
    labels = {
        "task": facts.task,
        "target": facts.target_name,
        "class_names": list(facts.class_names),
        "feature_names": list(facts.feature_names),
        "input_shape": list(facts.encoded_shape),
        "input_range_in_training": _range(subject),
        "inputs": _inputs(subject),
        "outputs": list(subject.spec.model.output_names),
        "missing": sorted({"", *(source.missing_marks if isinstance(source, TableSource) else ())}),
    }
    (folder / "labels.json").write_text(json.dumps(labels, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _inputs(subject: Trained) -> list[dict[str, Any]]:
    """The model's inputs, in order: name, dtype, shape of a row; of tables also the column, and what it holds."""
    encoding = subject.data.encoding
    columns = encoding.columns if isinstance(encoding, TableEncoding) else (encoding,)
    found = []
    for raw, column in zip(subject.data.facts.raw, columns, strict=True):
        about: dict[str, Any] = {"name": raw.name, "dtype": raw.dtype, "shape": list(raw.shape)}
        if raw.column:
            whole = raw.dtype == "int64"
            about |= {"column": raw.column, "holds": "category number" if whole else column.kind}
            about |= _written(subject.spec.data.source, raw.column)
        found.append(about)
    return found


def _written(source: Source, name: str) -> dict[str, str]:
    """How the training file wrote a column, where rows.py must know it."""
    if not isinstance(source, TableSource):
        return {}
    column = table_of(source).column(name)
    about = {"decimal": source.decimal} if source.decimal != "." else {}
    if column.kind in ("int", "float"):
        about["written"] = "number"
    if column.date_format and column.date_format.startswith("%"):
        about["format"] = column.date_format
    return about


def zip_folder(folder: Path, path: Path) -> None:
    """Zip `folder` into the new file `path`, under the folder's own name."""
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder.parent))


def slug(name: str) -> str:
    """A file name from a run's name.

    >>> slug("LeNet-5, first try")
    'LeNet-5-first-try'
    >>> slug("…")
    'run'
    """
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:40] or "run"


def _range(subject: Trained) -> list[float]:
    x = subject.data.x["train"]
    return [float(x.min()), float(x.max())]


def _preparation(subject: Trained) -> str:
    """What is inside of the model besides the network."""
    encoding, data = subject.data.encoding, subject.spec.data
    inside = ["resizing"] if encoding.kind == "image" else []
    inside += ["the encoding of columns"] if encoding.kind == "table" else []
    inside += ["the splitting of texts into words"] if encoding.kind == "tokens" else []
    inside += ["scaling"] if data.scaling != "none" and encoding.kind != "tokens" else []
    inside += ["the projection on principal components"] if data.pca else []
    if not inside:
        return "no scaling is needed."
    words = " and ".join([", ".join(inside[:-1]), inside[-1]]) if len(inside) > 1 else inside[0]
    return f"{words}, fitted on the training rows, {'are' if len(inside) > 1 else 'is'} inside."


def _outputs(subject: Trained) -> str:
    """What the model gives, in words."""
    model = subject.spec.model
    if len(model.given) == 1:
        return _meaning(subject, model.given[0])
    told = (
        f"- {name}: {_meaning(subject, output)}" for name, output in zip(model.output_names, model.given, strict=True)
    )
    return "\n\n".join(["a dict by name; the first is the main one.", "\n".join(told)])


def _meaning(subject: Trained, output: Output) -> str:
    facts, model = subject.data.facts, subject.spec.model
    if output.target == "none":
        return f"what {output.node} gives, compared with nothing in training."
    if output.target == "input" or facts.task == "reconstruction":
        return "the prepared inputs, as the network gives them back."
    if facts.task == "regression":
        return f"{facts.target_name}, {'one number' if not facts.target_shape else 'as many numbers'} a row."
    if facts.task == "segmentation":
        return "the probability of each class for every pixel, in the order of class_names in labels.json."
    if facts.task == "multilabel":
        return "a probability a label, each by itself, in the order of class_names in labels.json."
    if subject.model.outputs[model.given.index(output)].shape[-1] == 1:
        return f"one number a row, the probability of {facts.class_names[1]!r} (class 1)."
    return "one number a class, in the order of class_names in labels.json."
