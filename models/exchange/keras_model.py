"""A Functional or Sequential network, as Keras writes it, as a ModelSpec. No keras."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.catalogue import Entry, catalogue
from models.errors import NetloomError
from models.exchange.keras_calls import Call, calls, triples
from models.exchange.keras_layers import NETWORKS, config_of, entry_of, first_input, found_in, layers_of, name_of
from models.exchange.keras_ops import as_layer, is_operation
from models.exchange.keras_order import counted, ordered, source_of
from models.exchange.keras_values import Place, minimal, plain, shown
from models.exchange.notes import Notes
from models.exchange.tidying import tidied
from models.spec import NAME_PATTERN, ModelSpec, Node, Output, port_of

MAX_NODES = 5_000


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
    if kind not in NETWORKS:
        what = f"a {kind!r:.60}" if kind else "no network"
        raise NetloomError(
            f"{name} holds {what}; a Functional or a Sequential network was expected.",
            "A network that is a class of its own has no list of layers.",
        )
    config = config_of(document, name)
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
    # States and scores are there to be looked at, and stand behind what there is to learn; but one is the main output.
    outputs = [Output(node=source, target="none" if port_of(source) else "label") for source in given]
    outputs.sort(key=lambda output: output.target == "none")
    outputs[0] = outputs[0].replace(target="label")
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
        config = config_of(document, path[-1] if path else "The file")
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
        layers = layers_of(config, path)
        last = list(feeds) if feeds is not None else []
        if feeds is None and (not layers or layers[0].get("class_name") != "InputLayer"):
            last = [self._input(first_input(config, document, layers), path, block)]
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
        layers = {name_of(layer): layer for layer in layers_of(config, path)}
        self._names.reserved |= layers.keys()
        made = {name: calls(layer, name) for name, layer in layers.items()}
        given: dict[tuple[str, int], list[str]] = {}
        inputs = triples(config.get("input_layers", []), where)
        if feeds is not None and len(feeds) != len(inputs):
            raise NetloomError(f"{where} takes {len(inputs)} inputs and is fed {len(feeds)}.")
        for place, (name, _, _) in enumerate(inputs):
            layer = found_in(layers, name, where)
            given[name, 0] = [feeds[place]] if feeds is not None else [self._input(layer, path, block)]
        ends = config.get("output_layers", [])
        if not path and isinstance(ends, Mapping):
            ends = list(ends.values())  # people name the main one first; Keras, which sorts, keeps their order in files
        outputs = [counted(tensor, layers, True) for tensor in triples(ends, where)]
        for name, number in ordered(outputs, layers, made, set(given), where):
            call = made[name][number]
            sources = [source_of(given, counted(tensor, layers, False), name) for tensor in call.feeds]
            given[name, number] = self._place(layers[name], call, sources, path, block)
        return [source_of(given, tensor, where) for tensor in outputs]

    def _input(self, layer: Mapping[str, Any], path: tuple[str, ...], block: str | None) -> str:
        config = config_of(layer, "An input")
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
        name = name_of(layer)
        if layer.get("class_name") in NETWORKS and "layers" in config_of(layer, name):
            label = self._blocks.take(_usable(name, self._notes, name)[:58])
            # Freezing a network freezes each of its layers, which say so themselves.
            if call.arguments.get("training") is False and layer["config"].get("trainable") is not False:
                self._notes.add("training=false of its call is left out.", name)
            return self.read(layer, sources, (*path, name), label)
        arguments = dict(call.arguments)
        if is_operation(layer):
            kind, config = as_layer(layer, arguments, len(sources))
            entry = catalogue().layers.get(kind)
        else:
            entry, kind = entry_of(layer)
            config = {}
            if entry is not None and (*path, name) not in self._made:
                where = Place(name, self._notes, lambda other: self._made.get((*path, other), other), call.rank)
                config = minimal(entry, config_of(layer, name), where)
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


def _usable(name: str, notes: Notes, where: str) -> str:
    """`name` as a spec allows it: letters, digits and `_.-` behind a letter, 64 at most."""
    if re.match(NAME_PATTERN, name):
        return name
    usable = re.sub(r"[^A-Za-z0-9_.\-]", "_", name)
    usable = (usable if usable[:1].isalpha() else f"layer_{usable.lstrip('_')}")[:64]
    notes.add("its name is changed: a name holds letters, digits, _ . and -, 64 at most.", f"{where:.80}")
    return usable
