"""ModelSpec -> keras.Model. Keras is imported here."""

from typing import Any

import keras

from models.arguments import to_keras
from models.catalogue import catalogue
from models.check import problems
from models.errors import NetloomError
from models.refusals import explain
from models.spec import ModelSpec, Node


class BuildError(NetloomError):
    """A network that cannot be built: its structure is wrong, or Keras refuses a layer."""


def build(spec: ModelSpec) -> keras.Model:
    """The functional Keras model, its layers named as the nodes, its last node the output.

    Equal specs give equal weights after `keras.utils.set_random_seed`.

    Raises:
        BuildError: naming the first node that is wrong, with Keras's reason and how to mend it.
    """
    for problem in problems(spec):
        where = f"{problem.node}: " if problem.node else ""
        raise BuildError(f"{where}{problem.message}", problem.hint)
    tensors: dict[str, Any] = {}
    for index, node in enumerate(spec.nodes):
        feeds = [tensors[name] for name in spec.inputs_of(index)]
        try:
            _, tensors[node.name] = apply(node, feeds)
        # Any error can come out of a layer: each one is Keras's answer to this node.
        except Exception as error:
            message, hint = explain(error, node.kind, [tensor.shape for tensor in feeds])
            raise BuildError(f"{node.name}: {message}", hint) from error
    inputs = [tensors[node.name] for node in spec.nodes if node.kind == "Input"]
    output = tensors[spec.nodes[-1].name]
    return keras.Model(inputs[0] if len(inputs) == 1 else inputs, output, name=spec.name)


def apply(node: Node, feeds: list[Any]) -> tuple[keras.layers.Layer | None, Any]:
    """The layer of one node (None for an Input) and its symbolic output, fed the symbolic tensors `feeds`.

    Raises: whatever Keras raises.
    """
    config = {key: to_keras(value) for key, value in node.config.items()}
    if node.kind == "Input":
        return None, keras.Input(name=node.name, **config)
    layer = getattr(keras.layers, node.kind)(name=node.name, **config)
    return layer, layer(feeds) if catalogue().layers[node.kind].call == "list" else layer(*feeds)
