"""The encoding that a DataSpec means for its data: vocabularies and fill values from the training rows alone."""

from typing import cast

from models.errors import NetloomError
from pipelines.data.encoding import ArrayEncoding, Encoding
from pipelines.data.registry import source_of
from pipelines.data.source import Source
from pipelines.data.spec import DataSpec, Task


def task_of(spec: DataSpec, source: Source) -> Task:
    """What is asked of the network. Raises: NetloomError where the data cannot answer it."""
    task = spec.task or source.tasks[0]
    if task not in source.tasks:
        raise NetloomError(f"{source.title} has no {task} task.", f"It can be used for: {', '.join(source.tasks)}.")
    return task


def encoding_of(spec: DataSpec) -> Encoding:
    """The encoding of `spec`, fitted the first time, found again from then on. Raises: NetloomError."""
    source = source_of(spec.source)
    if source.dtype == "table" or None in source.input_shape:
        raise NotImplementedError
    return ArrayEncoding(
        shape=cast("tuple[int, ...]", source.input_shape), raw_dtype=source.dtype, feature_names=source.feature_names
    )
