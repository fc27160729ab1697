"""Every spec survives JSON, and refuses what it should, in one plain sentence."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.errors import SpecError
from models.spec import ModelSpec, Node, Spec
from pipelines.data.spec import BundledSource, DataSpec, KerasSource, SplitSpec
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec, RunSpec, TrainSpec

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_.\-]{0,12}", fullmatch=True)
labels = st.text(
    st.characters(exclude_categories=("C", "Zs", "Zl", "Zp"), exclude_characters="/\\"), min_size=1, max_size=80
).filter(lambda text: text.strip(".") != "")
numbers = st.floats(allow_nan=False, allow_infinity=False)
configs = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=5,
    ),
    max_size=3,
)
seeds = st.integers(0, 2**31 - 1)

sources = st.builds(
    BundledSource, name=st.sampled_from(["digits", "iris", "breast_cancer", "diabetes"])
) | st.builds(KerasSource)  # fmt: skip
splits = st.builds(SplitSpec, val=st.floats(0.01, 0.45), test=st.floats(0.01, 0.45), seed=seeds, stratify=st.booleans())
data_specs = st.builds(
    DataSpec, source=sources, split=splits, scaling=st.sampled_from(["none", "standardise", "rescale"])
)
optimizers = st.builds(OptimizerSpec, kind=names, config=configs)
early_stoppings = st.builds(
    EarlyStoppingSpec, monitor=names, patience=st.integers(0, 10_000), min_delta=st.floats(0, 10)
)
train_specs = st.builds(
    TrainSpec,
    optimizer=optimizers,
    loss=st.none() | names,
    metrics=st.none() | st.lists(names, max_size=3).map(tuple),
    batch_size=st.integers(1, 1_000_000),
    epochs=st.integers(1, 100_000),
    early_stopping=st.none() | early_stoppings,
    device=st.sampled_from(["auto", "cpu", "gpu:0", "gpu:12"]),
)
nodes = st.builds(
    Node, name=names, kind=names, config=configs, inputs=st.none() | st.lists(names, max_size=3).map(tuple)
)
model_specs = st.builds(
    ModelSpec, name=names, nodes=st.lists(nodes, max_size=4, unique_by=lambda node: node.name).map(tuple)
)
run_specs = st.builds(
    RunSpec,
    name=labels,
    experiment=labels,
    data=data_specs,
    model=model_specs,
    train=train_specs,
    seed=seeds,
    tags=st.dictionaries(labels, st.text(max_size=20), max_size=3),
)


@given(st.one_of(sources, splits, data_specs, optimizers, early_stoppings, train_specs, nodes, model_specs, run_specs))
def test_json_round_trip(spec: Spec):
    text = spec.model_dump_json()
    assert type(spec).model_validate_json(text) == spec
    assert type(spec).model_validate(json.loads(text)) == spec


SPECS = [SplitSpec, DataSpec, BundledSource, KerasSource, OptimizerSpec, EarlyStoppingSpec, TrainSpec, ModelSpec]


@pytest.mark.parametrize("kind", [*SPECS, RunSpec])
def test_an_unknown_key_is_named(kind: type[Spec]):
    value = {"bogus": 1} | ({"model": {}} if kind is RunSpec else {})
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(value)
    error = SpecError.from_validation(caught.value, "spec.json")
    assert str(error) == "spec.json: bogus is not a known key. Remove it, or check its spelling."


def test_an_unknown_key_deep_inside_is_located():
    with pytest.raises(ValidationError) as caught:
        RunSpec.model_validate({"model": {}, "train": {"epoch": 3}})
    assert SpecError.from_validation(caught.value, "the run").message == "the run: train.epoch is not a known key."


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_refused(bad: float):
    for build in (
        lambda: SplitSpec(val=bad),
        lambda: EarlyStoppingSpec(min_delta=bad),
        lambda: OptimizerSpec(config={"learning_rate": bad}),
        lambda: Node(name="a", kind="Dense", config={"units": [bad]}),
    ):
        with pytest.raises(ValidationError):
            build()


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_nan_and_infinity_are_refused_in_json_text(literal: str):
    text = '{"model": {}, "train": {"optimizer": {"config": {"learning_rate": [VALUE]}}}}'.replace("VALUE", literal)
    with pytest.raises(ValidationError):
        RunSpec.model_validate_json(text)


@pytest.mark.parametrize("label", ["../up", "a/b", "a\\b", "..", ".", "", "  ", "a\x00b", "a\nb", "x" * 81, "\x7f"])
@pytest.mark.parametrize("field", ["name", "experiment"])
def test_labels_with_path_characters_are_refused(field: str, label: str):
    with pytest.raises(ValidationError):
        RunSpec.model_validate({"model": {}, field: label})


@pytest.mark.parametrize("name", ["../up", "a/b", "a\\b", "..", ".hidden", "", "a b", "1st", "a\n", "x" * 65])
def test_names_with_path_characters_are_refused(name: str):
    for build in (
        lambda: ModelSpec(name=name),
        lambda: Node(name=name, kind="Dense"),
        lambda: Node(name="dense", kind=name),
        lambda: OptimizerSpec(kind=name),
    ):
        with pytest.raises(ValidationError):
            build()


def test_the_message_says_what_was_received():
    with pytest.raises(ValidationError) as caught:
        RunSpec.model_validate({"model": {}, "train": {"epochs": 0, "batch_size": "many"}})
    error = SpecError.from_validation(caught.value, "the run")
    assert error.message.startswith("the run: train.batch_size: ")
    assert error.message.endswith("Received: 'many'.")
    assert error.hint == "1 more like it."


def test_our_own_checks_read_as_plain_sentences():
    with pytest.raises(ValidationError) as caught:
        SplitSpec(val=0.5, test=0.5)
    message = SpecError.from_validation(caught.value, "the split").message
    assert "Value error" not in message
    assert "val + test must leave at least a tenth of the rows to train on" in message


def test_an_unknown_source_is_refused():
    for source in ({"kind": "bundled", "name": "cats"}, {"kind": "bundled", "name": "mnist"}, {"kind": "web"}, {}):
        with pytest.raises(ValidationError):
            DataSpec.model_validate({"source": source})


def test_specs_do_not_change():
    with pytest.raises(ValidationError):
        SplitSpec().val = 0.5


def test_replace_validates():
    assert SplitSpec().replace(val=0.3) == SplitSpec(val=0.3)
    with pytest.raises(ValidationError):
        SplitSpec().replace(val=2.0)


@pytest.mark.parametrize(
    ("train", "told"),
    [
        ({"batch_size": 0}, "the run: train.batch_size: Input should be greater than or equal to 1, or 'all'."),
        ({"class_weights": {"a": -1}}, "the run: train.class_weights.a: Input should be greater than or equal to 0."),
        ({"loss": 3}, "the run: train.loss: Input should be a valid string, or a valid dictionary."),
    ],
)
def test_what_may_be_of_several_types_is_told_in_one_sentence(train: dict, told: str):
    with pytest.raises(ValidationError) as caught:
        RunSpec.model_validate({"model": {}, "train": train})
    error = SpecError.from_validation(caught.value, "the run")
    assert error.message.startswith(told) and error.hint == ""
