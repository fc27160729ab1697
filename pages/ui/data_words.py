"""What data a run was asked to train on, in words: each setting that applies, by its name."""

from collections.abc import Mapping
from pathlib import PurePath

from models.errors import NetloomError
from pipelines.data.facts import DataFacts, facts
from pipelines.data.spec import (
    ColumnSpec,
    CorruptSpec,
    DataSpec,
    ImageSpec,
    PcaSpec,
    SplitSpec,
    TableSource,
    TextSpec,
    ToySource,
)

TASK = {
    "binary": "Two classes",
    "multiclass": "{} classes",
    "multilabel": "{} labels, each yes or no",
    "regression": "A number",
    "reconstruction": "The inputs themselves",
    "segmentation": "A class for every pixel, {} classes",
}
SCALING = {
    "none": "None", "standardise": "Standardised", "rescale": "Rescaled to 0–1", "symmetric": "Rescaled to −1–1",
}  # fmt: skip
_COLOUR = {"as_is": "", "grey": ", grey", "rgb": ", in colour"}
_FIT = {"crop": "cropped", "pad": "padded", "stretch": "stretched"}
_TEXT = {
    "sequence": "{length:,} token ids",
    "multi_hot": "which words occur",
    "count": "how often words occur",
    "tf_idf": "how often words occur, rare ones weighing more",
}


def data_words(data: DataSpec) -> dict[str, str]:
    """Every setting of the data that applies: its name -> its value in words. Works without the data themselves."""
    try:
        known = facts(data)
    except NetloomError:
        known = None
    source = data.source
    kind, files = known.kind if known else "", source.kind in ("images", "masks")
    texts = kind == "text" or (isinstance(source, TableSource) and any(each.type == "text" for each in source.columns))
    words = {
        "Data": _source_words(data, known),
        "Task": _task_words(data, known),
        "Columns": ", ".join(map(_column_words, source.columns)) if isinstance(source, TableSource) else "",
        "Images": _image_words(data.image, known) if files or (kind == "image" and data.image != ImageSpec()) else "",
        "Texts": _text_words(data.text) if texts else "",
        "Split": _split_words(data.split, known),
        "Scaling": SCALING[data.scaling],
        "PCA": _pca_words(data.pca) if data.pca else "",
        "Augmentation": ", then ".join(call(step.kind, step.config) for step in data.augment),
        "Corruption": _corrupt_words(data.corrupt),
    }
    return {name: value for name, value in words.items() if value}


def call(kind: str, config: Mapping[str, object], main: tuple[str, ...] = ()) -> str:
    """A Keras object and its arguments; those in `main`, which say most of it, come first and without their names.

    >>> call("RandomRotation", {"factor": 0.1})
    'RandomRotation(factor 0.1)'
    """
    first = [_value(config[name]) for name in main if name in config]
    rest = [f"{name.replace('_', ' ')} {_value(value)}" for name, value in config.items() if name not in main]
    return f"{kind}({', '.join([*first, *rest])})" if config else kind


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return " × ".join(_value(part) for part in value)
    if isinstance(value, dict):
        return call(str(value.get("class_name", "")), dict(value.get("config", {}))) or str(value)
    return f"{value:g}" if isinstance(value, float) else "?" if value is None else str(value)


def _source_words(data: DataSpec, known: DataFacts | None) -> str:
    source = data.source
    path = getattr(source, "path", None)
    title = known.title if known else getattr(source, "name", None) or PurePath(path or source.kind).name
    if isinstance(source, ToySource):
        title += f", {source.n:,} rows, noise {source.noise:g}, seed {source.seed}"
    return title if known else f"{title} (not here any more, or changed)"


def _task_words(data: DataSpec, known: DataFacts | None) -> str:
    if known is None:
        return TASK[data.task].replace("{} ", "") if data.task else ""
    if known.task == "regression" and known.target_shape:
        return f"{known.target_shape[0]} numbers"
    return TASK[known.task].format(known.num_classes)


def _column_words(column: ColumnSpec) -> str:
    missing = {"constant": f"missing: {column.fill}", "drop": "rows without it dropped", None: ""}
    parts = [
        column.type,
        missing.get(column.missing, f"missing: {column.missing}".replace("_", " ")),
        f"{column.bins} bins" if column.bins else "",
    ]
    return f"{column.name} ({', '.join(part for part in parts if part)})"


def _image_words(image: ImageSpec, known: DataFacts | None) -> str:
    height, width = known.encoded_shape[:2] if known else (image.height, image.width)
    size = f"{height} × {width}" if height and width else "Own size"
    resized = image.height is not None or image.width is not None
    return size + _COLOUR[image.colour] + (f", {_FIT[image.fit]}, {image.interpolation}" if resized else "")


def _text_words(text: TextSpec) -> str:
    grams = f", up to {text.ngrams} words together" if text.ngrams > 1 else ""
    words = _TEXT[text.mode].format(length=text.length)
    return f"{words[:1].upper()}{words[1:]}, of at most {text.max_tokens:,} words{grams}"


def _split_words(split: SplitSpec, known: DataFacts | None) -> str:
    if split.method == "column":
        return f"As the column {split.column} says"
    own = known.own if known else ()
    val = "its own validation rows" if "val" in own else f"{split.val:.0%} for validation"
    test = "its own test rows" if "test" in own else f"{split.test:.0%} for the test"
    words = f"{val}, {test}"
    if split.method == "time":
        return f"{words}, the latest by {split.column}"
    words += f", seed {split.seed}"
    if split.method == "group":
        return f"{words}, rows of one {split.column} together"
    classes = known is None or known.task in ("binary", "multiclass")
    return words + (", same class shares" if split.stratify and classes else "")


def _pca_words(pca: PcaSpec) -> str:
    return f"{pca.components} component{'s' if pca.components > 1 else ''}{', whitened' if pca.whiten else ''}"


def _corrupt_words(corrupt: CorruptSpec) -> str:
    drawn = corrupt.wrong_labels or corrupt.train_rows < 1
    parts = [
        f"noise of {corrupt.noise:g}" if corrupt.noise else "",
        f"{corrupt.mask:.0%} of the inputs set to 0" if corrupt.mask else "",
        f"{corrupt.wrong_labels:.0%} of the training labels wrong" if corrupt.wrong_labels else "",
        f"{corrupt.train_rows:.0%} of the training rows kept" if corrupt.train_rows < 1 else "",
        f"seed {corrupt.seed}" if drawn else "",
    ]
    words = ", ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]
