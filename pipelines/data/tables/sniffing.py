"""How a text file is to be read as a table, found out from its first rows."""

import csv
import io
import re
from collections import Counter
from itertools import islice
from pathlib import Path

from models.errors import NetloomError
from pipelines.data.files.files import resolve
from pipelines.data.spec import MISSING, TableSource
from pipelines.data.tables.names import LONGEST_NAME
from pipelines.data.tables.quotes import refuse_loose_quotes
from pipelines.data.tables.text_file import head_of, is_parquet, is_utf8, likely_encoding, text_of

DELIMITERS = (",", "\t", ";", "|")
_ROWS = 200
_ODD_LINES = 50
_NO_DELIMITER = "\x1f"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+\Z")


def records(sample: str, delimiter: str, quoted: bool) -> list[list[str]]:
    """The first rows of a text as fields, blank lines left out; fewer where it cannot be read on."""
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    found: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quoting=quoting):
            if record:
                found.append(record)
            if len(found) == _ROWS:
                break
    except csv.Error:
        pass  # a field too long for a sample
    return found


def delimiter_of(sample: str, quoted: bool = True) -> str:
    """The delimiter by which most rows have as many fields as the first one; where there is none, one that is unused.

    Args:
        sample: the beginning of the text, of whole lines.
        quoted: fields may be quoted.

    >>> delimiter_of("a;b;c\\n1,5;2;3\\n")
    ';'
    """
    best, unused = (0.0, 0, ""), []
    for delimiter in DELIMITERS:
        widths = [len(record) for record in records(sample, delimiter, quoted)]
        if set(widths) <= {1}:
            unused.append(delimiter)
            continue
        usual, often = Counter(widths[1:] or widths).most_common(1)[0]
        if usual == 1 or (widths[0] == 1 and often < 0.9 * len(widths[1:])):  # one column of texts with commas
            continue
        share = widths.count(widths[0]) / len(widths) if widths[0] > 1 else 0.1
        best = max(best, (share, widths[0], delimiter), key=lambda each: each[:2])
    return best[2] or [*unused, _NO_DELIMITER][0]


def sniffed(path: str) -> TableSource:
    """How the file at `path`, as a spec names it, is most likely read: encoding, quotes, delimiter, header, decimals.

    Raises:
        NetloomError: there is no such file, or Netloom may not read it.
    """
    file = resolve(path)
    source = TableSource(path=path)
    head = head_of(file)
    if is_parquet(head):
        return source
    source = source.replace(encoding=_encoding(file, head))
    sample = sample_of(head, source.encoding)
    if not sample.strip():
        return source
    quoted = _is_quoted(file, head, delimiter_of(sample), source.encoding)
    delimiter = delimiter_of(sample, quoted)
    rows = records(sample, delimiter, quoted)
    values = [value.strip() for row in rows[1:] for value in row]
    commas = sum(bool(_COMMA_NUMBER.match(value)) for value in values)
    points = sum("." in value and bool(_NUMBER.match(value)) for value in values)
    return source.replace(
        delimiter=delimiter, quoted=quoted, header=_has_header(rows), decimal="," if commas > points else "."
    )


def sample_of(head: bytes, encoding: str) -> str:
    """The whole lines among the first bytes of a file, as text; what cannot be decoded is replaced."""
    text = head.decode("utf-8-sig" if is_utf8(encoding) else encoding, errors="replace")
    return text[: end + 1] if (end := max(text.rfind("\n"), text.rfind("\r"))) > 0 and len(head) >= 1 << 16 else text


def _encoding(file: Path, head: bytes) -> str:
    """UTF-8 where the whole file is; else what its bytes look like."""
    try:
        with file.open("rb") as stream:
            for _ in text_of(stream, "utf-8", file.name):
                pass
    except NetloomError:
        with file.open("rb") as stream:
            odd = b"".join(islice((line for line in stream if not line.isascii()), _ODD_LINES))
        return likely_encoding(head if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head else odd).split()[0]
    return "utf-8"


def _is_quoted(file: Path, head: bytes, delimiter: str, encoding: str) -> bool:
    """Whether quotes mean something: some field begins with one, and all that begin end."""
    if not is_utf8(encoding):
        return True
    try:
        refuse_loose_quotes(file, delimiter, file.name)
    except NetloomError:
        return False
    return True


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns.

    It does where a word stands above nothing but numbers, even if other names are missing or come twice; else where no
    name is a number or blank, comes twice, or comes again below.
    """
    if not rows:
        return True
    names = [name.strip() for name in rows[0]]
    if any(len(name) > LONGEST_NAME or _NUMBER.match(name) for name in names):
        return False
    columns = [{row[place].strip() for row in rows[1:] if place < len(row)} for place in range(len(names))]
    below = [column.difference(MISSING) for column in columns]
    if any(
        name not in MISSING and values and all(map(_NUMBER.match, values))
        for name, values in zip(names, below, strict=True)
    ):
        return True
    if len(set(names)) < len(names) or "" in names:
        return False
    return not any(name in values for name, values in zip(names, columns, strict=True))
