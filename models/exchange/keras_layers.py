"""One layer in Keras's configurations: what it is called, what the catalogue knows of it, what it holds. No keras."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.catalogue import Entry, catalogue
from models.errors import NetloomError
from models.exchange.keras_values import plain
from models.spec import NAME_PATTERN, snake_case

NETWORKS = ("Functional", "Model", "Sequential")
"""Classes of networks, which may stand inside one another."""

_HOMES = ("keras", "tf_keras", "tensorflow")


def entry_of(layer: Mapping[str, Any]) -> tuple[Entry | None, str]:
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


def layers_of(config: Mapping[str, Any], path: tuple[str, ...]) -> list[Mapping[str, Any]]:
    """The layers of a network; `path`: the names of the networks around them. Raises: NetloomError."""
    layers = config.get("layers")
    if not isinstance(layers, list) or not all(isinstance(layer, Mapping) for layer in layers):
        raise NetloomError(f"{path[-1] if path else 'The network'} has no list of layers.")
    return layers


def config_of(owner: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The config of a layer or a network called `name`. Raises: NetloomError."""
    config = owner.get("config")
    if isinstance(config, list):  # Keras 1 and early Keras 2 wrote a Sequential's layers there.
        config = {"layers": config}
    if not isinstance(config, Mapping):
        raise NetloomError(f"{name} has no config.", "Save the model anew.")
    return config


def name_of(layer: Mapping[str, Any]) -> str:
    """The name of a layer, or one in Keras's manner."""
    config = layer.get("config")
    own = layer.get("name") or (config.get("name") if isinstance(config, Mapping) else None)
    return str(own or snake_case(str(layer.get("class_name"))))


def first_input(
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


def found_in(layers: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    """The layer called `name`, which `where` reads. Raises: NetloomError."""
    if name not in layers:
        raise NetloomError(f"{where} reads {name}, which is not there.")
    return layers[name]
