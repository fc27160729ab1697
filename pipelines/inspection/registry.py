"""Every probe: a new one is a file in this folder and a line here. No keras, so that pages can list them."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Probe:
    """A way of looking inside a trained network.

    Attributes:
        function: dotted name for the engine.
        title: for people.
        tasks: `classes` needs classes to predict, `regression` a number, `any` takes both.
    """

    function: str
    title: str
    tasks: Literal["any", "classes", "regression"] = "any"


PROBES: dict[str, Probe] = {
    "filters": Probe("pipelines.inspection.filters.filters", "Learned filters"),
    "feature_maps": Probe("pipelines.inspection.feature_maps.feature_maps", "Feature maps"),
    "confusion": Probe("pipelines.inspection.confusion.confusion", "Confusion matrix", "classes"),
    "residuals": Probe("pipelines.inspection.residuals.residuals", "Residuals", "regression"),
}
