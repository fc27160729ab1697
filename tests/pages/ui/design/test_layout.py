"""The drawing of a network: nothing overlaps, every line runs downwards, what is a chain is straight."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui.design.layout import arrange

BOX = (120.0, 40.0)


def chain(count, *more):
    return [(i, i + 1) for i in range(count - 1)] + list(more)


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 25))
    pairs = list(itertools.combinations(range(count), 2))
    edges = draw(st.lists(st.sampled_from(pairs), max_size=40, unique=True)) if pairs else []
    sizes = draw(st.lists(st.tuples(st.sampled_from([60.0, 120.0, 200.0]), st.sampled_from([30.0, 46.0])),
                          min_size=count, max_size=count))  # fmt: skip
    return sizes, edges, draw(st.sets(st.integers(0, count - 1)))


def boxes(sizes, layout):
    return [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for (w, h), (x, y) in zip(sizes, layout.centers, strict=True)]


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(graphs())
def test_boxes_never_overlap_and_edges_run_downwards_beside_them(graph):
    sizes, edges, late = graph
    layout = arrange(sizes, edges, late)
    placed = boxes(sizes, layout)
    assert not any(overlap(one, other) for one, other in itertools.combinations(placed, 2))
    assert all(box[0] >= -1e-6 and box[2] <= layout.width + 1e-6 and box[3] <= layout.height + 1e-6 for box in placed)
    for (source, target), route in zip(edges, layout.routes, strict=True):
        ys = [y for _, y in route]
        assert ys == sorted(ys)
        assert placed[source][3] == pytest.approx(ys[0]) and placed[target][1] == pytest.approx(ys[-1])
        for (x, top), (x_below, bottom) in itertools.pairwise(route[1:-1]):
            assert x == x_below
            assert not any(box[0] < x < box[2] and box[1] < bottom and top < box[3] for box in placed)


@given(graphs())
def test_the_same_network_is_drawn_the_same(graph):
    assert arrange(*graph) == arrange(*graph)


def test_a_chain_is_one_straight_column():
    layout = arrange([BOX] * 6, chain(6))
    assert {x for x, _ in layout.centers} == {60.0}
    assert [y for _, y in layout.centers] == sorted(y for _, y in layout.centers)


def test_a_skip_runs_beside_the_chain_and_leaves_it_straight():
    layout = arrange([BOX] * 5, chain(5, (0, 4)))
    assert {x for x, _ in layout.centers} == {60.0}
    assert layout.routes[-1][1][0] > 120


def test_nested_skips_stay_on_one_side_the_long_ones_outside():
    layout = arrange([BOX] * 9, chain(9, (0, 8), (1, 7), (2, 6)))
    outer, middle, inner = (route[1][0] for route in layout.routes[-3:])
    assert outer > middle > inner > 120


def test_branches_stand_beside_each_other_in_the_order_of_the_list():
    # 0 -> 1 | 2 -> 3 | 4 -> 5 | 6 -> 7: as in an inception block
    edges = [(0, 1), (0, 2), (2, 3), (0, 4), (4, 5), (0, 6), (6, 7), (1, 8), (3, 8), (5, 8), (7, 8)]
    layout = arrange([BOX] * 9, edges)
    first = [layout.centers[node][0] for node in (1, 2, 4, 6)]
    assert first == sorted(first) and len(set(first)) == 4
    assert len({layout.centers[node][1] for node in (1, 2, 4, 6)}) == 1


def test_a_second_input_stands_just_above_what_reads_it():
    layout = arrange([BOX] * 6, [(0, 1), (1, 2), (2, 3), (4, 5), (3, 5)])
    assert layout.centers[4][1] == layout.centers[3][1]


def test_what_is_late_stands_just_above_what_it_feeds():
    edges = chain(5, (0, 5), (5, 6), (4, 6))
    early, late = arrange([BOX] * 7, edges), arrange([BOX] * 7, edges, late=[5])
    assert early.centers[5][1] == early.centers[1][1] and late.centers[5][1] == late.centers[4][1]


def test_nothing_is_drawn_as_nothing():
    layout = arrange([], [])
    assert layout.centers == () and layout.width == 0 and layout.height == 0


def test_an_edge_upwards_is_refused():
    with pytest.raises(ValueError, match="earlier"):
        arrange([BOX] * 2, [(1, 0)])


def test_four_hundred_nodes_take_no_time():
    edges = chain(400, *((i, i + 3) for i in range(0, 396, 3)), *((i, 399 - i) for i in range(0, 150, 5)))
    began = time.perf_counter()
    arrange([BOX] * 400, edges)
    took = time.perf_counter() - began
    assert took < 0.25  # about 0.01 s; a busy machine is slower
