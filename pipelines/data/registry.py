"""Every kind of data source that a DataSpec can name. A new one: a file in `sources`, and a line here."""

from collections.abc import Callable
from typing import Any

from pipelines.data.source import Source
from pipelines.data.sources import arrays, bundled, images, masks, mnist
from pipelines.data.spec import BundledSource, KerasSource
from pipelines.data.spec import Source as SourceSpec

SOURCES: dict[str, Callable[[Any], Source]] = {
    "bundled": bundled.source,
    "images": images.source,
    "masks": masks.source,
    "arrays": arrays.source,
    "keras": mnist.source,
}


def source_of(spec: SourceSpec) -> Source:
    """The source that a spec names. Files are looked at the first time only. Raises: NetloomError."""
    return SOURCES[spec.kind](spec)


NAMED: tuple[SourceSpec, ...] = (
    *(BundledSource(name=name) for name in ("digits", "iris", "breast_cancer", "diabetes")),
    KerasSource(name="mnist"),
)
"""Every set that has a name and needs no file of the user's, as people find it in a list."""
