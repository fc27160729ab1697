"""Edits of what a network gives, and what it is compared with. Pure functions ModelSpec -> ModelSpec. No keras."""

from typing import Any, Literal

from pydantic import ValidationError

from models.editing.wiring import index_of
from models.errors import NetloomError, SpecError, did_you_mean
from models.spec import ModelSpec, Output, node_of, plain


def add_output(spec: ModelSpec, source: str, target: Literal["label", "input", "none"] = "label") -> ModelSpec:
    """The network giving out `source` (`name` or `name:k`) too, behind its other outputs.

    Raises:
        NetloomError: no such node, or it is an output already.
    """
    index_of(spec, node_of(source))
    if any(plain(output.node) == plain(source) for output in spec.given):
        raise NetloomError(f"{source} is an output already.", "Choose another node, or change that output.")
    return spec.replace(outputs=(*spec.given, Output(node=source, target=target)))


def remove_output(spec: ModelSpec, source: str) -> ModelSpec:
    """The network not giving out `source`, which stays a node; of two such outputs the second goes.

    Raises:
        NetloomError: no such output, or the only one.
    """
    if len(spec.given) == 1:
        raise NetloomError(f"{spec.given[0].node} is the only output.", "Add another output first.")
    place = len(spec.given) - 1 - _place(spec.replace(outputs=spec.given[::-1]), source)
    return _with_outputs(spec, (*spec.given[:place], *spec.given[place + 1 :]))


def set_output(spec: ModelSpec, source: str, **changes: Any) -> ModelSpec:
    """The output `source` with other fields of `Output`: `node`, `target`, `loss`, `weight`.

    Raises:
        NetloomError: no such output. SpecError: a value that an output cannot have.
    """
    place = _place(spec, source)
    try:
        changed = spec.given[place].replace(**changes)
    except ValidationError as error:
        raise SpecError.from_validation(error, f"The output {source}") from error
    return _with_outputs(spec, (*spec.given[:place], changed, *spec.given[place + 1 :]))


def main_output(spec: ModelSpec, source: str) -> ModelSpec:
    """The network with the output `source` as its first, on which metrics are measured. Raises: NetloomError."""
    place = _place(spec, source)
    return _with_outputs(spec, (spec.given[place], *spec.given[:place], *spec.given[place + 1 :]))


def _place(spec: ModelSpec, source: str) -> int:
    sources = [output.node for output in spec.given]
    if source not in sources:
        raise NetloomError(f"{source} is no output of the network.", did_you_mean(source, sources))
    return sources.index(source)


def _with_outputs(spec: ModelSpec, outputs: tuple[Output, ...]) -> ModelSpec:
    # What goes without saying is left unsaid, so that the output goes on being whatever comes last.
    unsaid = outputs == spec.replace(outputs=()).given
    return spec.replace(outputs=() if unsaid else outputs)
