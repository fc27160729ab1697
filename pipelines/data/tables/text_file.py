"""What a file is before it is read as a table: no text, or text in another encoding, is refused in a sentence."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from models.errors import NetloomError

_PIECE_BYTES = 1 << 20
_HEAD_BYTES, _LONGEST_HEAD_BYTES, _HEAD_LINES = 1 << 16, 1 << 21, 5
_UTF8 = ("utf-8", "utf-8-sig", "ascii")
_BINARY = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"ARROW1", "an Arrow (Feather) file"),
)
_ASCII = bytes(range(128))
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_ODD_WORD = re.compile(rb"[\x80-\xff]{3}")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|\?xml|svg|script|!--)", re.IGNORECASE)
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*"|\[\s*\{)')


def head_of(path: Path) -> bytes:
    """The first bytes of a file, with a few lines among them even where they are long."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        if len(head.splitlines()) < _HEAD_LINES:
            head += stream.read(_LONGEST_HEAD_BYTES - len(head))
        return head


def is_parquet(head: bytes) -> bool:
    """Whether a file that begins so is Parquet, whatever its name."""
    return head.startswith(b"PAR1")


def refuse_what_is_no_text(head: bytes, name: str) -> None:
    """Refuse a file that is empty, or of a well-known other kind.

    Args:
        head: its first bytes.
        name: of the file, for messages.

    Raises:
        NetloomError: it says what the file is.
    """
    if not head.strip():
        raise NetloomError(f"{name} is empty.", "Choose a file with a header and rows.")
    if name.lower().endswith((".parquet", ".pq")):
        raise NetloomError(
            f"{name} is no Parquet file: it does not begin with PAR1.", "Write it again, or name it .csv if it is text."
        )
    for start, kind in _BINARY:
        if head.startswith(start):
            if b"xl/" in head or b"[Content_Types].xml" in head:
                kind = "an Excel workbook (.xlsx)"
            raise NetloomError(f"{name} is {kind}, not a table as text.", "Save it as CSV, or unpack the CSV from it.")
    if _MARKUP.match(head):
        raise NetloomError(
            f"{name} is a web page (HTML or XML), not a table.",
            "Download the file itself instead of the page that shows it.",
        )
    if _JSON.match(head):
        raise NetloomError(f"{name} is JSON, not a table.", "Save it as CSV or Parquet.")


def is_utf8(encoding: str) -> bool:
    """Whether text in this encoding is UTF-8 as it stands. Raises: NetloomError where there is no such encoding."""
    try:
        b"a".decode(encoding)
    except LookupError as error:
        raise NetloomError(
            f"There is no text encoding {encoding!r}.",
            "Take utf-8, utf-16, cp1252 (Windows, western Europe) or another name that Python knows.",
        ) from error
    except UnicodeError:
        pass  # two bytes a character, say
    return codecs.lookup(encoding).name in _UTF8


def text_of(stream: BinaryIO, encoding: str, name: str) -> Iterator[str]:
    """The whole text, piece by piece.

    Raises:
        NetloomError: it is not in this encoding, or holds NUL characters; the line is named, counted from 1.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, piece = 1, b"-"
    while piece:
        piece = stream.read(_PIECE_BYTES)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeError as error:
            before = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
            raise NetloomError(
                f"Line {lines + before.count(10)} of {name} is not in the encoding {encoding}.",
                f"It may be in {likely_encoding(piece)}: say so as the file's encoding.",
            ) from error
        nul = text.find("\x00")
        if nul >= 0:
            likely = likely_encoding(piece)
            raise NetloomError(
                f"Line {lines + text.count(chr(10), 0, nul)} of {name} holds a NUL character, which no text does.",
                f"It may be in {likely}: say so as the file's encoding."
                if likely.startswith("utf-16")
                else "Remove it: the file may be damaged, or no text.",
            )
        lines += text.count("\n")
        yield text


def likely_encoding(sample: bytes) -> str:
    """A guess at what text that is not in the expected encoding is in: a name that Python knows, and what it is."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if sample[:2000].count(0) > len(sample[:2000]) // 4:
        return "utf-16-le" if sample[1::2][:1000].count(0) > sample[::2][:1000].count(0) else "utf-16-be"
    if _decodes(sample, "utf-8"):
        return "utf-8"
    odd = len(sample.translate(None, _ASCII))
    if 2 * odd > len(sample.translate(None, _NO_LETTERS)) and _ODD_WORD.search(sample):
        return "cp1251 (Cyrillic), shift_jis (Japanese) or gb18030 (Chinese)"
    return "cp1252 (Windows, western Europe)" if _decodes(sample, "cp1252") else "latin-1 (western Europe)"


def line_at(path: Path, offset: int) -> int:
    """The line, counted from 1, that the byte at `offset` lies in."""
    lines = 1
    with path.open("rb") as stream:
        while offset > 0 and (piece := stream.read(min(offset, _PIECE_BYTES))):
            lines += max(piece.count(b"\n"), piece.count(b"\r"))
            offset -= len(piece)
    return lines


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeError:
        return False
    return True
