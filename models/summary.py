"""Shapes and parameter counts of a network, from Keras itself, without allocating a weight. Keras is imported here."""

import math
from typing import Any

import keras

from models import check
from models.build import apply, pick
from models.facts import NodeSummary, Problem, Summary
from models.refusals import explain
from models.spec import ModelSpec, Node, node_of


def summarize(spec: ModelSpec) -> Summary:
    """What Keras makes of each node; a wrong spec is described, never raised.

    Nodes that are wrong, or fed by one that is, have no shape; all others do. Weights are only declared, so a network
    of any size is summarized in milliseconds.
    """
    problems = list(check.problems(spec))
    wrong = {problem.node for problem in problems if problem.field is not None}
    tensors: dict[str, tuple[Any, ...]] = {}
    layers: dict[str, keras.layers.Layer | None] = {}
    nodes = []
    # Everything inside is symbolic, and no variable gets a value.
    with keras.StatelessScope(initialize_variables=False):
        for index, node in enumerate(spec.nodes):
            inputs = spec.inputs_of(index)
            if node.name not in wrong and all(name in tensors for name in spec.feeds(index)):
                feeds = [pick(tensors, source) for source in inputs]
                try:
                    layer, given = apply(node, feeds, layers)
                    _try_initializers(node, layer)
                    layers[node.name], tensors[node.name] = layer, given
                # Any error can come out of a layer: each one is Keras's answer to this node.
                except Exception as error:
                    problems.append(
                        Problem(node.name, None, *explain(error, node.kind, [_shape(feed) for feed in feeds]))
                    )
            nodes.append(_node_summary(node, layers.get(node.name), tensors.get(node.name, ()), inputs))
    return Summary(
        nodes=tuple(nodes),
        total_params=sum(node.params for node in nodes),
        trainable_params=sum(node.trainable for node in nodes),
        problems=tuple(problems),
        output_shapes=tuple(
            _shape(pick(tensors, output.node)) if node_of(output.node) in tensors else None for output in spec.given
        ),
    )


def _node_summary(
    node: Node, layer: keras.layers.Layer | None, given: tuple[Any, ...], inputs: tuple[str, ...]
) -> NodeSummary:
    own = layer if layer and not node.shares else None
    params = sum(math.prod(weight.shape) for weight in own.weights) if own else 0
    trainable = sum(math.prod(weight.shape) for weight in own.trainable_weights) if own else 0
    shapes = tuple(_shape(tensor) for tensor in given)
    shape, more = (shapes[0], shapes[1:]) if shapes else (None, ())
    return NodeSummary(node.name, node.kind, shape, params, trainable, inputs, more_shapes=more)


def _shape(tensor: Any) -> tuple[int | None, ...]:
    return tuple(tensor.shape)


def _try_initializers(node: Node, layer: keras.layers.Layer | None) -> None:
    """Runs the initializers that the node chooses on tiny arrays: some refuse some ranks, but only when run."""
    for key in node.config:
        shape = getattr(getattr(layer, key.removesuffix("_initializer"), None), "shape", None)
        if key.endswith("_initializer") and shape is not None:
            getattr(layer, key)((2,) * len(shape))
