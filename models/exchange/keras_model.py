"""A Functional or Sequential network, as Keras writes it, as a ModelSpec. No keras."""

import re
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from models.catalogue import Entry, catalogue
from models.errors import NetloomError
from models.exchange.keras_calls import Call, Tensor, calls, triples
from models.exchange.keras_ops import as_layer, is_operation
from models.exchange.keras_values import Place, minimal, plain, shown, tied_to
from models.exchange.notes import Notes
from models.exchange.tidying import tidied
from models.spec import NAME_PATTERN, ModelSpec, Node, Output, node_of, port_of, snake_case

MAX_NODES = 5_000

_NETWORKS = ("Functional", "Model", "Sequential")
_HOMES = ("keras", "tf_keras", "tensorflow")


def network(document: Any, name: str, notes: Notes) -> ModelSpec:
    """The spec of what `model.to_json()` gave.

    Layers keep their names as far as a spec allows them; a network inside the network becomes a block of rows.

    Args:
        document: the parsed JSON.
        name: of the file, for messages.
        notes: get what is left out, or cannot be edited.

    Raises:
        NetloomError: this is no such network, or rows cannot say it.
        pydantic.ValidationError: a value that no spec may have.
    """
    kind = document.get("class_name")
    if kind not in _NETWORKS:
        what = f"a {kind!r:.60}" if kind else "no network"
        raise NetloomError(
            f"{name} holds {what}; a Functional or a Sequential network was expected.",
            "A network that is a class of its own has no list of layers.",
        )
    config = _config(document, name)
    reader = _Reader(notes)
    given = reader.read(document, None, (), None)
    nodes = tidied(reader.nodes, given, notes)
    if not nodes or not given:
        raise NetloomError(f"{name} holds a network without layers.")
    compiled = document.get("compile_config")
    if isinstance(compiled, Mapping) and compiled:
        notes.add("Optimizer, loss and metrics are not taken over: they are chosen for training.")
    if len(given) > 1:
        notes.add("The network has several outputs: say what each is compared with.")
    outputs = [Output(node=source, target="none" if port_of(source) else "label") for source in given]
    own = _usable(str(config.get("name") or "model"), notes, "the network")
    return ModelSpec(name=own, nodes=nodes, outputs=() if given == [nodes[-1].name] else tuple(outputs))


class _Names:
    """Names that were given. Each is looked for from where the last of its kind was: files may hold thousands.

    Attributes:
        reserved: names that are given to those who ask for them alone, and not with a number behind another name.
    """

    def __init__(self) -> None:
        self.reserved: set[str] = set()
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def take(self, base: str) -> str:
        """`base`, or the first of `base_1`, `base_2`, ... that is free; it is taken from now on."""
        number = self._next.get(base, 0)
        while (name := f"{base}_{number}" if number else base) in self._taken or (number and name in self.reserved):
            number += 1
        self._next[base] = number + 1
        self._taken.add(name)
        return name


