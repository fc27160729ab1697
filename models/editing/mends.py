"""Mends: edits that take a problem away at a click, by name, so that whoever finds the problem can propose one."""

from collections.abc import Callable

from models.editing import nodes, outputs
from models.errors import NetloomError
from models.facts import Mend
from models.spec import ModelSpec

EDITS: dict[str, Callable[..., ModelSpec]] = {
    "remove": nodes.remove,
    "connect": nodes.connect,
    "move_above": nodes.move_above,
    "add_input": nodes.add_input,
    "unshare": nodes.unshare,
    "remove_output": outputs.remove_output,
    "set_output": outputs.set_output,
    "main_output": outputs.main_output,
}
"""(spec, node, **arguments) -> spec."""


def mended(spec: ModelSpec, mend: Mend) -> ModelSpec:
    """The network with the mend carried out. Raises: NetloomError where it does not fit the network any more."""
    if mend.edit not in EDITS:
        raise NetloomError(f"There is no mend {mend.edit}.", f"Known: {', '.join(EDITS)}.")
    return EDITS[mend.edit](spec, mend.node, **mend.arguments)
