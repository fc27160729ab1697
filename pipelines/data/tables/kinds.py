"""What the fields of a column are, found out batch by batch: whole numbers, numbers, dates, or words.

A kind stays in the running until one value does not suit it, so what a column is found to be does not depend on the
order of its rows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Kind = Literal["int", "float", "date", "str"]
TYPES: dict[Kind, pa.DataType] = {
    "int": pa.int64(), "float": pa.float64(), "date": pa.timestamp("us"), "str": pa.string(),
}  # fmt: skip
BLANKS = " \t\r\n"
"""What is stripped from both ends of a field."""

ISO, ISO_ZONED = "ISO8601", "ISO8601, UTC"
_DAYS = ("%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y")
DATE_FORMATS = (ISO, ISO_ZONED, *(day + time for day in _DAYS for time in ("", " %H:%M", " %H:%M:%S")))
"""Forms of dates that are known, in the order in which they are tried: ISO 8601, or as strptime writes them."""

_DATELIKE = re.compile(r"\d{1,4}[-/. ](\d|[A-Za-z]{3})|[A-Za-z]{3} \d")

_PROBED = 64
_WRONG = (pa.ArrowInvalid, ValueError, OverflowError)


def tidy(fields: pa.Array, marks: pa.Array) -> pa.Array:
    """Strings with blanks stripped, and null for those that mean that there is no value."""
    bare = pc.ascii_trim(fields, characters=BLANKS)
    return pc.if_else(pc.is_in(bare, value_set=marks), pa.scalar(None, pa.string()), bare)


def numbers(fields: pa.Array, decimal: str = ".") -> pa.Array:
    """Strings as float64, NaN as null. Raises: pyarrow.ArrowInvalid."""
    if decimal != ".":
        if pc.any(pc.match_substring(fields, ".")).as_py():
            raise pa.ArrowInvalid("a point where a comma is the decimal sign")
        fields = pc.replace_substring(fields, decimal, ".")
    found = fields.cast(pa.float64())
    isnan = pc.is_nan(found)
    return pc.if_else(isnan, pa.scalar(None, pa.float64()), found) if pc.any(isnan).as_py() else found


def whole_numbers(fields: pa.Array) -> pa.Array:
    """Strings as int64. Raises: pyarrow.ArrowInvalid, also for codes such as 007, which are no numbers."""
    found = fields.cast(pa.int64())
    zero = pc.or_(pc.starts_with(fields, "0"), pc.starts_with(fields, "-0"))
    if pc.any(pc.and_(zero, pc.greater(pc.binary_length(fields), 1))).as_py():
        raise _LeadingZeroError("a number that begins with 0")
    return found


class _LeadingZeroError(pa.ArrowInvalid):
    pass


def dates(fields: pa.Array, form: str) -> pa.Array:
    """Strings as times in microseconds, without a zone (UTC where they had one). Raises: ValueError, ArrowInvalid."""
    if form == ISO:
        return fields.cast(pa.timestamp("us"))
    if form == ISO_ZONED:
        return fields.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
    parsed = pd.to_datetime(pd.Series(fields.to_pandas(), dtype=object), format=form).astype("datetime64[us]")
    return pa.Array.from_pandas(parsed, type=pa.timestamp("us"))


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: Kind
    convert: Callable[[pa.Array], pa.Array]
    form: str | None = None


_WHOLE = _Candidate("int", whole_numbers)
_DATES = tuple(_Candidate("date", lambda fields, form=form: dates(fields, form), form) for form in DATE_FORMATS)


class ColumnKind:
    """Finds out the kind of one column.

    Attributes:
        seen: some field had a value.
    """

    def __init__(self, marks: pa.Array, decimal: str) -> None:
        self._marks = marks
        self._left = [_WHOLE, _Candidate("float", lambda fields: numbers(fields, decimal)), *_DATES]
        self.seen = False

    @property
    def kind(self) -> Kind:
        """As far as it is known."""
        return self._left[0].kind if self._left else "str"

    @property
    def date_formats(self) -> tuple[str, ...]:
        """The forms that all dates have, more than one where day and month could be either."""
        return tuple(each.form for each in self._left if each.form) if self.kind == "date" else ()

    def take(self, fields: pa.Array) -> pa.Array:
        """The next fields of the column, as the kind that it is now known to be; its kind changes where it must.

        Args:
            fields: strings.
        """
        if self.seen and self.kind in ("int", "float"):  # the usual case, quick: numbers go on being numbers
            found = _converted(self._left[0], fields)
            if found is not None:
                return found
        fields = tidy(fields, self._marks)
        if fields.null_count < len(fields):
            self.seen = True
            self._left = self._still(fields)
        if not self._left:
            return fields
        return self._left[0].convert(fields)

    def _still(self, fields: pa.Array) -> list[_Candidate]:
        """The candidates that these fields leave. What is whole is a number too, and no number is a date."""
        left: list[_Candidate] = []
        datelike = _DATELIKE.match(fields.drop_null()[0].as_py())
        for candidate in self._left:
            whole = candidate.kind == "float" and bool(left)
            if candidate.kind == "date" and ((left and left[0].kind != "date") or not datelike):
                break
            try:
                if whole or _converted(candidate, fields, codes=True) is not None:
                    left.append(candidate)
            except _LeadingZeroError:
                return []
        return left


def _converted(candidate: _Candidate, fields: pa.Array, codes: bool = False) -> pa.Array | None:
    """None where a field does not suit; told by the first few, mostly. codes: a leading zero is raised."""
    try:
        candidate.convert(fields.slice(0, _PROBED))
        return candidate.convert(fields)
    except _LeadingZeroError:
        if codes:
            raise
        return None
    except _WRONG:
        return None
