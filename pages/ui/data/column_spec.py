"""A column as a row of a table to edit, and back: what is entered becomes a ColumnSpec that holds together."""

from typing import Any

from pydantic import ValidationError

from models.errors import NetloomError
from pages.ui.state import Row
from pipelines.data.spec import ColumnSpec, ColumnType
from pipelines.data.tables.profile import ColumnProfile

TYPES: tuple[ColumnType, ...] = ("numeric", "categorical", "text", "date")
MISSING = {
    "median": "median",
    "mean": "mean",
    "most_frequent": "most frequent",
    "category": "own category",
    "constant": "constant",
    "drop": "row dropped",
}
_NUMBERS = ("numeric", "date")


def missing_of(column: ColumnSpec) -> str:
    """What stands for a missing value, the default of its type filled in.

    >>> missing_of(ColumnSpec(name="age", type="numeric"))
    'median'
    """
    return column.missing or ("median" if column.type in _NUMBERS else "category")


def missing_choices(type_: ColumnType) -> list[str]:
    """What may stand for a missing value of this type.

    >>> missing_choices("text")
    ['category', 'most_frequent', 'constant', 'drop']
    """
    return [*(["median", "mean"] if type_ in _NUMBERS else ["category"]), "most_frequent", "constant", "drop"]


def likely(profile: ColumnProfile) -> ColumnSpec:
    """What a column that is not used would be used as."""
    if profile.type in TYPES:
        return ColumnSpec(name=profile.name, type=profile.type)
    of_kind: dict[str, ColumnType] = {"int": "numeric", "float": "numeric", "date": "date"}
    return ColumnSpec(name=profile.name, type=of_kind.get(profile.kind, "categorical"))


def changed(column: ColumnSpec, **changes: Any) -> ColumnSpec:
    """The column with fields changed. What no longer suits its type, or its way with missing values, is left behind.

    Raises:
        NetloomError: the changes do not suit the column.

    >>> changed(ColumnSpec(name="age", type="numeric", missing="mean", bins=4), type="categorical").missing is None
    True
    """
    type_ = changes.get("type", column.type)
    if type_ != column.type:
        kept = column.missing if column.missing in ("most_frequent", "drop") else None
        changes = {"missing": kept, "fill": None, "bins": 0, **changes}
    if "missing" in changes:
        fill: float | str = 0.0 if type_ in _NUMBERS else "missing"
        changes = {"fill": fill if changes["missing"] == "constant" else None, **changes}
    try:
        return column.replace(**changes)
    except ValidationError as error:
        reason = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        raise NetloomError(f"{column.name}: {reason}") from None


def row(profile: ColumnProfile, used: ColumnSpec | None) -> Row:
    """A column as a row: use, column, type, missing, becomes."""
    spec = used or likely(profile)
    return {
        "use": used is not None,
        "column": profile.name,
        "type": spec.type,
        "missing": profile.missing,
        "becomes": MISSING[missing_of(spec)],
    }


def from_row(column: ColumnSpec, before: Row, now: Row) -> ColumnSpec | None:
    """The column as an edited row says; None: it is not used. A type that is changed on an unused one uses it.

    Raises: NetloomError, as `changed`.
    """
    if before["use"] and not now["use"]:
        return None
    if now["type"] != before["type"]:
        column = changed(column, type=now["type"])
    if now["becomes"] != before["becomes"]:
        ways = {words: way for way, words in MISSING.items()}
        column = changed(column, missing=ways[now["becomes"]])
    return column
