"""An Encoding as the Python that a Keras user would have written for it, with what it was fitted to."""

import json
from dataclasses import dataclass, field
from math import tau
from typing import Any

from pipelines.data.encoding.encoding import (
    MISSING_CATEGORY,
    CategoryColumn,
    DateColumn,
    EncodedColumn,
    Encoding,
    ImageEncoding,
    NumberColumn,
    RawInput,
    TableEncoding,
    TokensEncoding,
    raw_inputs,
    width,
)
from pipelines.data.encoding.keras_encoding import UNKNOWN, UNKNOWN_NUMBER, WEEK_DAYS, YEAR_DAYS

INLINE_WORDS = 12
VOCABULARY = "vocabulary.json"


@dataclass(frozen=True, slots=True)
class EncoderCode:
    """Code of an encoder.

    Attributes:
        code: functions `encoder()`, which makes a Keras model from raw rows to numbers, and, for tables,
            `columns(x)`, which makes its inputs of a DataFrame.
        vocabulary: words too many to write down, by column: what vocabulary.json must hold.
    """

    code: str
    vocabulary: dict[str, Any] = field(default_factory=dict)


def encoder_code(encoding: Encoding) -> EncoderCode:
    """The code of an encoding that is not the identity."""
    if isinstance(encoding, ImageEncoding):
        return EncoderCode(_image(encoding))
    if isinstance(encoding, TableEncoding | TokensEncoding):
        return _table(encoding)
    raise TypeError(f"Rows that are numbers need no encoder. Received: {encoding!r:.80}")


def _image(encoding: ImageEncoding) -> str:
    fit = {"crop": ", crop_to_aspect_ratio=True", "pad": ", pad_to_aspect_ratio=True", "stretch": ""}[encoding.fit]
    size = f"({encoding.height}, {encoding.width})"
    lines = [
        f'images = keras.Input({encoding.raw_shape!r}, name="raw")',
        # Not layers.Resizing: it puts what follows it into training mode.
        f'rows = ops.image.resize(images, {size}, interpolation="{encoding.interpolation}"{fit})',
    ]
    if encoding.channels == 3 and encoding.raw_shape[2] == 1:
        lines.append("rows = ops.repeat(rows, 3, axis=-1)")
    elif encoding.channels == 1 and encoding.raw_shape[2] == 3:
        lines.append("rows = ops.image.rgb_to_grayscale(rows)")
    if encoding.raw_dtype == "uint8":
        lines.append("rows = ops.clip(ops.round(rows), 0, 255)")
    body = "\n    ".join(lines)
    return f'''
def encoder():
    """Images of any size to {encoding.height} x {encoding.width}."""
    {body}
    return keras.Model(images, rows, name="encoder")
'''


def _table(encoding: TableEncoding | TokensEncoding) -> EncoderCode:
    columns = encoding.columns if isinstance(encoding, TableEncoding) else (encoding,)
    inputs = raw_inputs(encoding)
    vocabulary: dict[str, Any] = {}
    makers, parts = set[str](), []
    for raw, column in zip(inputs, columns, strict=True):
        maker, part = _part(raw, column, vocabulary)
        makers |= maker
        parts.append(part)
    declared = "\n".join(
        f'        "{raw.name}": keras.Input((1,), dtype="{raw.dtype}", name="{raw.name}"),' for raw in inputs
    )
    given = "\n".join(f'        "{raw.name}": {_from_frame(raw, column)},' for raw, column in
                      zip(inputs, columns, strict=True))  # fmt: skip
    joined = "\n".join(f"        {part}," for part in parts)
    if isinstance(encoding, TokensEncoding):
        made = f'    return keras.Model(inputs, {parts[0]}, name="encoder")'
    elif len(parts) == 1:
        made = f'    row = {parts[0]}\n    return keras.Model(inputs, row, name="encoder")'
    else:
        made = (
            f"    parts = [\n{joined}\n    ]\n"
            '    return keras.Model(inputs, layers.Concatenate(dtype="float32")(parts), name="encoder")'
        )
    helpers = "".join(_HELPERS[name] for name in _HELPERS if name in makers)
    code = f'''{helpers}

def encoder():
    """The columns as numbers; what stands for a missing value and which words are known, the training rows said."""
    inputs = {{
{declared}
    }}
{made}


def columns(x):
    """The columns of a table as the encoder takes them."""
    return {{
{given}
    }}
'''
    return EncoderCode(code, vocabulary)


