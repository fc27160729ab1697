"""Where the boxes and lines of a network go: rows from top to bottom, the longest path straight, the rest beside it.

Networks are long and narrow, and what people look for is the way through. So the longest path becomes the spine, one
straight column, and everything else an ear: a path that leaves what is already placed and mostly comes back to it (a
branch, a skip, a head of its own). Each ear gets a lane beside the spine, short ears nearest, as close as the rows it
passes have room. Nothing overlaps by construction, and no line runs through a box.

Rows as in layered drawing (Sugiyama, Tagawa and Toda, 1981); the lanes are an ear decomposition (Whitney, 1932).
"""

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

ROW_GAP = 34.0  # pixels between rows: room for a shape on the line
COLUMN_GAP = 22.0
LINE_WIDTH = 14.0  # what a line takes in a row that it only passes
UNEVEN = 240.0  # how much nearer the other side must be for an ear to go there instead
PORT = 0.3  # how far from the middle of a box, as a share of its width, a line may leave or arrive

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawing.

    Attributes:
        centers: (x, y) of the middle of each box, in pixels from the top left.
        routes: for each edge the points it passes, downwards; two points that stand one below the other are joined by
            a straight line, others by a curve that leaves and arrives vertically.
        width, height: of the whole.
    """

    centers: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]
    width: float
    height: float


@dataclass(slots=True)
class _Ear:
    """A path of nodes between two that are placed; without nodes it is a skip, drawn as a line alone."""

    nodes: list[int]
    start: int | None
    end: int | None
    first_row: int
    last_row: int
    x: float = 0.0


def arrange(
    sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]], late: Collection[int] = ()
) -> Layout:
    """Places boxes of `sizes` (width, height) so that every edge runs downwards. The same input, the same drawing.

    Args:
        sizes: in pixels, in an order in which edges only lead from earlier boxes to later ones.
        edges: pairs of positions in `sizes`.
        late: boxes that stand just above what they feed, instead of just below what feeds them.

    Raises:
        ValueError: an edge that does not lead from an earlier box to a later one.
    """
    if any(not 0 <= source < target < len(sizes) for source, target in edges):
        raise ValueError("an edge leads from an earlier box to a later one")
    feeds: list[list[int]] = [[] for _ in sizes]
    for source, target in dict.fromkeys(edges):
        feeds[source].append(target)
    heights = _heights(feeds)
    rows = _rows(feeds, heights, late)
    ears = _ears(feeds, heights, rows)
    x = _place(ears, sizes, rows, feeds)
    tops, total = _tops(sizes, rows)
    skips = {ear.start: ear for ear in ears if not ear.nodes}
    lane_of = {edge: skips.get(edge[0]) for edge in edges}
    # An edge of a path with nodes passes further rows in the lane of that path.
    for ear in ears:
        path = [node for node in (ear.start, *ear.nodes, ear.end) if node is not None]
        for edge in pairwise(path):
            if ear.nodes:
                lane_of[edge] = ear
    routes = [_route(edge, lane_of[edge], sizes, rows, x, tops) for edge in edges]
    left = min([x[i] - w / 2 for i, (w, _) in enumerate(sizes)] + [p[0] for r in routes for p in r], default=0.0)
    right = max([x[i] + w / 2 for i, (w, _) in enumerate(sizes)] + [p[0] for r in routes for p in r], default=0.0)
    centers = tuple((x[i] - left, (tops[rows[i]][0] + tops[rows[i]][1]) / 2) for i in range(len(sizes)))
    shifted = tuple(tuple((px - left, py) for px, py in route) for route in routes)
    return Layout(centers, shifted, right - left, total)


def _heights(feeds: list[list[int]]) -> list[int]:
    """Edges on the longest path from each node to an end."""
    heights = [0] * len(feeds)
    for node in range(len(feeds) - 1, -1, -1):
        heights[node] = max((heights[reader] + 1 for reader in feeds[node]), default=0)
    return heights


def _source(feeds: list[list[int]], heights: list[int]) -> int:
    """Where the longest path begins."""
    return max(range(len(feeds)), key=lambda node: (heights[node], -node))


def _rows(feeds: list[list[int]], heights: list[int], late: Collection[int]) -> list[int]:
    """A row for each node, below all that feed it; as low as it may: `late`, and what hangs on another input."""
    rows = [0] * len(feeds)
    if not feeds:
        return rows
    for node, readers in enumerate(feeds):
        for reader in readers:
            rows[reader] = max(rows[reader], rows[node] + 1)
    reached = [False] * len(feeds)
    reached[_source(feeds, heights)] = True
    for node, readers in enumerate(feeds):
        if reached[node]:
            for reader in readers:
                reached[reader] = True
    for node in range(len(feeds) - 1, -1, -1):
        if feeds[node] and (node in late or not reached[node]):
            rows[node] = min(rows[reader] for reader in feeds[node]) - 1
    return rows


def _ears(feeds: list[list[int]], heights: list[int], rows: list[int]) -> list[_Ear]:
    """The spine, then the ears, in an order in which each one's ends belong to earlier ones."""
    if not feeds:
        return []
    taken = [False] * len(feeds)
    used: set[tuple[int, int]] = set()

    def walk(start: int | None, node: int | None) -> _Ear:
        nodes: list[int] = []
        before = start
        while node is not None:
            if before is not None:
                used.add((before, node))
            if taken[node]:
                break
            taken[node] = True
            nodes.append(node)
            before, node = node, max(feeds[node], key=lambda reader: (heights[reader], -reader), default=None)
        first = rows[start] + 1 if start is not None else rows[nodes[0]]
        last = rows[node] - 1 if node is not None else rows[nodes[-1]]
        return _Ear(nodes, start, node, first, last)

    ears = [walk(None, _source(feeds, heights))]
    for node in range(len(feeds)):
        if not taken[node]:
            ears.append(walk(None, node))
        ears += [walk(node, reader) for reader in feeds[node] if (node, reader) not in used]
    # Skips from one node share a lane, which goes as far as the longest.
    skips: dict[int | None, _Ear] = {}
    for ear in ears:
        if not ear.nodes and (ear.start not in skips or ear.last_row > skips[ear.start].last_row):
            skips[ear.start] = ear
    return [ear for ear in ears if ear.nodes or skips[ear.start] is ear]


