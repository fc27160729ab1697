import pytest

from models.editing.outputs import add_output, main_output, remove_output, set_output
from models.errors import NetloomError, SpecError
from models.spec import Output
from tests.models.networks import RESIDUAL


def test_an_output_is_added_behind_the_one_that_goes_without_saying():
    spec = add_output(RESIDUAL, "act", "none")
    assert spec.outputs == (Output(node="out"), Output(node="act", target="none"))
    assert remove_output(spec, "act") == RESIDUAL
    with pytest.raises(NetloomError, match="act:0 is an output already"):
        add_output(spec, "act:0")
    with pytest.raises(NetloomError, match="no node named akt"):
        add_output(spec, "akt")


def test_the_only_output_stays():
    with pytest.raises(NetloomError, match="out is the only output"):
        remove_output(RESIDUAL, "out")


def test_of_two_the_second_goes():
    spec = RESIDUAL.replace(outputs=[Output(node="act", weight=2), Output(node="out"), Output(node="act")])
    assert remove_output(spec, "act").outputs == spec.outputs[:2]


def test_an_output_is_changed_where_it_stands():
    spec = set_output(add_output(RESIDUAL, "act"), "out", weight=0.5, loss="mse")
    assert spec.outputs == (Output(node="out", weight=0.5, loss="mse"), Output(node="act"))
    assert set_output(RESIDUAL, "out", target="input").outputs == (Output(node="out", target="input"),)
    # What goes without saying is left unsaid again.
    assert set_output(set_output(RESIDUAL, "out", target="input"), "out", target="label") == RESIDUAL
    with pytest.raises(SpecError, match="weight"):
        set_output(spec, "out", weight=-1)
    with pytest.raises(NetloomError, match="aut is no output"):
        set_output(spec, "aut", weight=1)


def test_the_first_output_is_chosen():
    spec = main_output(add_output(RESIDUAL, "act"), "act")
    assert [output.node for output in spec.outputs] == ["act", "out"]
    assert spec.main == "act"