class _Reader:
    """Nodes, as they are found.

    Networks inside networks are read where they are called; called again, their nodes share the layers of the first
    time. `path` is the names of the networks around a layer.
    """

    def __init__(self, notes: Notes) -> None:
        self.nodes: list[Node] = []
        self._notes = notes
        self._names = _Names()
        self._blocks = _Names()
        self._made: dict[tuple[str, ...], str] = {}

    def read(
        self, document: Mapping[str, Any], feeds: Sequence[str] | None, path: tuple[str, ...], block: str | None
    ) -> list[str]:
        """The nodes of one network; `feeds` is what it is fed, None where its Inputs are the Inputs.

        Returns:
            what it gives: names of nodes, with `:k`.
        """
        config = _config(document, path[-1] if path else "The file")
        if document.get("class_name") == "Sequential":
            return self._sequential(config, document, feeds, path, block)
        return self._functional(config, feeds, path, block)

    def _sequential(
        self,
        config: Mapping[str, Any],
        document: Mapping[str, Any],
        feeds: Sequence[str] | None,
        path: tuple[str, ...],
        block: str | None,
    ) -> list[str]:
        layers = _layers(config, path)
        last = list(feeds) if feeds is not None else []
        if feeds is None and (not layers or layers[0].get("class_name") != "InputLayer"):
            last = [self._input(_first_input(config, document, layers), path, block)]
        for layer in layers:
            if layer.get("class_name") == "InputLayer":
                last = last if feeds is not None else [self._input(layer, path, block)]
            else:
                last = self._place(layer, Call(()), last, path, block)
        return last

    def _functional(
        self, config: Mapping[str, Any], feeds: Sequence[str] | None, path: tuple[str, ...], block: str | None
    ) -> list[str]:
        where = path[-1] if path else "the network"
        layers = {_name_of(layer): layer for layer in _layers(config, path)}
        self._names.reserved |= layers.keys()
        made = {name: calls(layer, name) for name, layer in layers.items()}
        given: dict[tuple[str, int], list[str]] = {}
        inputs = triples(config.get("input_layers", []), where)
        if feeds is not None and len(feeds) != len(inputs):
            raise NetloomError(f"{where} takes {len(inputs)} inputs and is fed {len(feeds)}.")
        for place, (name, _, _) in enumerate(inputs):
            layer = _found(layers, name, where)
            given[name, 0] = [feeds[place]] if feeds is not None else [self._input(layer, path, block)]
        outputs = [_counted(tensor, layers, True) for tensor in triples(config.get("output_layers", []), where)]
        for name, number in _order(outputs, layers, made, set(given), where):
            call = made[name][number]
            sources = [_source(given, _counted(tensor, layers, False), name) for tensor in call.feeds]
            given[name, number] = self._place(layers[name], call, sources, path, block)
        return [_source(given, tensor, where) for tensor in outputs]

    def _input(self, layer: Mapping[str, Any], path: tuple[str, ...], block: str | None) -> str:
        config = _config(layer, "An input")
        shape = plain(config.get("batch_shape") or config.get("batch_input_shape"))
        name = str(config.get("name") or "input")
        if not isinstance(shape, list) or not shape:
            raise NetloomError(f"{name}: the shape of this input is not known.", "Build the model before saving it.")
        if any(config.get(key) for key in ("sparse", "ragged", "optional")):
            self._notes.add("it is an input like any other here, not sparse, ragged or optional.", name)
        kept: dict[str, Any] = {"shape": shape[1:]}
        dtype = plain(config.get("dtype"))
        if dtype not in (None, "float32"):
            kept["dtype"] = dtype
        if shape[0] is not None:
            kept["batch_size"] = shape[0]
        return self._add(Node(name=self._fresh(name, path), kind="Input", config=kept, block=block), (*path, name))

    def _place(
        self,
        layer: Mapping[str, Any],
        call: Call,
        sources: list[str],
        path: tuple[str, ...],
        block: str | None,
    ) -> list[str]:
        """One call of a layer, or of a network inside this one. Returns its outputs that are known by now."""
        name = _name_of(layer)
        if layer.get("class_name") in _NETWORKS and "layers" in _config(layer, name):
            label = self._blocks.take(_usable(name, self._notes, name)[:58])
            if layer["config"].get("trainable") is False:
                self._notes.add("it was frozen as a whole; here its rows are trained unless each is frozen.", name)
            return self.read(layer, sources, (*path, name), label)
        arguments = dict(call.arguments)
        if is_operation(layer):
            kind, config = as_layer(layer, arguments, len(sources))
            entry = catalogue().layers.get(kind)
        else:
            entry, kind = _entry(layer)
            config = {}
            if entry is not None and (*path, name) not in self._made:
                where = Place(name, self._notes, lambda other: self._made.get((*path, other), other), call.rank)
                config = minimal(entry, _config(layer, name), where)
        if entry is None or entry.kind == "Input":
            reason = catalogue().excluded["layers"].get(kind, "Replace it, or remove it.")
            self._notes.add(f"{kind} is not a layer of the catalogue, so it cannot be edited. {reason}", name)
        first = self._made.get((*path, name))
        own = Node(
            name=self._fresh(name, path),
            kind=kind,
            config={} if first else config,
            inputs=tuple(sources),
            call=self._call(entry, name, arguments),
            shares=first,
            block=block,
        )
        return [self._add(own, (*path, name))]

    def _call(self, entry: Entry | None, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call that a node may set and that differ from the defaults."""
        kept = {}
        known = {param.name: param for param in entry.call_params} if entry else {}
        # Keras notes `training` for layers that it makes no difference to.
        told = entry is None or entry.group == "Regularization"
        for key, value in arguments.items():
            value = plain(value)
            if key in known:
                if value != known[key].default:
                    kept[key] = value
            elif value not in (None, False) and (told or key != "training"):
                self._notes.add(f"{key}={shown(value)} of its call is left out.", name)
        return kept

    def _add(self, node: Node, path: tuple[str, ...]) -> str:
        if len(self.nodes) >= MAX_NODES:
            raise NetloomError(f"The network has more than {MAX_NODES:,} layers; so many are not edited row by row.")
        self.nodes.append(node)
        self._made.setdefault(path, node.name)
        return node.name

    def _fresh(self, name: str, path: tuple[str, ...]) -> str:
        own = self._made.get((*path, name)) or _usable(name, self._notes, name)
        if own in self._names and path and (*path, name) not in self._made:
            own = _usable(f"{path[-1]}_{name}", self._notes, name)
        return self._names.take(own[:58] if own in self._names else own)


def _order(
    outputs: Sequence[Tensor],
    layers: Mapping[str, Any],
    made: Mapping[str, tuple[Call, ...]],
    known: set[tuple[str, int]],
    where: str,
) -> list[tuple[str, int]]:
    """The calls that `outputs` need, each behind all that it reads, chains kept together.

    Raises:
        NetloomError: a tensor of a layer or a call that is not there; a cycle.
    """
    found: list[tuple[str, int]] = []
    done, open_ = set(known), set()
    waiting = deque(("enter", tensor[:2]) for tensor in outputs)
    while waiting:
        step, key = waiting.popleft()
        name, number = key
        if step == "leave":
            open_.discard(key)
            done.add(key)
            found.append(key)
            continue
        if key in done:
            continue
        if key in open_:
            raise NetloomError(f"{name} feeds itself, by way of others; a network runs one way.")
        layer = _found(layers, name, where)
        if number not in range(len(made[name])):
            raise NetloomError(f"{name} is read where it is not called. Received: call {number}.")
        open_.add(key)
        needs = [_counted(tensor, layers, False)[:2] for tensor in made[name][number].feeds]
        # A layer that another is tied to, and the first call of a shared one, must stand before it.
        needs += [(other, 0) for other in _tied(layer) if other in layers]
        needs += [(name, earlier) for earlier in range(number)]
        waiting.appendleft(("leave", key))
        waiting.extendleft(("enter", need) for need in reversed(needs) if need not in done)
    return found


def _tied(layer: Mapping[str, Any]) -> list[str]:
    entry, _ = _entry(layer)
    config = layer.get("config")
    if entry is None or not isinstance(config, Mapping):
        return []
    return [tied_to(config.get(param.name)) for param in entry.params if param.type == "node"]


def _entry(layer: Mapping[str, Any]) -> tuple[Entry | None, str]:
    """What the catalogue knows of a layer, None for a class of somebody else's; and its kind."""
    kind, module, registered = (layer.get(key) for key in ("class_name", "module", "registered_name"))
    own = str(registered).startswith("netloom>")
    keras = module is None or str(module).split(".")[0] in _HOMES
    usable = re.sub(r"[^A-Za-z0-9_.\-]", "", str(kind))[:58]
    usable = usable if re.match(NAME_PATTERN, usable) else "Unknown"
    if own or (keras and ">" not in str(kind)):
        entry = catalogue().find("layers", str(kind))
        return entry, entry.kind if entry else usable
    return None, f"Custom{usable}" if usable in catalogue().layers else usable


def _counted(tensor: Tensor, layers: Mapping[str, Any], is_output: bool) -> Tensor:
    """`tensor` with the call counted from 0.

    A Functional network has a call of its own before the first by others. In Keras 3 outputs count that one and
    inputs of layers do not; in Keras 2 both do. Where there is one call only, it is that one.
    """
    name, number, port = tensor
    layer = layers.get(name)
    if layer is None or layer.get("class_name") not in _NETWORKS:
        return tensor
    count = len(layer.get("inbound_nodes") or ())
    functional = layer.get("class_name") != "Sequential"
    counts_own = functional if "module" in layer and is_output else "module" not in layer
    return name, max(number - 1, 0) if (counts_own and functional) or number >= count else number, port


def _source(given: Mapping[tuple[str, int], list[str]], tensor: Tensor, where: str) -> str:
    name, number, port = tensor
    sources = given.get((name, number))
    if sources is None:
        raise NetloomError(f"{where} reads {name}, which is not there.")
    if len(sources) > 1:  # a network inside this one, with several outputs
        if not 0 <= port < len(sources):
            raise NetloomError(f"{where} reads output {port} of {name}, which has {len(sources)}.")
        return sources[port]
    if port and not port_of(sources[0]):
        return f"{node_of(sources[0])}:{port}"
    return sources[0]


def _first_input(
    config: Mapping[str, Any], document: Mapping[str, Any], layers: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """An InputLayer for a Sequential network that has none, from what it or its first layer was built with."""
    first: Any = layers[0].get("config") if layers else {}
    builds = [owner.get("build_config") for owner in (document, *layers[:1])]
    shapes = [
        config.get("build_input_shape"),
        *(first.get(key) for key in ("batch_input_shape", "batch_shape") if isinstance(first, Mapping)),
        *(build.get("input_shape") for build in builds if isinstance(build, Mapping)),
    ]
    shape = next((shape for shape in map(plain, shapes) if isinstance(shape, list) and shape), None)
    tokens = bool(layers) and layers[0].get("class_name") == "Embedding"
    return {"config": {"batch_shape": shape, "name": "input", **({"dtype": "int32"} if tokens else {})}}


def _layers(config: Mapping[str, Any], path: tuple[str, ...]) -> list[Mapping[str, Any]]:
    layers = config.get("layers")
    if not isinstance(layers, list) or not all(isinstance(layer, Mapping) for layer in layers):
        raise NetloomError(f"{path[-1] if path else 'The network'} has no list of layers.")
    return layers


def _config(owner: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    config = owner.get("config")
    if isinstance(config, list):  # Keras 1 and early Keras 2 wrote a Sequential's layers there.
        config = {"layers": config}
    if not isinstance(config, Mapping):
        raise NetloomError(f"{name} has no config.", "Save the model anew.")
    return config


def _name_of(layer: Mapping[str, Any]) -> str:
    config = layer.get("config")
    own = layer.get("name") or (config.get("name") if isinstance(config, Mapping) else None)
    return str(own or snake_case(str(layer.get("class_name"))))


def _found(layers: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    if name not in layers:
        raise NetloomError(f"{where} reads {name}, which is not there.")
    return layers[name]


def _usable(name: str, notes: Notes, where: str) -> str:
    """`name` as a spec allows it: letters, digits and `_.-` behind a letter, 64 at most."""
    if re.match(NAME_PATTERN, name):
        return name
    usable = re.sub(r"[^A-Za-z0-9_.\-]", "_", name)
    usable = (usable if usable[:1].isalpha() else f"layer_{usable.lstrip('_')}")[:64]
    notes.add("its name is changed: a name holds letters, digits, _ . and -, 64 at most.", f"{where:.80}")
    return usable
