"""Errors that reach people: what happened, and how to mend it. Pages, stderr and logs print them alike."""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError


class NetloomError(Exception):
    """A mistake that a person can mend.

    Args:
        message: one plain sentence: what happened, what was expected, what was received.
        hint: how to mend it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.hint)


class SpecError(NetloomError):
    """A spec that cannot be read: not JSON, an unknown key, a value of the wrong type or out of range."""

    @classmethod
    def from_validation(cls, error: ValidationError, what: str) -> "SpecError":
        """One sentence from pydantic's errors: where, what is wrong, what was received. `what` names the spec."""
        first, *rest = _told_once(error.errors(include_url=False))
        where = ".".join(str(part) for part in first["loc"] if not _is_alternative(part)) or "the whole"
        if first["type"] == "extra_forbidden":
            message = f"{what}: {where} is not a known key."
            hint = "Remove it, or check its spelling."
        else:
            received = repr(first.get("input"))
            received = received if len(received) <= 120 else received[:117] + "..."
            told = first["msg"].removeprefix("Value error, ")
            message = f"{what}: {where}: {told}." + ("" if "Received:" in told else f" Received: {received}.")
            hint = ""
        more = f"{len(rest)} more like it." if rest else ""
        return cls(message, f"{hint} {more}".strip())


# How pydantic calls the types of a union, where it lists the alternatives that were tried.
_ALTERNATIVE = re.compile(r"(constrained-|literal\[|dict\[|function-)|(str|int|float)$")


def _is_alternative(part: str | int) -> bool:
    return isinstance(part, str) and _ALTERNATIVE.match(part) is not None


def _told_once(errors: list[Any]) -> list[Any]:
    """pydantic's errors, those of the alternatives of one value as one: the deepest, or all in one sentence."""
    told: dict[tuple, Any] = {}
    for error in errors:
        loc = error["loc"]
        value = next((loc[:place] for place, part in enumerate(loc) if place and _is_alternative(part)), loc)
        known = told.setdefault(value, error)
        if known is error or value == loc:
            continue
        if len(loc) > len(known["loc"]):
            told[value] = error
        elif len(loc) == len(known["loc"]):
            other = error["msg"].removeprefix("Input should be ")
            told[value] = {**known, "msg": f"{known['msg']}, or {other}"}
    return list(told.values())


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of `known`, or an empty text."""
    near = nearest(name, known)
    return f"Did you mean {near}?" if near else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The word of `known` that is written most like `name`; None: none is."""
    by_lower = {word.lower(): word for word in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None
