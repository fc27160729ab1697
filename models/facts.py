"""What is known of a network once it was read: problems, shapes and counts. Plain data; JSON at the border."""

from dataclasses import asdict, dataclass
from typing import Any

Shape = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a spec from being built or trained, and how to mend it.

    Attributes:
        node: name of the node that it belongs to; None for the network as a whole.
        field: key of the node's config (or "inputs", "kind"); None for the node as a whole.
        message: one plain sentence: what is wrong, what was expected, what was received.
        hint: how to mend it; may be empty.
    """

    node: str | None
    field: str | None
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.node}: " if self.node else ""
        return f"{where}{self.message} {self.hint}".strip()


@dataclass(frozen=True, slots=True)
class NodeSummary:
    """One node as Keras sees it.

    Attributes:
        output_shape: with the batch dimension first, None where a length varies; None as a whole where it is not
            known because this node, or one that feeds it, is wrong.
        params: number of weights. trainable: those that training changes.
        inputs: names of the nodes that feed it.
    """

    name: str
    kind: str
    output_shape: Shape | None
    params: int
    trainable: int
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole network as Keras sees it; with problems, it covers the nodes that could be computed."""

    nodes: tuple[NodeSummary, ...]
    total_params: int
    trainable_params: int
    problems: tuple[Problem, ...] = ()

    @property
    def output_shape(self) -> Shape | None:
        """Shape of the last node, or None where it is not known."""
        return self.nodes[-1].output_shape if self.nodes else None

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
