"""Variables for the tensors and the layers of a network, named as a person would. No keras."""

import builtins
import keyword
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from models.catalogue import catalogue
from models.graph import num_outputs, references
from models.spec import ModelSpec, Node, fresh, node_of, port_of

# The last three are the notebook's.
_TAKEN = {"keras", "layers", "model", "x", "inputs", "outputs", "_", *dir(builtins), "np", "rng", "examples"}
Tensor = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Names:
    """What the code calls things.

    Attributes:
        tensors: of each node, the variables of its outputs; `_` for one that nothing reads, `*_` for the others where
            it is not known how many there are.
        layers: the variable of its layer, for the nodes whose layer is needed again.
    """

    tensors: dict[str, tuple[str, ...]]
    layers: dict[str, str]

    def of(self, source: str) -> str:
        """The variable of what an input or an output names."""
        return self.tensors[node_of(source)][port_of(source)]


def names(spec: ModelSpec, taken: Iterable[str] = ()) -> Names:
    """`inputs`, `outputs`, `x` along a chain, and a name of its own where branches start.

    Args:
        spec: without problems.
        taken: names that something else has.
    """
    used = _TAKEN | set(taken)
    owners = _owners(spec)
    layers = _layers(spec, owners, used)
    reads: dict[Tensor, set[int]] = defaultdict(set)
    for index in range(len(spec.nodes)):
        for source in spec.inputs_of(index):
            reads[node_of(source), port_of(source)].add(index)
    given = {(node_of(output.node), port_of(output.node)) for output in spec.given}
    lone_input = sum(node.kind == "Input" for node in spec.nodes) == 1
    configs = {node.name: node.config for node in spec.nodes}

    def variable(index: int, node: Node, port: int) -> str:
        readers, is_given = reads[node.name, port], (node.name, port) in given
        if node.kind == "Input" and lone_input:
            return "inputs"
        if is_given and len(given) == 1:
            return "outputs"
        if not readers and not is_given:
            return "_"
        if port == 0 and node.kind != "Input" and not is_given and readers == {index + 1}:
            return "x"
        return _own(node.name + _suffix(node, port), used)

    tensors: dict[str, tuple[str, ...]] = {}
    for index, node in enumerate(spec.nodes):
        count = num_outputs(node, configs[owners[node.name]])
        known = count or 1 + max([0, *(port for name, port in {*reads, *given} if name == node.name)])
        rest = () if count else ("*_",)
        tensors[node.name] = (*(variable(index, node, port) for port in range(known)), *rest)
    return Names(tensors, layers)


def _layers(spec: ModelSpec, owners: dict[str, str], used: set[str]) -> dict[str, str]:
    """Variables of the layers that are shared or tied to, and of backbones; a node that shares has its owner's."""
    meant = {owners[node.shares] for node in spec.nodes if node.shares}
    meant |= {owners[name] for node in spec.nodes for name in references(node).values()}
    found: dict[str, str] = {}
    for node in spec.nodes:
        backbone = catalogue().layers[node.kind].module == "applications"
        if node.name in meant or (backbone and not node.shares):
            found[node.name] = _own(node.name if backbone else f"{node.name}_layer", used)
        elif owners[node.name] in found:
            found[node.name] = found[owners[node.name]]
    return found


def _owners(spec: ModelSpec) -> dict[str, str]:
    """For each node, the one that makes its layer: itself, or the one that it shares, however far back."""
    owners: dict[str, str] = {}
    for node in spec.nodes:
        owners[node.name] = owners[node.shares] if node.shares else node.name
    return owners


def _suffix(node: Node, port: int) -> str:
    """What tells output `port` of a layer from its first."""
    if port == 0:
        return ""
    group = catalogue().layers[node.kind].group
    if group == "Attention":
        return "_scores"
    if group == "Recurrent":
        return {1: "_h", 2: "_c"}.get(port, f"_{port}") if "LSTM" in node.kind else f"_state_{port}"
    return "_indices" if "Indices" in node.kind else f"_{port}"


def _own(name: str, used: set[str]) -> str:
    word = re.sub(r"\W", "_", name)
    word = f"{word}_" if keyword.iskeyword(word) or word in used else word
    found = fresh(word, used)
    used.add(found)
    return found
