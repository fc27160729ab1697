"""Python expressions on lines of 88 columns, broken where a formatter would break them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

WIDTH = 88
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Group:
    """Something in brackets.

    Attributes:
        head: what stands in front of them; a Group where the result of one call is called again.
        items: what stands inside, with commas between.
        brackets: the two.
        fill: whether items share lines where they do not all fit on one: for long lists of numbers.
    """

    head: "Part"
    items: tuple["Part", ...]
    brackets: Literal["()", "[]", "{}"] = "()"
    fill: bool = False


Part = str | Group


def flat(part: Part) -> str:
    """The expression on one line."""
    if isinstance(part, str):
        return part
    # A tuple of one, unlike a call with one argument, ends in a comma.
    comma = "," if part.brackets == "()" and _is_literal(part) and len(part.items) == 1 else ""
    return f"{flat(part.head)}{part.brackets[0]}{', '.join(flat(item) for item in part.items)}{comma}{part.brackets[1]}"


def lines(part: Part, indent: str = "", after: str = "") -> str:
    """The expression on as many lines as it needs.

    Args:
        indent: what stands in front of each line but the first, whose place it takes up too.
        after: what will be put behind the last line.

    >>> print(lines(Group("numbers = ", tuple(str(n) for n in range(40)), "[]", fill=True)))
    numbers = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
        23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
    ]
    """
    line = flat(part)
    if isinstance(part, str) or not part.items or len(indent + line + after) <= WIDTH:
        return line
    opening, closing = part.brackets
    together = ", ".join(flat(item) for item in part.items)
    tail = f"{opening}{together}{closing}"
    # Where one call's result is called again, the brackets at the end are opened if what stands before them fits.
    head_is_long = isinstance(part.head, Group) and len(indent + flat(part.head) + opening) > WIDTH
    if head_is_long and len(indent + closing + tail + after) <= WIDTH:
        return lines(part.head, indent, tail + after) + tail
    inner = indent + _INDENT
    if part.fill:
        inside = _filled([flat(item) for item in part.items], inner)
    elif len(inner + together) <= WIDTH and not _is_literal(part):
        inside = inner + together
    else:
        inside = "\n".join(f"{inner}{lines(item, inner, ',')}," for item in part.items)
    return f"{lines(part.head, indent, opening)}{opening}\n{inside}\n{indent}{closing}"


def assigned(target: str, value: Part) -> str:
    """`target = value`; in brackets of its own where names are so long that not even its first line fits."""
    plain = lines(_with(f"{target} = ", value))
    if len(plain.partition("\n")[0]) <= WIDTH:
        return plain
    return f"{target} = (\n{_INDENT}{lines(value, _INDENT)}\n)"


def _is_literal(part: Group) -> bool:
    """Whether it is a list, a tuple or a dict: in front of it stands nothing, or the name of what it is given to."""
    return not part.head or flat(part.head).endswith(("=", ": "))


def literal(value: Any) -> Part:
    """A JSON value as Python: lists are tuples, as Keras has them, and texts in double quotes."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list | tuple):
        items = tuple(literal(item) for item in value)
        return Group("", items, "()", fill=all(isinstance(item, str) for item in items))
    if isinstance(value, Mapping):
        return Group("", tuple(_with(f"{text(key)}: ", literal(item)) for key, item in value.items()), "{}")
    return repr(value)


def named(name: str, value: Part) -> Part:
    """`name=value`, as an argument."""
    return _with(f"{name}=", value)


def text(value: str) -> str:
    """A text in double quotes, as formatters write it. Every JSON text is a Python one."""
    return json.dumps(value, ensure_ascii=False)


def _with(start: str, value: Part) -> Part:
    if isinstance(value, str):
        return start + value
    return Group(_with(start, value.head), value.items, value.brackets, value.fill)


def _filled(items: list[str], indent: str) -> str:
    rows = [indent + items[0] + ","]
    for item in items[1:]:
        if len(rows[-1]) + len(item) + 2 <= WIDTH:
            rows[-1] += f" {item},"
        else:
            rows.append(f"{indent}{item},")
    return "\n".join(rows)
