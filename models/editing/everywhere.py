"""One setting for the whole network: dropout, batch normalization, an activation, a penalty. No keras."""

from models.editing.nodes import activated, configure, insert
from models.graph import activation_site, hidden_layers, readers
from models.spec import ModelSpec, Node


def with_dropout(spec: ModelSpec, rate: float) -> ModelSpec:
    """Dropout after the activation of each hidden Dense and convolution, never after the last one.

    It goes behind the activation wherever that is: fused, or a layer of its own after a normalization or a sum. A
    Dropout that is already there gets the rate. Srivastava et al., 2014.

    Args:
        rate: share of the values set to zero at each training step, from 0 to 1.
    """
    sites = dict.fromkeys(activation_site(spec, name) for name in hidden_layers(spec))
    for site in sites:
        there = [name for name in readers(spec)[site] if "Dropout" in spec.nodes[spec.index_of(name)].kind]
        for name in there:
            spec = configure(spec, name, {**spec.nodes[spec.index_of(name)].config, "rate": rate})
        if not there:
            node = Node(name=spec.fresh_name("Dropout"), kind="Dropout", config={"rate": rate})
            spec = insert(spec, node, spec.index_of(site) + 1)
    return spec


def with_batch_norm(spec: ModelSpec) -> ModelSpec:
    """Batch normalization before the activation of each hidden Dense and convolution, never at the last one.

    A fused activation is split off: Dense(relu) becomes Dense, BatchNormalization, Activation(relu). Layers that a
    BatchNormalization follows already stay as they are. Ioffe and Szegedy, 2015.

    The moving statistics get a momentum of 0.9, the share of the old in each update, where Keras's default is 0.99:
    with that one they trail hundreds of updates behind the weights, and on small data a network that has learned looks
    in its validation as if it had not.
    """
    for name in hidden_layers(spec):
        place = spec.index_of(name)
        if any(spec.nodes[spec.index_of(reader)].kind == "BatchNormalization" for reader in readers(spec)[name]):
            continue
        activation = spec.nodes[place].config.get("activation")
        spec = activated(spec, name, "linear")
        spec = insert(spec, _batch_norm(spec), place + 1)
        if activation not in (None, "linear"):
            node = Node(name=spec.fresh_name("Activation"), kind="Activation", config={"activation": activation})
            spec = insert(spec, node, place + 2)
    return spec


def _batch_norm(spec: ModelSpec) -> Node:
    kind = "BatchNormalization"
    return Node(name=spec.fresh_name(kind), kind=kind, config={"momentum": 0.9})
