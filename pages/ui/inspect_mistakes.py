"""Where a network errs, as its task is judged."""

from collections.abc import Callable

from pages.ui import inspect_classes, inspect_labels, inspect_masks, inspect_numbers, inspect_reconstructions
from pipelines.data.facts import DataFacts, facts
from pipelines.data.spec import Task
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of

VIEWS: dict[Task, Callable[[Run, DataFacts], None]] = {
    "binary": inspect_classes.show,
    "multiclass": inspect_classes.show,
    "multilabel": inspect_labels.show,
    "regression": inspect_numbers.show,
    "reconstruction": inspect_reconstructions.show,
    "segmentation": inspect_masks.show,
}


def show(run: Run) -> None:
    """Mistakes, on rows of a split to be chosen."""
    known = facts(spec_of(run).data)
    VIEWS[known.task](run, known)
