"""The gallery of architectures: what is listed, and what is made of a choice."""

import pytest

from models.architectures import ARCHITECTURES
from models.errors import NetloomError
from pages.ui.design.architectures import listed, made, reasons_against
from pipelines.data.facts import facts
from pipelines.data.spec import DataSpec

DIGITS = facts(DataSpec())


def test_every_architecture_is_listed_once_under_its_family():
    found = listed("", reasons_against(DIGITS), fitting=False)
    assert sorted(name for names in found.values() for name in names) == sorted(ARCHITECTURES)
    assert all(ARCHITECTURES[name].family == family for family, names in found.items() for name in names)


def test_those_that_suit_the_data_are_told_from_the_others():
    reasons = reasons_against(DIGITS)
    fitting = [name for names in listed("", reasons, fitting=True).values() for name in names]
    assert "digits-cnn" in fitting and "text-embedding" not in fitting
    assert "token ids" in reasons["text-embedding"]


def test_the_family_of_the_suggested_one_comes_first():
    found = listed("", reasons_against(DIGITS), fitting=True, first="digits-cnn")
    assert next(iter(found)) == ARCHITECTURES["digits-cnn"].family


def test_every_word_of_a_search_counts():
    reasons = reasons_against(DIGITS)
    assert listed("ResNet 50", reasons, fitting=False) == {"Residual networks": ["resnet-50"]}
    assert listed("resnet nothing-like-it", reasons, fitting=False) == {}


def test_without_data_nothing_is_known_to_suit():
    assert set(reasons_against(None)) == set(ARCHITECTURES) and all(reasons_against(None).values())


@pytest.mark.parametrize("name", ["alexnet", "lenet-5"])
def test_as_published_or_for_the_data(name):
    published = made(ARCHITECTURES[name], None, {})
    assert published == ARCHITECTURES[name].default()


def test_options_reach_the_network():
    small = made(ARCHITECTURES["digits-cnn"], DIGITS, {"filters": 2})
    assert small.nodes[0].config["shape"] == [8, 8, 1] and small.nodes[1].config["filters"] == 2


def test_what_cannot_be_made_is_a_sentence():
    with pytest.raises(NetloomError):
        made(ARCHITECTURES["alexnet"], DIGITS, {})