def _part(raw: RawInput, column: EncodedColumn | TokensEncoding, vocabulary: dict[str, Any]) -> tuple[set[str], str]:
    """Which helpers a column needs, and the expression that makes numbers of it."""
    given = f'inputs["{raw.name}"]'
    if isinstance(column, NumberColumn | DateColumn):
        number = f"ops.where(ops.isnan({given}), {column.fill!r}, {given})"
        if isinstance(column, DateColumn):
            return {"date"}, f"date({number})"
        if not column.bins:
            return set(), number
        bounds = f'bin_boundaries={list(column.bins)!r}, output_mode="one_hot", dtype="float32"'
        return set(), f"layers.Discretization({bounds})({number})"
    if isinstance(column, CategoryColumn):
        return {"category"}, _category(raw, column, given, vocabulary)
    words = _words(raw, column.vocabulary, vocabulary)
    arguments = [f"{given}", words]
    if column.ngrams > 1:
        arguments.append(f"ngrams={column.ngrams}")
    if isinstance(column, TokensEncoding):
        arguments.append(f'output_mode="int", output_sequence_length={column.length}')
    else:
        arguments.append(f'output_mode="{column.mode}"')
        if column.mode == "tf_idf":
            key = f"{raw.name} idf"
            vocabulary[key] = list(column.idf)
            arguments.append(f'idf_weights=VOCABULARY["{key}"]')
    filled = f", fill={column.fill!r}" if column.fill is not None else ""
    numbers = column.length if isinstance(column, TokensEncoding) else width(column)
    dtype = "int32" if isinstance(column, TokensEncoding) else "float32"
    return {"text"}, f'text({", ".join(arguments)}, numbers={numbers}, dtype="{dtype}"{filled})'


def _category(raw: RawInput, column: CategoryColumn, given: str, vocabulary: dict[str, Any]) -> str:
    words = _words(raw, column.vocabulary, vocabulary)
    filled = f", fill={column.fill!r}" if column.fill is not None and raw.dtype == "string" else ""
    return f"category({given}, {words}{filled})"


def _words(raw: RawInput, words: tuple[Any, ...], vocabulary: dict[str, Any]) -> str:
    if len(words) <= INLINE_WORDS:
        return json.dumps(list(words), ensure_ascii=False)
    vocabulary[raw.name] = list(words)
    return f'VOCABULARY["{raw.name}"]'


def _from_frame(raw: RawInput, column: EncodedColumn | TokensEncoding) -> str:
    name = json.dumps(raw.column, ensure_ascii=False)
    if isinstance(column, DateColumn):
        return f'((x[[{name}]] - np.datetime64("1970-01-01")) / np.timedelta64(1, "D")).to_numpy("float32")'
    if raw.dtype == "float32":
        return f'x[[{name}]].to_numpy("float32")'
    if raw.dtype == "int64":
        fill = column.fill if isinstance(column, CategoryColumn) else None
        whole = fill if fill is not None else str(-(2**63))
        return f'x[[{name}]].fillna("{whole}").to_numpy("int64")'
    return f'x[[{name}]].fillna("").to_numpy(str)'


_HELPERS = {
    "category": f'''

def category(raw, words, fill=None):
    """One place for all unknown categories, one for each word; a missing one is {MISSING_CATEGORY!r}, or `fill`."""
    if isinstance(words[0], int):
        places = layers.IntegerLookup(vocabulary=[{UNKNOWN_NUMBER}, *words])(raw)
    elif fill is None:
        places = layers.StringLookup(vocabulary=["{UNKNOWN}", *words])(raw)
    else:
        places = layers.StringLookup(vocabulary=words, mask_token="")(raw)
        places = ops.where(ops.equal(places, 0), words.index(fill) + 2 if fill in words else 1, places) - 1
    return layers.CategoryEncoding(num_tokens=len(words) + 1, output_mode="one_hot", dtype="float32")(places)
''',
    "text": f'''

def text(raw, words, numbers, dtype, fill=None, **settings):
    """Texts as `numbers` numbers each; a missing one is read as `fill`."""
    layer = layers.TextVectorization(vocabulary=words, **settings)
    made = ops.reshape(layer(raw), (-1, numbers))
    if fill is not None:
        missing = ops.equal(layers.StringLookup(vocabulary=["{UNKNOWN}", fill], mask_token="")(raw), 0)
        spoken = layers.StringLookup(vocabulary=[fill], invert=True)
        instead = ops.reshape(layer(spoken(ops.ones_like(missing, dtype="int64"))), (-1, numbers))
        made = ops.where(ops.reshape(missing, (-1, 1)), instead, made)
    return ops.cast(made, dtype)
''',
    "date": f'''

def date(days):
    """Days since 1970-01-01, and where in the year and in the week they are."""
    year = ops.mod(days, {YEAR_DAYS!r}) * {tau / YEAR_DAYS!r}
    week = ops.mod(ops.floor(days), {WEEK_DAYS!r}) * {tau / WEEK_DAYS!r}
    parts = [days, ops.sin(year), ops.cos(year), ops.sin(week), ops.cos(week)]
    return layers.Concatenate(dtype="float32")(parts)
''',
}
