"""Outputs, library and links: what they show and make, without a browser."""

import pytest

from models.architectures import ARCHITECTURES
from models.exchange.link import unpack
from models.spec import ModelSpec, Node, Output
from pages.ui.design.library import history
from pages.ui.design.outputs import candidates, loss_name
from pages.ui.design.share import address, draft_of
from pipelines.drafts import Draft
from pipelines.library import ModelLibrary

LENET = ARCHITECTURES["lenet-5"].default()


def test_any_layer_may_become_an_output_but_inputs_and_those_that_are():
    model = LENET.replace(outputs=(Output(node=LENET.nodes[-1].name), Output(node=f"{LENET.nodes[2].name}:1")))
    others = candidates(model)
    assert others[0] == LENET.nodes[-2].name
    assert not {LENET.nodes[0].name, LENET.nodes[2].name, LENET.nodes[-1].name} & set(others)


@pytest.mark.parametrize(
    ("loss", "name"),
    [(None, None), ("mse", "mean_squared_error"), ({"class_name": "Huber", "config": {"delta": 2.0}}, "huber")],
)
def test_a_loss_is_named_as_the_catalogue_has_it(loss, name):
    assert loss_name(loss) == name


def test_versions_say_what_changed(tmp_path):
    library = ModelLibrary(tmp_path)
    library.save(LENET, "mine")
    library.save(LENET.replace(nodes=LENET.nodes[:-1]), "mine", "shorter")
    assert [(saved.version, saved.note, changed) for saved, changed in history(library, "mine")] == [
        (2, "shorter", "1 layer removed"),
        (1, "", "the first version"),
    ]


def test_a_link_holds_the_network_and_leads_to_the_page():
    link = address(LENET, "http://localhost:8501/design?draft=abc")
    page, _, packed = link.partition("?model=")
    assert page == "http://localhost:8501/design" and unpack(packed) == LENET


def test_a_network_that_comes_in_stays_as_it_is():
    now = Draft()
    other = draft_of(LENET, now)
    assert other.spec.model == LENET and not other.match_data and other.spec.data == now.spec.data
    assert draft_of(now.spec.model, now).match_data


def test_a_network_without_an_end_comes_in_too():
    odd = ModelSpec(nodes=(Node(name="a", kind="Nothing"),))
    assert draft_of(odd, Draft()).spec.model == odd
