"""Every probe: a new one is a file in this folder and a line here. No keras, so that pages can list them."""

from dataclasses import dataclass

from pipelines.data.spec import Task

CLASSES: tuple[Task, ...] = ("binary", "multiclass")


@dataclass(frozen=True, slots=True)
class Probe:
    """A way of looking inside a trained network.

    Attributes:
        function: dotted name for the engine.
        title: for people.
        tasks: those that it is for; empty: every one.
    """

    function: str
    title: str
    tasks: tuple[Task, ...] = ()


PROBES: dict[str, Probe] = {
    "filters": Probe("pipelines.inspection.filters.filters", "Learned filters"),
    "feature_maps": Probe("pipelines.inspection.feature_maps.feature_maps", "Feature maps"),
    "attention": Probe("pipelines.inspection.attention.attention", "Attention"),
    "confusion": Probe("pipelines.inspection.confusion.confusion", "Confusion matrix", CLASSES),
    "residuals": Probe("pipelines.inspection.residuals.residuals", "Residuals", ("regression",)),
    "labels": Probe("pipelines.inspection.labels.labels", "Labels", ("multilabel",)),
    "reconstruction": Probe(
        "pipelines.inspection.reconstruction.reconstruction", "Reconstructions", ("reconstruction",)
    ),
    "segmentation": Probe("pipelines.inspection.segmentation.segmentation", "Segmentation", ("segmentation",)),
}
