"""What is known of a data set before it is read: its shape, its task, its names, how many rows each split will get."""

from dataclasses import dataclass

from pipelines.data.registry import source_of
from pipelines.data.source import DataKind
from pipelines.data.splitting import split_sizes
from pipelines.runs.facts import Split
from pipelines.spec import DataSpec, Task


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What is known of a data set and its splits without reading it.

    Attributes:
        name: as in the DataSpec. title: as people know it.
        kind: `image` or `table`.
        task: `binary`, `multiclass` or `regression`.
        input_shape: of one row, `(height, width, channels)` or `(features,)`.
        num_classes: 2 for binary, 0 for regression.
        class_names: by class id; empty for regression.
        feature_names: in column order; empty for images.
        target_name: what is predicted.
        dtype: of x as loaded: `uint8` or `float32`.
        rows: how many rows each split will have; None where that is known only after reading.
        own_test: the test rows are the data set's own, whatever the spec's test share.
        notes, licence: where it comes from, and what its makers allow.
    """

    name: str
    title: str
    kind: DataKind
    task: Task
    input_shape: tuple[int, ...]
    num_classes: int
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    target_name: str
    dtype: str
    rows: dict[Split, int | None]
    own_test: bool
    notes: str
    licence: str


def facts(spec: DataSpec) -> DataFacts:
    """What `spec` will give. Reads no file, loads nothing, downloads nothing."""
    source = source_of(spec.source)
    return DataFacts(
        name=source.name,
        title=source.title,
        kind=source.kind,
        task=source.task,
        input_shape=source.input_shape,
        num_classes=len(source.class_names),
        class_names=source.class_names,
        feature_names=source.feature_names,
        target_name=source.target_name,
        dtype=source.dtype,
        rows=dict(split_sizes(source.num_rows, source.num_test_rows, spec.split)),
        own_test=source.num_test_rows > 0,
        notes=source.notes,
        licence=source.licence,
    )
