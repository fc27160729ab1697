"""What is wrong with a network's structure: kinds, arguments and wiring. Shapes are for `models.summary`. No keras."""

from models.arguments import call_problems, config_problems
from models.catalogue import catalogue
from models.checking.argument_mends import for_kind, is_operation, with_mend
from models.checking.wiring import Wiring
from models.errors import NetloomError, did_you_mean
from models.facts import Mend, Problem
from models.graph import references
from models.spec import ModelSpec, Node, node_of, plain


def problems(spec: ModelSpec) -> tuple[Problem, ...]:
    """Everything that keeps Keras from even trying: empty means that the structure is sound.

    Found are: an unknown kind; an argument, of the constructor or the call, that is unknown, missing or of the wrong
    type or range; an input that is missing, later or part of a cycle, or an output that a layer does not have; a wrong
    number of inputs; a shared or meant layer that is not there; no Input; outputs that are missing, doubled or compared
    with nothing; a node that nothing reads.
    """
    if not spec.nodes:
        return (
            Problem(None, None, "The network is empty.", "Start from an architecture, or add an Input and a layer."),
        )
    wiring = Wiring(spec)
    found = []
    for index, node in enumerate(spec.nodes):
        found += _arguments(node)
        found += wiring.problems(index)
    found += _whole(spec)
    found += _outputs(spec, wiring)
    # A wrong input or output leaves other nodes unread; that is told only once those are in order.
    wrong = any(problem.field in ("inputs", "outputs") for problem in found)
    return tuple(found if wrong else found + _unread(spec))


def require_sound(spec: ModelSpec) -> None:
    """Raises: NetloomError, naming the first node that is wrong; nothing where the structure is sound."""
    for problem in problems(spec):
        where = f"{problem.node}: " if problem.node else ""
        raise NetloomError(f"{where}{problem.message}", problem.hint)


def _arguments(node: Node) -> list[Problem]:
    entry = catalogue().layers.get(node.kind)
    if entry is None:
        return [_unknown_kind(node.name, node.kind)]
    if entry.call == "cell":
        hint = "Choose it as the cell of an RNN layer."
        return [
            Problem(node.name, "kind", f"{node.kind} is the step of a recurrent layer, and no row by itself.", hint)
        ]
    own = [] if node.shares else config_problems(entry, node.config, node.name)
    return [with_mend(problem, entry, node) for problem in own + call_problems(entry, node.call, node.name)]


def _unknown_kind(name: str, kind: str) -> Problem:
    layers = catalogue().layers
    if other := catalogue().find("layers", kind):
        hint = f"Call it {other.kind}."
    else:
        near = "" if is_operation(kind) else did_you_mean(kind, layers)
        hint = catalogue().excluded["layers"].get(kind) or near
    return Problem(name, "kind", f"{kind} is not a layer of the catalogue.", hint, for_kind(name, kind))


def _whole(spec: ModelSpec) -> list[Problem]:
    """Problems of the network as a whole: what is missing at its start and its end."""
    kinds = [node.kind for node in spec.nodes]
    if kinds == ["Input"]:
        return [Problem(None, None, "The network has an Input and no layer.", "Add a layer after the Input.")]
    if "Input" not in kinds and spec.inputs_of(0):
        mend = Mend("Add an Input", "add_input", spec.nodes[0].name)
        return [Problem(None, None, "The network has no Input.", "Add an Input as the first node.", mend)]
    last = spec.nodes[-1].name
    if kinds[-1] == "Input" and not spec.outputs:
        hint = f"Move {last} up, or add the layers that it feeds below it."
        return [Problem(last, None, "The last node is the network's output, and an Input computes nothing.", hint)]
    return []


def _outputs(spec: ModelSpec, wiring: Wiring) -> list[Problem]:
    """Problems of what is given out, where that is said."""
    found, seen = [], set()
    for output in spec.outputs:
        source, name = output.node, node_of(output.node)
        place = wiring.places.get(name)
        if place is None:
            message = f"The output {source} names no node of the network."
            hint = did_you_mean(name, wiring.places) or "Choose one of its nodes."
        elif spec.nodes[place].kind == "Input":
            message, hint = f"The output {name} is an Input, which computes nothing.", "Choose a node that it feeds."
        elif wrong := wiring.port(source):
            message, hint = f"The output {wrong[0]}", wrong[1]
        elif plain(source) in seen:
            message, hint = f"{source} is given out twice.", "Take one of the two out."
        else:
            seen.add(plain(source))
            continue
        found.append(Problem(None, "outputs", message, hint, _other_output(spec, source)))
    if found or not spec.outputs:
        return found
    main = spec.outputs[0].node
    if all(output.target == "none" for output in spec.outputs):
        message = f"No output is compared with anything, so there is nothing to learn: {_targets(spec)}."
    elif spec.outputs[0].target == "none":
        message = f"The first output, {main}, is the one that predicts, and it is compared with nothing."
        other = next(output.node for output in spec.outputs if output.target != "none")
        mend = Mend(f"Put {other} first", "main_output", other)
        return [Problem(None, "outputs", message, f"Put {other} first, or compare {main} with the label.", mend)]
    else:
        return []
    mend = Mend(f"Compare {main} with the label", "set_output", main, {"target": "label"})
    return [Problem(None, "outputs", message, "Compare one with the label, or with the input.", mend)]


def _targets(spec: ModelSpec) -> str:
    return ", ".join(f"{output.node} is only given out" for output in spec.outputs)


def _other_output(spec: ModelSpec, source: str) -> Mend | None:
    if len(spec.outputs) > 1:
        return Mend("Take it out", "remove_output", source)
    last = spec.nodes[-1]
    return Mend(f"Give out {last.name}", "set_output", source, {"node": last.name}) if last.kind != "Input" else None


def _unread(spec: ModelSpec) -> list[Problem]:
    """Nodes that lead nowhere."""
    given = {node_of(output.node) for output in spec.given}
    if not spec.outputs and spec.nodes[-1].kind == "Input":
        return []
    read = {name for index in range(len(spec.nodes)) for name in spec.feeds(index)}
    meant = {name for node in spec.nodes for name in references(node).values()}
    found = []
    for node in spec.nodes:
        if node.name in read or node.name in given:
            continue
        message = f"Nothing reads {node.name}, and it is no output, so it has no effect."
        hint = "Name it among the inputs of a later node, or remove it."
        # Weights that another layer is tied to are of use where they are.
        mends = [] if node.name in meant else [Mend("Remove it", "remove", node.name)]
        if node.kind != "Input":
            mends.append(Mend("Make it an output", "add_output", node.name))
        found.append(Problem(node.name, None, message, hint, *mends[:1], more_mends=tuple(mends[1:])))
    return found
