from pathlib import Path

import pytest

from models.errors import NetloomError
from pipelines.data.facts import facts
from pipelines.data.spec import BundledSource, DataSpec, KerasSource, PcaSpec, SplitSpec


def test_facts_of_each_kind():
    iris = facts(DataSpec(source=BundledSource(name="iris")))
    assert (iris.kind, iris.task, iris.input_shape, iris.num_classes) == ("table", "multiclass", (4,), 3)
    assert iris.rows == {"train": 106, "val": 22, "test": 22}
    cancer = facts(DataSpec(source=BundledSource(name="breast_cancer")))
    assert (cancer.task, cancer.num_classes) == ("binary", 2)
    diabetes = facts(DataSpec(source=BundledSource(name="diabetes")))
    assert (diabetes.task, diabetes.num_classes, diabetes.class_names) == ("regression", 0, ())


def test_mnist_is_known_without_being_there(keras_home: Path):
    mnist = facts(DataSpec(source=KerasSource(), split=SplitSpec(val=0.1, test=0.5)))
    assert mnist.rows == {"train": 54_000, "val": 6_000, "test": 10_000}
    assert mnist.own_test
    assert list(keras_home.iterdir()) == []


def test_there_are_no_more_principal_components_than_inputs():
    spec = DataSpec(source=BundledSource(name="iris"), pca=PcaSpec(components=4))
    assert facts(spec).input_shape == (4,) and facts(spec).encoded_shape == (4,)
    with pytest.raises(NetloomError, match="4 inputs have at most 4 principal components; 5 are asked for"):
        facts(spec.replace(pca=PcaSpec(components=5)))
