"""Shapes, counts and costs of a network, from Keras itself, without allocating a weight. Keras is imported here.

What a layer makes of what it is fed depends on its arguments, on the shapes, and on the layers it shares or is tied to,
and on nothing else. So Keras is asked once for each such case: after an edit, only the nodes that the edit touches, and
those behind them whose shapes change with it, are new.
"""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import keras

from models.build import apply, pick
from models.catalogue import catalogue
from models.checking import structure
from models.checking.refusals import refusal
from models.costs.flops import flops
from models.costs.receptive_field import receptive_fields
from models.costs.rules import param_rule, shape_rule
from models.facts import NodeSummary, Shape, Summary
from models.graph import references
from models.spec import ModelSpec, Node, node_of

# A case takes about 2 kB: these are some dozens of large networks and all their edits.
_CASES_KEPT = 20_000


class _Tensor(NamedTuple):
    """All that a layer sees of a symbolic tensor."""

    shape: Shape
    dtype: str
    sparse: bool
    mask: Shape | None


class _Case(NamedTuple):
    """A layer and what it is fed.

    Attributes:
        config, call: of the node, as JSON.
        shares: name of the node whose layer it is; None: its own.
        others: the cases of the nodes whose layers it shares or is tied to, by name.
    """

    kind: str
    config: str
    call: str
    shares: str | None
    feeds: tuple[_Tensor, ...]
    others: tuple[tuple[str, "_Case"], ...]


class _Answer(NamedTuple):
    """What Keras says of a case; its facts lack what they owe to the network around it."""

    outputs: tuple[_Tensor, ...]
    facts: NodeSummary


def summarize(spec: ModelSpec) -> Summary:
    """What Keras makes of each node; a wrong spec is described, never raised.

    Nodes that are wrong, or fed by one that is, have no shape; all others do. Weights are only declared, so a network
    of any size takes no memory; 50 new layers take some 60 ms, and those that were seen before next to nothing.
    """
    problems = list(structure.problems(spec))
    wrong = {problem.node for problem in problems if problem.field is not None}
    cases: dict[str, _Case] = {}
    outputs: dict[str, tuple[_Tensor, ...]] = {}
    nodes = []
    for index, node in enumerate(spec.nodes):
        inputs = spec.inputs_of(index)
        nodes.append(NodeSummary(node.name, node.kind, None, 0, 0, inputs))
        needed = _needed(node)
        if node.name in wrong or not all(name in outputs for name in (*spec.feeds(index), *needed)):
            continue
        feeds: tuple[_Tensor, ...] = ()
        try:
            feeds = tuple(pick(outputs, source) for source in inputs)
            others = tuple((name, cases[name]) for name in needed)
            case = _Case(node.kind, _json(node.config), _json(node.call), node.shares, feeds, others)
            answer = _ask(case)
        # Any error can come out of a layer: each one is Keras's answer to this node.
        except Exception as error:
            problems.append(refusal(error, spec, index, [feed.shape for feed in feeds]))
        else:
            cases[node.name], outputs[node.name] = case, answer.outputs
            nodes[-1] = replace(answer.facts, name=node.name, inputs=inputs)
    fields = receptive_fields(spec, nodes)
    return Summary(
        nodes=tuple(replace(node, receptive_field=field) for node, field in zip(nodes, fields, strict=True)),
        total_params=sum(node.params for node in nodes),
        trainable_params=sum(node.trainable for node in nodes),
        problems=tuple(problems),
        output_shapes=tuple(
            pick(outputs, output.node).shape if node_of(output.node) in outputs else None for output in spec.given
        ),
    )


def _needed(node: Node) -> tuple[str, ...]:
    """Names of the nodes whose layers it shares or is tied to."""
    return (*((node.shares,) if node.shares else ()), *references(node).values())


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@lru_cache(_CASES_KEPT)
def _ask(case: _Case) -> _Answer:
    """Raises: whatever Keras raises; that is not remembered, since it is worded with the network at hand."""
    # Everything inside is symbolic, and no variable gets a value.
    with keras.StatelessScope(initialize_variables=False):
        layer, given, others = _applied(case)
        return _Answer(tuple(_seen(tensor) for tensor in given), _facts(case, layer, given, others))


def _applied(case: _Case) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """The layer of a case, its symbolic outputs, and the layers that it shares or is tied to."""
    others = {name: _applied(other)[0] for name, other in case.others}
    config = json.loads(case.config)
    if catalogue().layers[case.kind].module == "applications":
        config["weights"] = None  # what they are is of no matter here, and Keras would fetch them
    node = Node(name="layer", kind=case.kind, config=config, call=json.loads(case.call), shares=case.shares)
    layer, given = apply(node, [_symbol(feed) for feed in case.feeds], others)
    for key in () if case.shares else config:
        _try_initializer(layer, key)
    return layer, given, others


