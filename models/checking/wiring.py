"""What is wrong with how nodes are joined: inputs, shared layers, layers that a config means. No keras."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from models.catalogue import Entry, catalogue
from models.errors import did_you_mean
from models.facts import Mend, Problem
from models.graph import ancestors, loops, num_outputs, references
from models.spec import ModelSpec, node_of, port_of

_SHOWN = 8
_LIKENED = 10
"""Missing inputs that a like name is looked for: it takes milliseconds, and a draft may have hundreds."""


class Wiring:
    """The wiring of one network, indexed once, so that each node is judged in the time that its inputs take."""

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self.places = {node.name: place for place, node in enumerate(spec.nodes)}
        self._missing = 0

    def problems(self, index: int) -> list[Problem]:
        """What is wrong with the inputs of node `index`, the layer that it shares, and those that its config means."""
        node, entry = self.spec.nodes[index], catalogue().layers.get(self.spec.nodes[index].kind)
        found = [problem for source in self.spec.inputs_of(index) for problem in self._input(index, source)]
        if not found and entry is not None:
            found = self._count(index, entry)
        found += self._shared(index)
        for key, name in references(node).items():
            found += self._meant(index, key, name)
        return found

    def port(self, source: str) -> tuple[str, str] | None:
        """What is wrong with the number in `source` (`name:k`), and the cure; None: nothing as far as is known."""
        name, port = node_of(source), port_of(source)
        if port < 0:
            return (
                f"{source} names no output of {name}; behind the colon stands a whole number from 0.",
                f"Write {name} for its first output, {name}:1 for its second.",
            )
        place = self.places.get(name)
        if place is None:
            return None
        node = self.spec.nodes[place]
        owner = self.spec.nodes[self.places.get(node.shares or "", place)]
        known = num_outputs(node, owner.config)
        if known is None or port < known:
            return None
        entry = catalogue().layers[node.kind]
        if port == 1 and any(param.name == "return_attention_scores" for param in entry.call_params):
            cure = f"Set return_attention_scores of {name}, or read {name}."
        elif entry.param("return_state"):
            cure = f"Set return_state of {owner.name}, or read {name}."
        else:
            cure = f"Read {name}." if known == 1 else f"Read one of {', '.join(f'{name}:{k}' for k in range(known))}."
        return f"{source} does not exist: {name} gives {known} output{'s' if known > 1 else ''}.", cure

    def _input(self, index: int, source: str) -> list[Problem]:
        node, name = self.spec.nodes[index], node_of(source)
        place = self.places.get(name)
        mend = None
        if place is None:
            earlier = [other.name for other in self.spec.nodes[:index]]
            message = f"Its input {name} does not exist."
            self._missing += 1
            near = did_you_mean(name, earlier) if self._missing <= _LIKENED else ""
            hint = near or f"Earlier nodes: {_listed(earlier)}."
            mend = self._without(index, source)
        elif place == index:
            message, hint = f"{name} feeds itself.", "A network runs one way; choose an earlier node as its input."
            mend = self._without(index, source)
        elif place > index and self._loops[name] == self._loops[node.name]:
            message = f"{node.name} and {name} feed each other: a cycle."
            hint = f"A network runs one way; take {name} out of the inputs of {node.name}."
            mend = self._without(index, source)
        elif place > index:
            message, hint = f"Its input {name} comes later in the list.", f"Move {name} above {node.name}."
            mend = _above(name, node.name)
        elif wrong := self.port(source):
            message, hint = f"Its input {wrong[0]}", wrong[1]
            inputs = [name if known == source else known for known in self.spec.inputs_of(index)]
            mend = Mend(f"Read {name}", "connect", node.name, {"inputs": inputs})
        else:
            return []
        return [Problem(node.name, "inputs", message, hint, mend)]

    def _without(self, index: int, source: str) -> Mend | None:
        node, inputs = self.spec.nodes[index], self.spec.inputs_of(index)
        if len(inputs) > 1:
            kept = [known for known in inputs if known != source]
            return Mend(f"Take {source} out", "connect", node.name, {"inputs": kept}) if kept else None
        before = self.spec.nodes[index - 1] if index else None
        # The node before may be what is in the loop.
        if before is None or node.inputs is None or (index and self._loops[before.name] == self._loops[node.name]):
            return None
        return Mend(f"Read {before.name}", "connect", node.name, {"inputs": None})

    def _count(self, index: int, entry: Entry) -> list[Problem]:
        node, inputs = self.spec.nodes[index], self.spec.inputs_of(index)
        low, high = entry.min_inputs, entry.max_inputs
        if low <= len(inputs) and (high is None or len(inputs) <= high):
            return []
        put_in = Mend("Add an Input", "add_input", node.name) if not inputs and low == 1 else None
        if index == 0 and not inputs:
            message = f"Nothing feeds {node.name}: a network begins with an Input."
            return [Problem(node.name, "inputs", message, "Add an Input in front of it.", put_in)]
        if high is None:
            takes = f"at least {low} inputs"
        elif low == high:
            takes = "no inputs" if not high else "1 input" if high == 1 else f"{high} inputs"
        else:
            takes = f"{low} to {high} inputs"
        received = f"{len(inputs)} ({', '.join(inputs)})" if inputs else "none"
        mend = put_in
        if len(inputs) < low:
            hint = "Name an earlier node as its input." if low == 1 else "Name more earlier nodes among its inputs."
            if entry.group == "Attention" and len(inputs) == 1:
                hint = "Name what it attends to; a sequence that attends to itself is named twice."
                mend = Mend("Let it attend to itself", "connect", node.name, {"inputs": [*inputs, *inputs]})
        elif high == 0:
            hint = "Take them out."
            mend = Mend("Take them out", "connect", node.name, {"inputs": None})
        else:
            hint = "Take some out, or join them first with Concatenate or Add."
        return [Problem(node.name, "inputs", f"{node.kind} takes {takes}. Received: {received}.", hint, mend)]

    def _shared(self, index: int) -> list[Problem]:
        node = self.spec.nodes[index]
        name = node.shares
        if name is None:
            return []
        place = self.places.get(name)
        owner = self.spec.nodes[place] if place is not None else None
        mend: Mend | None = Mend("Give it a layer of its own", "unshare", node.name)
        if owner is None:
            message = f"{node.name} shares the layer of {name}, which does not exist."
            same = [other.name for other in self.spec.nodes[:index] if other.kind == node.kind]
            hint = did_you_mean(name, same) or f"Earlier nodes of its kind: {_listed(same)}."
        elif node.kind == "Input":
            message, hint = f"{node.name} is an Input, which has no layer to share.", "Give it a shape of its own."
        elif place == index:
            message, hint = f"{name} shares its own layer.", "Choose an earlier node of its kind."
        elif owner.kind != node.kind:
            message = f"{node.name} shares the layer of {name}, whose kind is {owner.kind}. Expected: {node.kind}."
            hint = "Choose an earlier node of its kind."
        elif owner.shares:
            message = f"{node.name} shares the layer of {name}, which itself shares that of {owner.shares}."
            hint = f"Share that of {owner.shares}."
        elif place is not None and place > index:
            message, hint = f"{node.name} shares the layer of {name}, which comes later.", f"Move {name} above it."
            mend = None if self._feeds(index, place) else _above(name, node.name)
        elif node.config:
            message = f"{node.name} shares the layer of {name} and sets {_listed(list(node.config))} of its own."
            hint = f"Set it at {name}, or give {node.name} a layer of its own."
        else:
            return []
        return [Problem(node.name, "shares", message, hint, mend)]

    def _meant(self, index: int, key: str, name: str) -> list[Problem]:
        node = self.spec.nodes[index]
        param = catalogue().layers[node.kind].param(key)
        kinds = param.choices if param else ()
        place = self.places.get(name)
        mend = None
        if place is None:
            message = f"{key} names {name}, which does not exist."
            fitting = [other.name for other in self.spec.nodes[:index] if not kinds or other.kind in kinds]
            hint = did_you_mean(name, fitting) or f"Earlier nodes that fit: {_listed(fitting)}."
        elif place == index:
            message, hint = f"{key} names {name} itself.", "Choose an earlier node."
        elif (kinds and self.spec.nodes[place].kind not in kinds) or self.spec.nodes[place].kind == "Input":
            message = f"{key} names {name}, whose kind is {self.spec.nodes[place].kind}."
            hint = f"Choose one of kind {' or '.join(kinds)}." if kinds else "Choose a node that has a layer."
        elif place > index:
            message, hint = f"{key} names {name}, which comes later.", f"Move {name} above {node.name}."
            mend = None if self._feeds(index, place) else _above(name, node.name)
        else:
            return []
        return [Problem(node.name, key, message, hint, mend)]

    def _feeds(self, index: int, place: int) -> bool:
        """Whether node `place` is computed from node `index`, so that it cannot come before it."""
        return self.spec.nodes[index].name in ancestors(self.spec, place)

    @cached_property
    def _loops(self) -> Mapping[str, int]:
        return loops(self.spec)


def _above(name: str, other: str) -> Mend:
    return Mend(f"Move {name} above {other}", "move_above", name, {"above": other})


def _listed(names: list[Any]) -> str:
    """The last of them: those are near."""
    return ", ".join((["..."] if len(names) > _SHOWN else []) + names[-_SHOWN:]) or "none"
