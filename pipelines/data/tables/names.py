"""Names of columns: each there once, and found again when it is misspelt."""

import difflib
from collections.abc import Collection, Sequence

from models.errors import NetloomError

LONGEST_NAME, MOST_COLUMNS = 200, 10_000
_NO_HEADER = "Name each column in the file's first line, or say that the file has no header."


def columns_without_header(count: int) -> list[str]:
    """The names of columns that have none.

    >>> columns_without_header(2)
    ['column 1', 'column 2']
    """
    return [f"column {place}" for place in range(1, count + 1)]


def check_names(names: Sequence[str], file: str, header: bool) -> None:
    """Refuse a table whose columns could not be told apart.

    Args:
        names: as in the file, without blanks around them.
        file: its name, for messages.
        header: the names were read from its header.

    Raises:
        NetloomError: too many columns, an empty or too long name, or one that comes twice.
    """
    if len(names) > MOST_COLUMNS:
        raise NetloomError(
            f"{file} has {len(names):,} columns; {MOST_COLUMNS:,} at most were expected.",
            "Check its delimiter, or keep the columns that matter.",
        )
    if not header:
        return
    places: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        if not name:
            raise NetloomError(f"The header of {file} has no name for column {place}.", _NO_HEADER)
        if len(name) > LONGEST_NAME:
            raise NetloomError(
                f"The header of {file} has a name of {len(name):,} characters for column {place}; {LONGEST_NAME} at "
                "most were expected.",
                "Check the delimiter, or say that the file has no header.",
            )
        if name in places:
            raise NetloomError(
                f"The header of {file} has the name {name!r} twice, for columns {places[name]} and {place}.", _NO_HEADER
            )
        places[name] = place


def check_known(asked: Collection[str], names: Collection[str], file: str) -> None:
    """Refuse a name that no column has. Raises: NetloomError, with the name that is nearest."""
    for name in asked:
        if name not in names:
            folded = {each.casefold(): each for each in names}
            near = difflib.get_close_matches(name.casefold(), list(folded), n=1)
            shown = ", ".join(list(names)[:12]) + (", ..." if len(names) > 12 else "")
            raise NetloomError(
                f"{file} has no column {name!r}.",
                f"Did you mean {folded[near[0]]!r}?" if near else f"Its columns are: {shown}.",
            )
