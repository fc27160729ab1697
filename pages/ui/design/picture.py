"""A network as a picture, before it is drawn: boxes, lines, frames and words with their places. Plain data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from models.catalogue import catalogue
from models.facts import NodeSummary, Problem, Summary
from models.graph import references
from models.spec import ModelSpec, Node, node_of
from pages.ui import text
from pages.ui.design.layout import Layout, arrange
from pages.ui.design.small_print import arguments, cut, detail

# Okabe and Ito's palette (2008), which the colour-blind can tell apart; a box says its kind in words, too.
COLORS = {
    "Core": "#E69F00",
    "Convolution": "#0072B2",
    "Pooling": "#009E73",
    "Activation": "#F0E442",
    "Merging": "#56B4E9",
    "Recurrent": "#D55E00",
    "Attention": "#CC79A7",
}
NEUTRAL = "#8A94A6"
HEIGHT = 42.0
NARROWEST, WIDEST = 108.0, 236.0
MARGIN = 20.0
BELOW = 22.0  # room for the words under the last row
PAD = 9.0  # from a box to the frame around its block

Problems = Mapping[str | None, Sequence[Problem]]


@dataclass(frozen=True, slots=True)
class _Box:
    """One node, or a folded block of them."""

    nodes: tuple[Node, ...]
    block: str | None = None


def picture(
    model: ModelSpec, summary: Summary | None, wrong: Problems | None = None, folded: Collection[str] = ()
) -> dict[str, Any]:
    """The picture of `model` as JSON: boxes, lines, frames, all in pixels from the top left.

    Args:
        model: what to draw; an input that names no earlier node is left out.
        summary: gives shapes and counts; None: there are none yet.
        wrong: problems by the node that has them.
        folded: blocks to be drawn as one box.
    """
    wrong = wrong or {}
    seen = {node.name: node for node in summary.nodes} if summary else {}
    boxes = _boxes(model, folded)
    home = {node.name: place for place, box in enumerate(boxes) for node in box.nodes}
    edges = _edges(model, home)
    shown = [_box(box, model, seen, wrong) for box in boxes]
    layout = arrange([(box["w"], box["h"]) for box in shown], edges, _late(boxes, edges))
    for box, (x, y) in zip(shown, layout.centers, strict=True):
        box["x"], box["y"] = round(x + MARGIN - box["w"] / 2, 1), round(y + MARGIN - box["h"] / 2, 1)
    return {
        "boxes": shown,
        "lines": [{"from": boxes[source].nodes[-1].name, "d": _path(route)}
                  for (source, _), route in zip(edges, layout.routes, strict=True)],
        "ties": _ties(model, home, shown),
        "frames": _frames(boxes, edges, layout, shown),
        "blocks": list(dict.fromkeys(node.block for node in model.nodes if node.block)),
        "folded": sorted({box.block for box in boxes if box.block}),
        "width": round(layout.width + 2 * MARGIN, 1),
        "height": round(layout.height + 2 * MARGIN + BELOW, 1),
    }  # fmt: skip


def _boxes(model: ModelSpec, folded: Collection[str]) -> list[_Box]:
    """Nodes one by one; rows of a folded block that follow each other in one."""
    found: list[_Box] = []
    for block, run in groupby(model.nodes, key=lambda node: node.block):
        nodes = tuple(run)
        if block is not None and block in folded:
            found.append(_Box(nodes, block))
        else:
            found += [_Box((node,)) for node in nodes]
    return found


def _edges(model: ModelSpec, home: Mapping[str, int]) -> list[tuple[int, int]]:
    """Pairs of boxes of which the first, which is earlier, feeds the second; each once."""
    pairs = (
        (home[source], home[node.name])
        for index, node in enumerate(model.nodes)
        for source in model.feeds(index)
        if source in home
    )
    return [pair for pair in dict.fromkeys(pairs) if pair[0] < pair[1]]


def _late(boxes: Sequence[_Box], edges: Sequence[tuple[int, int]]) -> set[int]:
    """Boxes that read from outside of their block and feed inside of it: they stand with their block."""
    labels = [box.nodes[0].block for box in boxes]
    inside = [(source, target) for source, target in edges if labels[source] and labels[source] == labels[target]]
    return {source for source, _ in inside} - {target for _, target in inside}


def _box(box: _Box, model: ModelSpec, seen: Mapping[str, NodeSummary], wrong: Problems) -> dict[str, Any]:
    node, last = box.nodes[0], box.nodes[-1]
    found = [seen[each.name] for each in box.nodes if each.name in seen]
    params = sum(each.params for each in found)
    faults = [problem for each in box.nodes for problem in wrong.get(each.name, ())]
    title = node.kind if box.block is None else box.block
    small = detail(node) if box.block is None else f"{len(box.nodes)} layers"
    count = text.short(params) if params else ""
    shape = _shapes(seen[last.name]) if last.name in seen else ""
    group = (entry.group if (entry := catalogue().layers.get(node.kind)) else "") if box.block is None else ""
    heading = 7.6 * len(title) + (14 if box.block else 0) + (6.4 * len(count) + 14 if count else 0)
    wide = max(heading, 5.9 * len(small)) + 26
    return {
        "id": node.name,
        "names": [each.name for each in box.nodes],
        "block": box.block,
        "w": round(min(WIDEST, max(NARROWEST, wide)), 1),
        "h": HEIGHT,
        "title": cut(title, 22 if count else 28),
        "detail": small,
        "count": count,
        "shape": shape,
        "output": _output_words(box, model),
        "color": NEUTRAL if node.kind == "Input" else COLORS.get(group, NEUTRAL),
        "shared": any(each.shares for each in box.nodes),
        "wrong": [str(problem) for problem in faults],
        "words": _words(title, box, shape, params, faults),
    }


def _words(title: str, box: _Box, shape: str, params: int, faults: Sequence[Problem]) -> str:
    """What a box says to those who cannot see it, and when it is pointed at."""
    node = box.nodes[0]
    parts = [f"{title} {node.name}" if box.block is None else f"Block {title}, {len(box.nodes)} layers"]
    parts += [arguments(node)] if box.block is None and node.config else []
    parts += [f"shares the layer of {node.shares}"] if node.shares else []
    parts += [f"output {shape}"] if shape else []
    parts += [f"{text.count(params)} parameters"] if params else []
    return ", ".join(parts) + "".join(f". {fault.message}" for fault in faults)


def _output_words(box: _Box, model: ModelSpec) -> str:
    given = [node_of(output.node) for output in model.given]
    places = [place for place, name in enumerate(given) if any(node.name == name for node in box.nodes)]
    if not places:
        return ""
    return "output" if len(given) == 1 else " ".join(["output", *(str(place + 1) for place in places)])


def _shapes(found: NodeSummary) -> str:
    if found.output_shape is None:
        return ""
    return "; ".join(text.shape(shape) for shape in (found.output_shape, *found.more_shapes))


def _path(route: Sequence[tuple[float, float]]) -> str:
    """A route as the path of an SVG: curves that leave and arrive vertically, straight where nothing bends."""
    (x, y), *rest = [(px + MARGIN, py + MARGIN) for px, py in route]
    parts = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in rest:
        if abs(to_x - x) < 0.05:
            parts.append(f"V{to_y:.1f}")
        else:
            middle = (y + to_y) / 2
            parts.append(f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return "".join(parts)


def _ties(model: ModelSpec, home: Mapping[str, int], shown: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines between a layer and where it is used again, or where another one is tied to it."""
    pairs = []
    for node in model.nodes:
        used = (node.shares, *references(node).values())
        pairs += [(other, node.name) for other in used if other is not None and other in home]
    paths = []
    for one, other in dict.fromkeys((home[one], home[other]) for one, other in pairs):
        first, second = shown[one], shown[other]
        if first is second:
            continue
        # From side to side: outwards on the left where both stand in one column, else between the facing sides.
        (x, y), (to_x, to_y) = _left(first), _left(second)
        bend = -26.0
        if x + first["w"] < to_x:
            x, bend = x + first["w"], 26.0
        elif to_x + second["w"] < x:
            to_x = to_x + second["w"]
        inner = to_x - bend if x != _left(first)[0] else to_x + abs(bend) if to_x != _left(second)[0] else to_x + bend
        paths.append(f"M{x:.1f} {y:.1f}C{x + bend:.1f} {y:.1f} {inner:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
    return paths


def _left(box: Mapping[str, Any]) -> tuple[float, float]:
    return box["x"], box["y"] + box["h"] / 2


def _frames(
    boxes: Sequence[_Box], edges: Sequence[tuple[int, int]], layout: Layout, shown: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """A frame around each block that is not folded, with the skips that run along it."""
    members: dict[str, list[int]] = {}
    for place, box in enumerate(boxes):
        label = box.nodes[0].block
        if box.block is None and label:
            members.setdefault(label, []).append(place)
    frames = []
    for label, places in members.items():
        inside = set(places)
        xs = [edge for place in places for edge in (shown[place]["x"], shown[place]["x"] + shown[place]["w"])]
        ys = [edge for place in places for edge in (shown[place]["y"], shown[place]["y"] + shown[place]["h"])]
        for (source, target), route in zip(edges, layout.routes, strict=True):
            lane = route[1:-1]
            if (source in inside or target in inside) and all(
                min(ys) - PAD <= y + MARGIN <= max(ys) + PAD for _, y in lane
            ):
                xs += [x + MARGIN for x, _ in lane]
        left, top, right, bottom = min(xs) - PAD, min(ys) - PAD, max(xs) + PAD, max(ys) + PAD
        # A frame around others' boxes would say that they belong to the block.
        others = (box for place, box in enumerate(shown) if place not in inside)
        if not any(_within(box, left, top, right, bottom) for box in others):
            frames.append({"block": label, "x": left, "y": top, "w": right - left, "h": bottom - top})
    return frames


def _within(box: Mapping[str, Any], left: float, top: float, right: float, bottom: float) -> bool:
    return left < box["x"] + box["w"] / 2 < right and top < box["y"] + box["h"] / 2 < bottom