def _place(
    ears: list[_Ear], sizes: Sequence[tuple[float, float]], rows: list[int], feeds: list[list[int]]
) -> list[float]:
    """The middle of each box, from left to right; 0 is the spine."""
    x = [0.0] * len(sizes)
    if not ears:
        return x
    right, left = [0.0] * (max(rows) + 1), [0.0] * (max(rows) + 1)
    home = {node: ear for ear, path in enumerate(ears) for node in path.nodes}
    following = dict(pairwise(ears[0].nodes))
    for node in ears[0].nodes:
        right[rows[node]], left[rows[node]] = sizes[node][0] / 2, -sizes[node][0] / 2

    def settle(ear: _Ear) -> None:
        half = dict.fromkeys(range(ear.first_row, ear.last_row + 1), LINE_WIDTH / 2)
        half |= {rows[node]: sizes[node][0] / 2 for node in ear.nodes}
        if not half:
            return  # the next row already: a line and no lane
        gap = COLUMN_GAP if ear.nodes else LINE_WIDTH / 2
        to_right = max(right[row] + gap + width for row, width in half.items())
        to_left = min(left[row] - gap - width for row, width in half.items())
        ear.x = to_left if _goes_left(ear, x, home, following, to_right + to_left) else to_right
        for node in ear.nodes:
            x[node] = ear.x
        for row, width in half.items():
            right[row], left[row] = max(right[row], ear.x + width), min(left[row], ear.x - width)

    waiting: dict[int, list[int]] = {}
    missing = []
    for place, ear in enumerate(ears):
        needs = {home[node] for node in (ear.start, ear.end) if node is not None} - {0, place} if place else set()
        missing.append(len(needs))
        for other in needs:
            waiting.setdefault(other, []).append(place)

    def entry(place: int) -> tuple[int, int, int]:
        return ears[place].last_row - ears[place].first_row, ears[place].first_row, place

    ready = [entry(place) for place in range(1, len(ears)) if not missing[place]]
    heapq.heapify(ready)
    while ready:
        place = heapq.heappop(ready)[2]
        settle(ears[place])
        for other in waiting.get(place, ()):
            missing[other] -= 1
            if not missing[other]:
                heapq.heappush(ready, entry(other))
    return x


def _goes_left(ear: _Ear, x: list[float], home: dict[int, int], following: dict[int, int], balance: float) -> bool:
    """The side of an ear: outwards from a branch; off the spine in the order of the list, skips right; else nearer.

    balance: how much further away the right lane is than the left one.
    """
    off = [x[node] for node in (ear.start, ear.end) if node is not None and home[node]]
    if off:
        return sum(off) < 0
    if abs(balance) > UNEVEN:
        return balance > 0
    ahead = following.get(ear.start) if ear.start is not None else None
    return bool(ear.nodes) and ahead is not None and ear.nodes[0] < ahead


def _tops(sizes: Sequence[tuple[float, float]], rows: list[int]) -> tuple[list[tuple[float, float]], float]:
    """Top and bottom of each row, and the height of all."""
    tall = [0.0] * (max(rows, default=-1) + 1)
    for (_, height), row in zip(sizes, rows, strict=True):
        tall[row] = max(tall[row], height)
    spans, y = [], 0.0
    for height in tall:
        spans.append((y, y + height))
        y += height + ROW_GAP
    return spans, max(0.0, y - ROW_GAP)


def _route(
    edge: tuple[int, int],
    lane: _Ear | None,
    sizes: Sequence[tuple[float, float]],
    rows: list[int],
    x: list[float],
    spans: list[tuple[float, float]],
) -> tuple[Point, ...]:
    source, target = edge
    (_, start_y), (end_y, _) = _box(source, sizes, rows, spans), _box(target, sizes, rows, spans)
    first, last = rows[source] + 1, rows[target] - 1
    middle = lane.x if lane is not None and first <= last else None
    start = (_port(x[source], sizes[source][0], x[target] if middle is None else middle), start_y)
    end = (_port(x[target], sizes[target][0], x[source] if middle is None else middle), end_y)
    if middle is None:
        return (start, end)
    return (start, (middle, spans[first][0]), (middle, spans[last][1]), end)


def _box(
    node: int, sizes: Sequence[tuple[float, float]], rows: list[int], spans: list[tuple[float, float]]
) -> tuple[float, float]:
    """Top and bottom of a box, which stands in the middle of its row."""
    top, bottom = spans[rows[node]]
    middle, half = (top + bottom) / 2, sizes[node][1] / 2
    return middle - half, middle + half


def _port(x: float, width: float, towards: float) -> float:
    """Where a line that comes from or goes to `towards` meets a box."""
    reach = PORT * width
    return x + max(-reach, min(reach, towards - x))
