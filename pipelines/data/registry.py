"""Every data source that a DataSpec can name. A new one: a file in `sources`, and a line here."""

from pipelines.data.source import Source
from pipelines.data.sources import bundled, mnist
from pipelines.spec import Source as SourceSpec

SOURCES: dict[tuple[str, str], Source] = {
    ("bundled", "digits"): bundled.DIGITS,
    ("bundled", "iris"): bundled.IRIS,
    ("bundled", "breast_cancer"): bundled.BREAST_CANCER,
    ("bundled", "diabetes"): bundled.DIABETES,
    ("keras", "mnist"): mnist.MNIST,
}


def source_of(spec: SourceSpec) -> Source:
    """The source that a spec names; a spec that was validated always names one."""
    return SOURCES[spec.kind, spec.name]
