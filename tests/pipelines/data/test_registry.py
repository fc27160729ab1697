from pipelines.data.registry import NAMED, source_of
from pipelines.data.spec import KerasSource


def test_a_named_source_goes_by_its_name():
    for spec in NAMED:
        assert source_of(spec).name == getattr(spec, "name", spec.kind)


def test_source_of():
    assert source_of(KerasSource()).title == "MNIST handwritten digits"
