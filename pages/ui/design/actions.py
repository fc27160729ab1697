"""What the list of layers shows, and what is done there, as plain functions of a network: nothing here draws."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.catalogue import Param, catalogue
from models.editing import groups, many
from models.editing import nodes as edit
from models.editing.mends import mended
from models.errors import NetloomError
from models.facts import Mend, NodeSummary, Problem, Summary
from models.spec import ModelSpec, Node, node_of
from pages.ui import text

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that are selected.

    Attributes:
        names: of nodes, in the order of the list.
        current: the one of them that was selected last, whose form is open where it is the only one.
    """

    names: tuple[str, ...] = ()
    current: str | None = None

    @classmethod
    def of(cls, model: ModelSpec, names: Iterable[str], current: str | None = None) -> "Selection":
        """Those of `names` that `model` has."""
        wanted = set(names)
        kept = tuple(node.name for node in model.nodes if node.name in wanted)
        return cls(kept, current if current in kept else kept[-1] if kept else None)


def rows(model: ModelSpec, summary: Summary | None, problems: Iterable[Problem]) -> Rows:
    """The network as the list draws it: a dict a node, in order; what is empty is left out.

    Keys: name, kind, block, shape, params (as words), feeds (its inputs, where they are not just the node before),
    tags, problems (message, hint, mends: the words on its buttons).
    """
    seen = {node.name: node for node in summary.nodes} if summary else {}
    wrong: dict[str | None, list[Problem]] = {}
    for problem in problems:
        wrong.setdefault(problem.node, []).append(problem)
    given = {node_of(output.node): "main output" if not rank else "output" for rank, output in enumerate(model.outputs)}
    drawn = []
    for index, node in enumerate(model.nodes):
        row = {
            "name": node.name,
            "kind": node.kind,
            "block": node.block,
            "feeds": _feeds(model, index),
            "tags": _tags(node, seen.get(node.name), given),
            "problems": [_problem(problem) for problem in wrong.get(node.name, ())],
            **_counts(seen.get(node.name)),
        }
        drawn.append({key: value for key, value in row.items() if value})
    return drawn


def _counts(seen: NodeSummary | None) -> dict[str, str]:
    if seen is None or seen.output_shape is None:
        return {}
    more = f" +{len(seen.more_shapes)}" if seen.more_shapes else ""
    return {"shape": text.shape(seen.output_shape) + more, "params": text.count(seen.params) if seen.params else ""}


def _feeds(model: ModelSpec, index: int) -> str:
    inputs = model.inputs_of(index)
    before = (model.nodes[index - 1].name,) if index else ()
    return "" if inputs == before else ", ".join(inputs)


def _tags(node: Node, seen: NodeSummary | None, given: Mapping[str, str]) -> list[str]:
    frozen = seen is not None and seen.params and not seen.trainable
    tags = [f"shares {node.shares}" if node.shares else "", "frozen" if frozen else "", given.get(node.name, "")]
    return [tag for tag in tags if tag]


def _problem(problem: Problem) -> dict[str, Any]:
    said = {"message": problem.message, "hint": problem.hint, "mends": [mend.label for mend in mends_of(problem)]}
    return {key: value for key, value in said.items() if value}


def mends_of(problem: Problem) -> tuple[Mend, ...]:
    """The ways to mend it at a click, the best first."""
    return ((problem.mend,) if problem.mend else ()) + problem.more_mends


def carried_out(model: ModelSpec, event: Mapping[str, Any]) -> ModelSpec:
    """The network after something that was done in the list: remove, duplicate, up, down or move of `names`.

    Names that are gone meanwhile are passed over. A move goes `before` a node; None: to the end.

    Raises:
        NetloomError: what the list says is no edit.
    """
    known = {node.name for node in model.nodes}
    names = [name for name in event.get("names", ()) if name in known]
    if not names:
        return model
    match event["type"]:
        case "remove":
            return many.remove_all(model, names)
        case "duplicate":
            return many.duplicate_all(model, names)
        case "up" | "down" as step:
            return many.move_all(model, names, step)
        case "move":
            return many.move_all(model, names, place_before(model, names, event.get("before")))
    raise NetloomError(f"The list of layers has no edit {event['type']!r}.")


def place_before(model: ModelSpec, names: Sequence[str], before: str | None) -> int:
    """Where `names` come to stand in front of `before`, counted among the nodes that stay; None: behind them all.

    Dropped on themselves, they stand before the next node that stays.
    """
    order = [node.name for node in model.nodes]
    end = order.index(before) if before in order else len(order)
    return sum(name not in names for name in order[:end])


