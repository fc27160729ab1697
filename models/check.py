"""What is wrong with a network's structure: kinds, arguments and wiring. Shapes are for `models.summary`. No keras."""

from models.arguments import config_problems, did_you_mean
from models.catalogue import Entry, catalogue
from models.facts import Problem
from models.spec import ModelSpec


def problems(spec: ModelSpec) -> tuple[Problem, ...]:
    """Everything that keeps Keras from even trying: empty means that the structure is sound.

    Found are: an unknown kind; an argument that is unknown, missing or of the wrong type or range; an input that is
    missing, later or part of a cycle; a wrong number of inputs; no Input; a node that nothing reads.
    """
    if not spec.nodes:
        return (
            Problem(None, None, "The network is empty.", "Start from an architecture, or add an Input and a layer."),
        )
    found = []
    for index, node in enumerate(spec.nodes):
        entry = catalogue().layers.get(node.kind)
        if entry is None:
            found.append(_unknown_kind(node.name, node.kind))
        else:
            found += config_problems(entry, node.config, node.name)
        wiring = _wiring(spec, index)
        found += wiring
        if entry is not None and not wiring:
            found += _count(spec, index, entry)
    found += _whole(spec)
    # A wrong input leaves other nodes unread; that is told only once the inputs are in order.
    return tuple(found if any(problem.field == "inputs" for problem in found) else found + _unread(spec))


def _unknown_kind(name: str, kind: str) -> Problem:
    layers = catalogue().layers
    if other := catalogue().find("layers", kind):
        hint = f"Call it {other.kind}."
    else:
        hint = catalogue().excluded["layers"].get(kind) or did_you_mean(kind, layers)
    return Problem(name, "kind", f"{kind} is not a layer of the catalogue.", hint)


def _wiring(spec: ModelSpec, index: int) -> list[Problem]:
    node = spec.nodes[index]
    positions = {other.name: place for place, other in enumerate(spec.nodes)}
    earlier = [other.name for other in spec.nodes[:index]]
    found = []
    for name in spec.feeds(index):
        place = positions.get(name)
        if place is None:
            near = did_you_mean(name, earlier)
            message, hint = (
                f"Its input {name} does not exist.",
                near or f"Earlier nodes: {', '.join(earlier) or 'none'}.",
            )
        elif place == index:
            message, hint = f"{name} feeds itself.", "A network runs one way; choose an earlier node as its input."
        elif place > index and node.name in _ancestors(spec, place):
            message = f"{node.name} and {name} feed each other: a cycle."
            hint = f"A network runs one way; take {name} out of the inputs of {node.name}."
        elif place > index:
            message, hint = f"Its input {name} comes later in the list.", f"Move {name} above {node.name}."
        else:
            continue
        found.append(Problem(node.name, "inputs", message, hint))
    return found


def _ancestors(spec: ModelSpec, index: int) -> set[str]:
    """Names of all nodes that node `index` depends on, however the list is ordered."""
    positions = {node.name: place for place, node in enumerate(spec.nodes)}
    seen: set[str] = set()
    waiting = list(spec.feeds(index))
    while waiting:
        name = waiting.pop()
        if name not in seen and name in positions:
            seen.add(name)
            waiting += spec.feeds(positions[name])
    return seen


def _count(spec: ModelSpec, index: int, entry: Entry) -> list[Problem]:
    node, inputs = spec.nodes[index], spec.inputs_of(index)
    low, high = entry.min_inputs, entry.max_inputs
    if low <= len(inputs) and (high is None or len(inputs) <= high):
        return []
    if index == 0 and not inputs:
        hint = "Add an Input in front of it."
        return [Problem(node.name, "inputs", f"Nothing feeds {node.name}: a network begins with an Input.", hint)]
    if high is None:
        takes = f"at least {low} inputs"
    elif low == high:
        takes = "no inputs" if not high else "1 input" if high == 1 else f"{high} inputs"
    else:
        takes = f"{low} to {high} inputs"
    received = f"{len(inputs)} ({', '.join(inputs)})" if inputs else "none"
    if len(inputs) < low:
        hint = "Name an earlier node as its input." if low == 1 else "Name more earlier nodes among its inputs."
    elif high == 0:
        hint = "Take them out."
    else:
        hint = "Take some out, or join them first with Concatenate or Add."
    return [Problem(node.name, "inputs", f"{node.kind} takes {takes}. Received: {received}.", hint)]


def _whole(spec: ModelSpec) -> list[Problem]:
    """Problems of the network as a whole: what is missing at its start and its end."""
    kinds = [node.kind for node in spec.nodes]
    if kinds == ["Input"]:
        return [Problem(None, None, "The network has an Input and no layer.", "Add a layer after the Input.")]
    if "Input" not in kinds and spec.inputs_of(0):
        return [Problem(None, None, "The network has no Input.", "Add an Input as the first node.")]
    last = spec.nodes[-1].name
    if kinds[-1] == "Input":
        hint = f"Move {last} up, or add the layers that it feeds below it."
        return [Problem(last, None, "The last node is the network's output, and an Input computes nothing.", hint)]
    return []


def _unread(spec: ModelSpec) -> list[Problem]:
    """Nodes that lead nowhere."""
    if spec.nodes[-1].kind == "Input":
        return []
    read = {name for index in range(len(spec.nodes)) for name in spec.feeds(index)}
    hint = "Name it among the inputs of a later node, or remove it."
    return [
        Problem(node.name, None, f"Nothing reads {node.name}, and it is not the last node, so it has no effect.", hint)
        for node in spec.nodes[:-1]
        if node.name not in read
    ]
