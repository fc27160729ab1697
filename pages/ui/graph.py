"""A network as a picture: nodes, how they are joined, what flows between them, in Graphviz's language."""

from collections.abc import Collection

from models.facts import Summary
from models.spec import ModelSpec
from pages.ui import text


def dot(model: ModelSpec, summary: Summary | None, wrong: Collection[str] = (), dark: bool = False) -> str:
    """The graph of `model` as DOT.

    Args:
        model: what to draw; an input that names no node is left out.
        summary: gives the shapes on the arrows; None: no shapes.
        wrong: names of the nodes that have a problem.
        dark: draw for a dark ground.
    """
    ink, line, fill, bad = (
        ("#e4e8ee", "#6b7688", "#1b1f27", "#f2919a") if dark else ("#1d2430", "#8a94a6", "#f6f7f9", "#c2255c")
    )
    shapes = {node.name: node.output_shape for node in summary.nodes} if summary else {}
    names = {node.name for node in model.nodes}
    lines = [
        "digraph {",
        'bgcolor="transparent"; rankdir=TB; ranksep=0.28; nodesep=0.25;',
        f'node [shape=box style="rounded,filled" fillcolor="{fill}" color="{line}" fontcolor="{ink}" penwidth=0.8 '
        'fontname="Inter, sans-serif" fontsize=11 height=0.36 margin="0.14,0.05"];',
        f'edge [color="{line}" fontcolor="{ink}" fontname="Inter, sans-serif" fontsize=9 arrowsize=0.55 penwidth=0.8];',
    ]
    for index, node in enumerate(model.nodes):
        mark = f' color="{bad}" fontcolor="{bad}" penwidth=1.6' if node.name in wrong else ""
        lines.append(f'"{node.name}" [label="{node.kind}\\n{node.name}"{mark}];')
        for source in model.feeds(index):
            if source in names:
                shape = shapes.get(source)
                words = f' [label="\u00a0\u00a0{text.shape(shape)}"]' if shape else ""
                lines.append(f'"{source}" -> "{node.name}"{words};')
    return "\n".join([*lines, "}"])
