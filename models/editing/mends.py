"""Mends: edits that take a problem away at a click, by name, so that whoever finds the problem can propose one."""

from collections.abc import Callable

from models.editing import nodes, outputs, repairs
from models.editing.ends import with_input, with_output
from models.errors import NetloomError
from models.facts import Mend
from models.spec import ModelSpec

EDITS: dict[str, Callable[..., ModelSpec]] = {
    "remove": nodes.remove,
    "connect": nodes.connect,
    "move_above": nodes.move_above,
    "add_input": nodes.add_input,
    "unshare": nodes.unshare,
    "add_output": outputs.add_output,
    "remove_output": outputs.remove_output,
    "set_output": outputs.set_output,
    "main_output": outputs.main_output,
    "insert_before": repairs.insert_before,
    "append": repairs.append,
    "set_values": repairs.set_values,
    "drop_values": repairs.drop_values,
    "drop_calls": repairs.drop_calls,
    "pad": repairs.pad,
    "change_kind": repairs.change_kind,
    # The ends are those of the network, whichever node shows the problem.
    "match_input": lambda spec, node, **ends: with_input(spec, **ends),
    "match_output": lambda spec, node, **ends: with_output(spec, **ends),
}
"""(spec, node, **arguments) -> spec."""


def mended(spec: ModelSpec, mend: Mend) -> ModelSpec:
    """The network with the mend carried out. Raises: NetloomError where it does not fit the network any more."""
    if mend.edit not in EDITS:
        raise NetloomError(f"There is no mend {mend.edit}.", f"Known: {', '.join(EDITS)}.")
    return EDITS[mend.edit](spec, mend.node, **mend.arguments)
