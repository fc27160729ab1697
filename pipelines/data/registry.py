"""Every kind of data source that a DataSpec can name. A new one: a file in `sources`, and a line here."""

from collections.abc import Callable
from typing import Any, get_args

from pipelines.data.source import Source
from pipelines.data.sources import arrays, bundled, downloaded, images, masks, mcycle, table, toy
from pipelines.data.spec import BundledName, BundledSource, KerasName, KerasSource, McycleSource, ToyName, ToySource
from pipelines.data.spec import Source as SourceSpec

SOURCES: dict[str, Callable[[Any], Source]] = {
    "toy": toy.source,
    "bundled": bundled.source,
    "keras": downloaded.source,
    "mcycle": mcycle.source,
    "table": table.source,
    "images": images.source,
    "masks": masks.source,
    "arrays": arrays.source,
}


def source_of(spec: SourceSpec) -> Source:
    """The source that a spec names. Files are looked at the first time only. Raises: NetloomError."""
    return SOURCES[spec.kind](spec)


NAMED: tuple[SourceSpec, ...] = (
    *(BundledSource(name=name) for name in get_args(BundledName)),
    *(ToySource(name=name) for name in get_args(ToyName)),
    *(KerasSource(name=name) for name in get_args(KerasName)),
    McycleSource(),
)
"""Every set that has a name and needs no file of the user's, as people find it in a list."""
