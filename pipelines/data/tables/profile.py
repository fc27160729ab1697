"""What a table's columns hold: counts, ranges, frequent values, and what each column looks like."""

from typing import Literal

from models.spec import Spec
from pipelines.data.spec import ColumnType
from pipelines.data.tables.kinds import Kind

Value = int | float | str


class ColumnProfile(Spec):
    """One column, all rows counted.

    Attributes:
        name: as in the file, without blanks around it.
        type: what it looks like. `id`: names its rows, one by one or nearly so; `constant`: one value, always;
            `empty`: no value at all.
        kind: what its fields are, whatever they mean: `int`, `float`, `date` or `str`.
        dtype: the same in words: `int64`, `float64`, `datetime64` or `str`.
        missing: rows without a value.
        unique: different values, missing not among them.
        minimum, maximum: of the finite numbers; dates as ISO 8601; None for words.
        mean, std: of the finite numbers (std: of the sample, so that one value has none); None for others.
        top: the most frequent values and their counts; empty for numbers that hardly repeat.
        examples: the first different values.
        words: mean words of a value; 0 for numbers and dates.
        whole: its numbers are whole.
        clock: some date has a time of day.
        date_format: how dates are written: `ISO8601`, `ISO8601, UTC` (they had a zone), or as strptime knows it.
        infinite_row: the first row (from 0) with an infinite number, or one too large for float32.
        odd: where nearly all values are numbers, the first that is none, and its row (from 0).
        note: a sentence on what should be known of it; mostly empty.
    """

    name: str
    type: ColumnType | Literal["id", "constant", "empty"]
    kind: Kind
    dtype: Literal["int64", "float64", "datetime64", "str"]
    missing: int
    unique: int
    minimum: Value | None = None
    maximum: Value | None = None
    mean: float | None = None
    std: float | None = None
    top: tuple[tuple[Value, int], ...] = ()
    examples: tuple[Value, ...] = ()
    words: float = 0.0
    whole: bool = False
    clock: bool = False
    date_format: str | None = None
    infinite_row: int | None = None
    odd: tuple[int, str] | None = None
    note: str = ""


class TableProfile(Spec):
    """A table.

    Attributes:
        rows: without the header.
        columns: in the order of the file.
        delimiter: that was used; empty for Parquet.
        decimal: what stands before the decimals.
        left_out: columns of lists and the like, which cannot be used.
        trimmed: some name has blanks around it in the file.
    """

    rows: int
    columns: tuple[ColumnProfile, ...]
    delimiter: str = ""
    decimal: str = "."
    left_out: tuple[str, ...] = ()
    trimmed: bool = False

    def column(self, name: str) -> ColumnProfile:
        """The column of this name. Raises: KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
