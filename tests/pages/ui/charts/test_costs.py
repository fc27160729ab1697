"""Weights and operations by layer: shares of the whole, in the order of the layers."""

import pandas as pd
import pytest

from pages.ui.charts.costs import costs


def test_operations_go_up_and_weights_down_as_shares_of_the_network():
    table = pd.DataFrame({"layer": ["a", "b", "c"], "params": [100, 300, 0], "flops": [900, 100, None]})
    flops, params = costs(table).data
    assert list(flops.x) == ["a", "b", "c"]
    assert list(flops.y) == pytest.approx([0.9, 0.1, 0.0]) and list(params.y) == pytest.approx([-0.25, -0.75, 0.0])


def test_a_network_without_weights_is_drawn():
    table = pd.DataFrame({"layer": ["input"], "params": [0], "flops": [None]})
    assert [list(trace.y) for trace in costs(table).data] == [[0.0], [0.0]]


def test_small_shares_have_marks_too_without_a_sign():
    table = pd.DataFrame({"layer": range(20), "params": [1] * 20, "flops": [1] * 20})
    axis = costs(table).layout.yaxis
    assert max(axis.tickvals) >= 0.05 and list(axis.ticktext) == [f"{abs(100 * tick):.3g}%" for tick in axis.tickvals]
    assert "2%" in axis.ticktext
