import pytest

from models.editing.groups import group, ungroup
from models.errors import NetloomError, SpecError
from tests.models.networks import RESIDUAL


def blocks(spec):
    return [node.block for node in spec.nodes]


def test_rows_become_a_group_and_single_rows_again():
    spec = group(RESIDUAL, ["b", "sum", "a"], "res")
    assert blocks(spec) == [None, "res", "res", "res", None, None, None]
    assert ungroup(spec, ["b", "sum", "a"]) == RESIDUAL


def test_a_row_beside_a_group_joins_it():
    spec = group(group(RESIDUAL, ["a", "b"], "res"), ["sum"], "res")
    assert blocks(spec) == [None, "res", "res", "res", None, None, None]


def test_rows_of_a_group_stand_together():
    with pytest.raises(NetloomError, match="b stands between those of res"):
        group(RESIDUAL, ["a", "sum"], "res")
    with pytest.raises(SpecError, match="cannot be the name of a group"):
        group(RESIDUAL, ["a"], "1 2")
    with pytest.raises(NetloomError, match="no node named x"):
        group(RESIDUAL, ["x"], "res")