def mended_by(model: ModelSpec, problems: Iterable[Problem], node: str | None, label: str) -> ModelSpec:
    """The network with the mend that a button offered. Raises: NetloomError where it is not on offer any more."""
    for problem in problems:
        for mend in mends_of(problem):
            if problem.node == node and mend.label == label:
                return mended(model, mend)
    raise NetloomError(f"{label}: this is mended already.")


def followed(before: ModelSpec, after: ModelSpec, chosen: Selection, take_new: bool = False) -> Selection:
    """What is selected after an edit.

    What was selected stays so; a renamed node too; in place of removed ones, the node before them, so that what is
    added next goes where they were.

    Args:
        take_new: the edit was about what it added: that is selected.
    """
    old, new = [node.name for node in before.nodes], [node.name for node in after.nodes]
    added, gone = [name for name in new if name not in set(old)], [name for name in old if name not in set(new)]
    if take_new and added:
        return Selection.of(after, added, added[0] if len(added) == 1 else added[-1])
    if len(added) == len(gone) == 1 and old.index(gone[0]) == new.index(added[0]):
        names = [added[0] if name == gone[0] else name for name in chosen.names]
        return Selection.of(after, names, added[0] if chosen.current == gone[0] else chosen.current)
    kept = Selection.of(after, chosen.names, chosen.current)
    if kept.names or not chosen.names:
        return kept
    above = [name for name in old[: old.index(chosen.names[0])] if name in set(new)] if chosen.names[0] in old else []
    near = above[-1] if above else new[0] if new else None
    return Selection.of(after, [near] if near else [])


def reordered(inputs: Sequence[str], place: int) -> tuple[str, ...]:
    """`inputs` with the one at `place` one further to the front.

    >>> reordered(("a", "b", "c"), 2)
    ('a', 'c', 'b')
    """
    order = list(inputs)
    order[place - 1 : place + 1] = order[place], order[place - 1]
    return tuple(order)


def sources(model: ModelSpec, index: int, summary: Summary | None) -> list[str]:
    """What node `index` may read: every output of the nodes above it, and what it reads now."""
    seen = {node.name: node for node in summary.nodes} if summary else {}
    above = []
    for node in model.nodes[:index]:
        known = seen.get(node.name)
        above += [node.name, *(f"{node.name}:{port}" for port in range(1, 1 + len(known.more_shapes if known else ())))]
    return list(dict.fromkeys([*above, *(model.nodes[index].inputs or ())]))


def owners(model: ModelSpec, index: int) -> list[str]:
    """The nodes above node `index` whose layer could be applied once more there: those of its kind with a layer."""
    kind = model.nodes[index].kind
    return [node.name for node in model.nodes[:index] if node.kind == kind and not node.shares and kind != "Input"]


def shared(model: ModelSpec, index: int, owner: str | None) -> ModelSpec:
    """Node `index` with the layer of `owner`; None: with one of its own, made like the one that it shared."""
    node = model.nodes[index]
    if owner is None:
        return edit.unshare(model, node.name)
    nodes = [*model.nodes]
    nodes[index] = node.replace(shares=owner, config={})
    return model.replace(nodes=tuple(nodes))


def common(model: ModelSpec, names: Iterable[str]) -> dict[str, tuple[Param, tuple[str, ...]]]:
    """Arguments of those nodes' layers by name, and which nodes have them; what most of them have comes first."""
    found: dict[str, tuple[Param, tuple[str, ...]]] = {}
    for name in names:
        node = model.nodes[model.index_of(name)]
        entry = catalogue().layers.get(node.kind)
        for param in entry.params if entry and not node.shares else ():
            known, having = found.get(param.name, (param, ()))
            if (known.type, known.length) == (param.type, param.length):
                found[param.name] = known, (*having, name)
    return dict(sorted(found.items(), key=lambda item: -len(item[1][1])))


def with_argument(model: ModelSpec, names: Iterable[str], param: str, value: Any) -> ModelSpec:
    """Those nodes with one argument set; None leaves it at its default."""
    for name in names:
        config = {**model.nodes[model.index_of(name)].config, param: value}
        model = edit.configure(model, name, config)
    return model


def grouped(model: ModelSpec, names: Collection[str], block: str) -> ModelSpec:
    """Those nodes as a block of that name; empty: as rows of no block. Raises: NetloomError."""
    return groups.group(model, names, block) if block else groups.ungroup(model, names)
