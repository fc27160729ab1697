"""What is known of a network once it was read: problems, shapes and counts. Plain data; JSON at the border."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Shape = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Mend:
    """A change of a network that takes a problem away; `models.editing.mends.mended` carries it out.

    Attributes:
        label: what the button says: `Insert Flatten`.
        edit: a name of `models.editing.mends.EDITS`.
        node: the node that it is about.
        arguments: further arguments of that edit, by name.
    """

    label: str
    edit: str
    node: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a spec from being built or trained, and how to mend it.

    Attributes:
        node: name of the node that it belongs to; None for the network as a whole.
        field: key of the node's config (or "inputs", "kind"); None for the node as a whole.
        message: one plain sentence: what is wrong, what was expected, what was received.
        hint: how to mend it; may be empty.
        mend: the same for a click, where that can be done.
        more_mends: other ways, where there are several.
    """

    node: str | None
    field: str | None
    message: str
    hint: str = ""
    mend: Mend | None = None
    more_mends: tuple[Mend, ...] = ()

    def __str__(self) -> str:
        where = f"{self.node}: " if self.node else ""
        return f"{where}{self.message} {self.hint}".strip()


@dataclass(frozen=True, slots=True)
class NodeSummary:
    """One node as Keras sees it.

    Attributes:
        output_shape: of its first output, with the batch dimension first, None where a length varies; None as a whole
            where it is not known because this node, or one that feeds it, is wrong.
        params: number of weights that it adds: none for a node that shares another one's layer. trainable: those that
            training changes.
        inputs: what feeds it, as in `ModelSpec.inputs_of`.
        more_shapes: of its further outputs (`name:1`, ...).
        flops: floating point operations for one example, forward; a multiplication and an addition are two. None where
            they are not known.
        activations: values that it gives for one example, all outputs together; None where a length varies.
        activation_bytes: what those take.
        weight_bytes: what `params` take.
        receptive_field: of one value of its output in the Input, by axis (height, width); None where it reads no image
            or sequence, or all of it.
        shape_rule: how the output's shape comes about, in numbers: `floor((32 - 5 + 2·0) / 1) + 1 = 28`; empty where
            there is nothing to explain.
        param_rule: the same for `params`: `5·5·1·6 weights + 6 biases = 156`.
    """

    name: str
    kind: str
    output_shape: Shape | None
    params: int
    trainable: int
    inputs: tuple[str, ...]
    more_shapes: tuple[Shape, ...] = ()
    flops: int | None = None
    activations: int | None = None
    activation_bytes: int | None = None
    weight_bytes: int = 0
    receptive_field: tuple[int, ...] | None = None
    shape_rule: str = ""
    param_rule: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole network as Keras sees it; with problems, it covers the nodes that could be computed.

    Attributes:
        output_shapes: of the outputs in their order; None where one is not known.
    """

    nodes: tuple[NodeSummary, ...]
    total_params: int
    trainable_params: int
    problems: tuple[Problem, ...] = ()
    output_shapes: tuple[Shape | None, ...] = ()

    @property
    def output_shape(self) -> Shape | None:
        """Shape of the main output, or None where it is not known."""
        return self.output_shapes[0] if self.output_shapes else None

    def as_json(self) -> dict[str, Any]:
        """The same as plain dicts and lists, ready for `json.dumps`."""
        return {
            "total_params": self.total_params,
            "trainable_params": self.trainable_params,
            "nodes": [_plain(node) for node in self.nodes],
            "problems": [_plain(problem) for problem in self.problems],
        }


def _plain(fact: NodeSummary | Problem) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(fact).items()}
