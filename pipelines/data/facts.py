"""What is known of a data set before it is trained on: shapes, task, names, how many rows each split will get."""

from dataclasses import dataclass
from typing import Literal

from pipelines.data.encoding.encoding import (
    Encoding,
    RawInput,
    TableEncoding,
    TokensEncoding,
    encoded_dtype,
    encoded_shape,
    feature_names,
    raw_inputs,
)
from pipelines.data.encoding.fit_encoding import encoding_of, task_of
from pipelines.data.preparation.preparation import refuse_pca
from pipelines.data.registry import source_of
from pipelines.data.source import DataKind, Source
from pipelines.data.spec import DataSpec, Task
from pipelines.data.splitting import own_splits, row_counts
from pipelines.runs.facts import Split

MIXING = ("MixUp", "CutMix")


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What is known of a data set and its splits.

    Attributes:
        name: as in the DataSpec. title: as people know it.
        kind: `image`, `table` or `text`.
        task: what is asked of the network.
        tasks: what could be asked of it.
        encoded_shape: of a row in numbers: `(height, width, channels)`, `(features,)` or, for texts, `(tokens,)`.
        input_shape: of one row as the network is fed: encoded_shape, or `(components,)` after PCA.
        input_dtype: `float32`, or `int32` for token ids.
        vocabulary_size: token ids are below it; 0: the inputs are no token ids.
        target_shape: of one row of y: `()`, `(targets,)`, `(height, width)` of class ids, or input_shape where the
            inputs are reconstructed.
        num_classes: 2 for binary, the labels for multilabel, 0 for regression and reconstruction.
        class_names: by class id or label; empty for regression.
        feature_names: of the encoded features, in order; empty for images and tokens.
        target_name: what is predicted.
        ignore_class: of masks; None: every pixel counts.
        mixed_labels: augmentation mixes classes (MixUp, CutMix), so that y is fed as shares of the classes, float32 of
            shape `(rows, num_classes)` for multiclass and `(rows,)` for binary.
        dtype: of x as loaded: `uint8`, `float32` or `int32`.
        raw: what an exported model takes, in order.
        rows: how many rows each split will have.
        own: the splits that the data set brings and the spec keeps, whatever its shares.
        notes, licence: where it comes from, and what its makers allow.
        unit_range: what the network is fed lies between 0 and 1 (as far as the training rows go).
    """

    name: str
    title: str
    kind: DataKind
    task: Task
    tasks: tuple[Task, ...]
    encoded_shape: tuple[int, ...]
    input_shape: tuple[int, ...]
    input_dtype: Literal["float32", "int32"]
    vocabulary_size: int
    target_shape: tuple[int, ...]
    num_classes: int
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    target_name: str
    ignore_class: int | None
    mixed_labels: bool
    dtype: Literal["uint8", "float32", "int32"]
    raw: tuple[RawInput, ...]
    rows: dict[Split, int]
    own: tuple[Split, ...]
    notes: str
    licence: str
    unit_range: bool = False

    @property
    def own_test(self) -> bool:
        """Whether the test rows are the data set's own."""
        return "test" in self.own


def facts(spec: DataSpec) -> DataFacts:
    """What `spec` will give. Downloads nothing. Files are looked at the first time only: it is cheap from then on.

    Raises:
        NetloomError: a file is missing or wrong, or cannot be split, encoded or projected as asked.
    """
    source = source_of(spec.source)
    task = task_of(spec, source)
    encoding = encoding_of(spec)
    shape = encoded_shape(encoding)
    input_shape = shape if spec.pca is None else (spec.pca.components,)
    tokens = isinstance(encoding, TokensEncoding)
    names = () if task in ("regression", "reconstruction") else source.class_names
    rows = row_counts(spec, source)
    refuse_pca(spec, encoding, rows["train"])
    return DataFacts(
        name=source.name,
        title=source.title,
        kind=source.kind,
        task=task,
        tasks=source.tasks,
        encoded_shape=shape,
        input_shape=input_shape,
        input_dtype="int32" if tokens else "float32",
        vocabulary_size=len(encoding.vocabulary) + 2 if tokens else 0,
        target_shape=_target_shape(task, shape, input_shape, source),
        num_classes=len(names),
        class_names=names,
        feature_names=feature_names(encoding),
        target_name="the inputs themselves" if task == "reconstruction" else source.target_name,
        ignore_class=source.ignore_class,
        mixed_labels=any(step.kind in MIXING for step in spec.augment) and task in ("binary", "multiclass"),
        dtype=encoded_dtype(encoding),
        raw=raw_inputs(encoding),
        rows=rows,
        own=own_splits(spec.split, source),
        notes=source.notes,
        licence=source.licence,
        unit_range=spec.scaling == "rescale" and spec.pca is None and not _counts(encoding),
    )


def _target_shape(task: Task, encoded: tuple[int, ...], fed: tuple[int, ...], source: Source) -> tuple[int, ...]:
    if task == "reconstruction":
        return fed
    if task == "segmentation":
        return encoded[:2]
    if task == "regression":
        return (source.num_targets,) if source.num_targets > 1 else ()
    return (len(source.class_names),) if task == "multilabel" else ()


def _counts(encoding: Encoding) -> bool:
    """Whether some of it may exceed 1 and is not scaled: token ids, and texts as counts or weighted ones."""
    if isinstance(encoding, TableEncoding):
        return any(column.kind == "text" and column.mode != "multi_hot" for column in encoding.columns)
    return isinstance(encoding, TokensEncoding)
