from typing import get_args

from pipelines.data.registry import SOURCES, source_of
from pipelines.spec import BundledSource, KerasSource


def test_every_source_that_a_spec_can_name_is_registered_and_no_other():
    nameable = {
        (kind.model_fields["kind"].default, name)
        for kind in (BundledSource, KerasSource)
        for name in get_args(kind.model_fields["name"].annotation)
    }
    assert set(SOURCES) == nameable


def test_a_source_goes_by_the_name_it_is_registered_with():
    for (_, name), source in SOURCES.items():
        assert source.name == name


def test_source_of():
    assert source_of(KerasSource()).title == "MNIST handwritten digits"
