"""Which layers of a network look at some steps more than at others, and can say so. No keras."""

from models.catalogue import catalogue
from models.spec import ModelSpec

SCORES = "return_attention_scores"


def attending(spec: ModelSpec) -> tuple[str, ...]:
    """Names of the nodes whose layers give attention scores where they are asked to."""
    layers = catalogue().layers
    able = {kind for kind, entry in layers.items() if any(param.name == SCORES for param in entry.call_params)}
    return tuple(node.name for node in spec.nodes if node.kind in able)
