"""Changes of the draft's data. Each is refused (NetloomError, ValidationError) where the data cannot be used so."""

import contextlib
from collections.abc import Callable
from typing import Any

from models.errors import NetloomError
from pages.ui import state
from pipelines.data.downloads.downloads import NotOnThisMachine
from pipelines.data.facts import facts
from pipelines.data.registry import source_of
from pipelines.data.spec import DataSpec, Source, TableSource


def data() -> DataSpec:
    """The data of this tab's draft."""
    return state.draft().spec.data


def table() -> TableSource:
    """The table of this tab's draft, in what belongs to tables alone."""
    source = data().source
    if not isinstance(source, TableSource):
        raise TypeError(f"only a table has columns. Received: kind={source.kind!r}")
    return source


def use(new: DataSpec) -> None:
    """Take other data altogether."""
    with contextlib.suppress(NotOnThisMachine):  # which can be chosen first, and downloaded then
        facts(new)
    draft = state.draft()
    state.keep(draft.replace(spec=draft.spec.replace(data=new)))


def change(**changes: Any) -> None:
    """Change fields of the DataSpec."""
    use(data().replace(**changes))


def change_part(part: str, **changes: Any) -> None:
    """Change fields of one of its parts: `source`, `split`, `image`, `text`, `corrupt`."""
    change(**{part: getattr(data(), part).replace(**changes)})


def proposed(source: Source) -> DataSpec:
    """A set that has a name, shared out as the draft's data is, with the scaling that suits its kind."""
    scalings = {"image": "rescale", "table": "standardise", "text": "none"}
    return DataSpec(
        source=source,
        split=data().split.replace(method="random", column=None, own=True),
        scaling=scalings[source_of(source).kind],
    )


def attempt(action: Callable[..., None], *args: Any) -> None:
    """A button's on_click: do it, and leave the page to say why not."""
    try:
        action(*args)
    except NetloomError as error:
        state.notify(error)