def _facts(case: _Case, layer: Any, given: tuple[Any, ...], others: dict[str, Any]) -> NodeSummary:
    weights = _own_weights(layer, others)
    trainable = {id(weight) for weight in layer.trainable_weights} if weights else set()
    outputs = tuple(tuple(tensor.shape) for tensor in given)
    counts = [None if None in shape[1:] else math.prod(shape[1:]) for shape in outputs]
    widths = [_bytes(tensor) for tensor in given]
    # What a shared layer is, the node says that it was made for.
    made = case
    while made.shares:
        made = dict(made.others)[made.shares]
    applied = (case.kind, json.loads(made.config), tuple(feed.shape for feed in case.feeds), outputs)
    return NodeSummary(
        name="",
        kind=case.kind,
        output_shape=outputs[0],
        params=sum(math.prod(weight.shape) for weight in weights),
        trainable=sum(math.prod(weight.shape) for weight in weights if id(weight) in trainable),
        inputs=(),
        more_shapes=outputs[1:],
        flops=_nested_flops(layer, applied[2]) if isinstance(layer, keras.Model) else flops(*applied),
        activations=_sum(counts),
        activation_bytes=_sum(None if n is None else n * width for n, width in zip(counts, widths, strict=True)),
        weight_bytes=sum(math.prod(weight.shape) * _bytes(weight) for weight in weights),
        shape_rule=shape_rule(*applied),
        param_rule=param_rule(*applied, [(weight.name, tuple(weight.shape)) for weight in weights]),
    )


def _own_weights(layer: Any, others: dict[str, Any]) -> list[Any]:
    """The weights that a layer adds: not those of a layer that it is tied to, none where it is that layer."""
    taken = {id(weight) for other in others.values() for weight in other.weights}
    return [weight for weight in layer.weights if id(weight) not in taken] if layer else []


def _nested_flops(model: keras.Model, feeds: tuple[Shape, ...]) -> int | None:
    """Of a network used as a layer and fed such shapes: the sum of its own layers."""
    tensors = [tensor for layer in model.layers for tensor in keras.tree.flatten((layer.input, layer.output))]
    shapes = {id(tensor): tuple(tensor.shape) for tensor in tensors}
    if _shapes(model.inputs) != feeds:
        # It was made for pictures of any size: what comes out of each layer for these, if all of them were outputs.
        given = keras.Model(model.inputs, tensors)([keras.KerasTensor(shape) for shape in feeds])
        shapes = {id(tensor): tuple(seen.shape) for tensor, seen in zip(tensors, given, strict=True)}

    def inner(layer: Any) -> int | None:
        sides = [
            tuple(shapes[id(tensor)] for tensor in keras.tree.flatten(side)) for side in (layer.input, layer.output)
        ]
        if isinstance(layer, keras.Model):
            return _nested_flops(layer, sides[0])
        return flops(type(layer).__name__, layer.get_config(), *sides)

    return _sum(inner(layer) for layer in model.layers)


def _shapes(tensors: Any) -> tuple[Shape, ...]:
    return tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(tensors))


def _sum(numbers: Iterable[int | None]) -> int | None:
    """None as soon as one number is not known."""
    known = [*numbers]
    return None if None in known else sum(number for number in known if number is not None)


def _bytes(array: Any) -> int:
    """Of one of its values; 0 for texts."""
    bits = re.search(r"\d+", array.dtype)
    return int(bits[0]) // 8 if bits else int(array.dtype == "bool")


def _seen(tensor: Any) -> _Tensor:
    mask = getattr(tensor, "_keras_mask", None)
    return _Tensor(tuple(tensor.shape), tensor.dtype, bool(tensor.sparse), None if mask is None else tuple(mask.shape))


def _symbol(seen: _Tensor) -> keras.KerasTensor:
    tensor = keras.KerasTensor(seen.shape, seen.dtype, sparse=seen.sparse)
    if seen.mask is not None:
        tensor._keras_mask = keras.KerasTensor(seen.mask, "bool")
    return tensor


def _try_initializer(layer: Any, key: str) -> None:
    """Runs an initializer that the node chooses on a tiny array: some refuse some ranks, but only when run."""
    shape = getattr(getattr(layer, key.removesuffix("_initializer"), None), "shape", None)
    if key.endswith("_initializer") and shape is not None:
        getattr(layer, key)((2,) * len(shape))
