"""A network is matched to its data, and what keeps a run from being launched is said on the node it belongs to."""

from dataclasses import replace

import pytest

from models.architectures import ARCHITECTURES
from models.editing.ends import output_activation
from models.editing.nodes import add, configure, connect, remove
from models.errors import NetloomError
from models.facts import NodeSummary, Summary
from models.spec import ModelSpec
from pipelines import fitting
from pipelines.data.downloads.downloads import NotOnThisMachine
from pipelines.data.facts import facts
from pipelines.data.registry import NAMED
from pipelines.data.spec import BundledSource, CorruptSpec, DataSpec, ToySource
from pipelines.examples import EXAMPLES
from pipelines.fitting import copies, match, matched_fields, problems, start_from, suggested, why_not
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec, RunSpec
from tests.pipelines.test_tasks import PIXELS

IRIS = DataSpec(source=BundledSource(name="iris"))
DIABETES = DataSpec(source=BundledSource(name="diabetes"))
DIGITS = DataSpec()
CNN = EXAMPLES["digits-cnn"]


def seen(model: ModelSpec, output: tuple) -> Summary:
    """What Keras would say of `model`, as far as `problems` reads it."""
    last = model.nodes[-1]
    return Summary((NodeSummary(last.name, last.kind, output, 1, 1, ()),), 1, 1, output_shapes=(output,))


@pytest.mark.parametrize("source", NAMED, ids=lambda source: getattr(source, "name", source.kind))
def test_the_suggested_architecture_can_be_launched_on_its_data(source, home, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(home / "keras"))
    data = DataSpec(source=source)
    try:
        facts(data)
    except NotOnThisMachine:
        (found,) = problems(CNN.replace(data=data), None)
        assert found.node is None and "not on this machine" in found.message
        return
    model = start_from(suggested(data), data)
    assert problems(CNN.replace(data=data, model=model), None) == ()
    assert match(model, data) == model


def test_u_net_takes_the_sizes_that_the_small_network_for_segmentation_does_not(monkeypatch):
    odd = replace(PIXELS, input_shape=(45, 62, 3), target_shape=(45, 62))
    assert "divisible by 8" in str(why_not(ARCHITECTURES["small-fcn"], odd))
    assert why_not(ARCHITECTURES["u-net"], odd) is None
    monkeypatch.setattr(fitting, "facts", lambda data: odd)
    assert suggested(DIGITS) == "u-net"
    model = start_from("u-net", DIGITS)
    assert problems(CNN.replace(model=model), seen(model, (None, 45, 62, 5))) == ()
    assert match(model, DIGITS) == model


@pytest.mark.parametrize(("data", "units", "activation"), [(IRIS, 3, "softmax"), (DIABETES, 1, "linear")])
def test_match_sets_the_input_and_the_last_layer(data, units, activation):
    model = match(start_from("mlp", DIGITS), data)
    head = model.nodes[-1].config
    assert model.nodes[0].config["shape"] == list(facts(data).input_shape)
    assert (head["units"], head.get("activation", "linear")) == (units, activation)


def test_a_network_of_two_inputs_is_not_started_from_data_that_feed_one():
    texts = replace(facts(IRIS), vocabulary_size=50, input_shape=(8,))
    reason = "Transformer has 2 inputs (source, target), and data feed one."
    assert why_not(ARCHITECTURES["transformer"], texts) == reason
    assert why_not(ARCHITECTURES["transformer-encoder"], texts) is None


def test_matched_fields_are_those_that_match_sets():
    model = CNN.model
    assert matched_fields(model, DIGITS) == {
        model.nodes[0].name: {"shape", "dtype"},
        model.nodes[-1].name: {"units", "activation"},
    }


@pytest.mark.parametrize("data", [DIGITS, IRIS, DIGITS.replace(task="reconstruction")])
def test_every_architecture_that_suits_the_data_starts_without_a_problem(data):
    started = 0
    for name, architecture in ARCHITECTURES.items():
        if why_not(architecture, facts(data)):
            with pytest.raises(NetloomError):
                start_from(name, data)
            continue
        started += 1
        assert problems(CNN.replace(data=data, model=start_from(name, data)), None) == ()
    assert started >= 3


def test_an_empty_network_is_one_problem():
    found = problems(CNN.replace(model=ModelSpec()), None)
    assert len(found) == 1 and found[0].hint


def test_an_input_of_another_shape_is_named():
    model = configure(CNN.model, "input", {"shape": [9, 9, 1]})
    (found,) = problems(CNN.replace(model=model), None)
    assert (found.node, found.field) == ("input", "shape")
    assert "8 × 8 × 1" in found.message and "9 × 9 × 1" in found.message


def test_two_inputs_are_one_too_many():
    model = add(CNN.model, "Input", after="input")
    model = add(model, "Concatenate", after="conv2d")
    model = connect(model, "concatenate", ("input_1", "conv2d"))
    assert any("one input" in problem.message for problem in problems(CNN.replace(model=model), None))


def test_an_output_that_is_no_vector_is_told_how_to_become_one():
    model = remove(CNN.model, "flatten")
    (found,) = problems(CNN.replace(model=model), seen(model, (None, 4, 4, 10)))
    assert found.node == model.nodes[-1].name
    assert "Flatten" in found.hint


def test_a_last_layer_of_the_wrong_width_is_named():
    last = CNN.model.nodes[-1]
    model = configure(CNN.model, last.name, {**last.config, "units": 7})
    (found,) = problems(CNN.replace(model=model), seen(model, (None, 7)))
    assert (found.node, found.field) == (last.name, "units")
    assert "10" in found.message


def test_a_wrong_width_is_named_whatever_the_loss_since_keras_would_broadcast_it():
    model = configure(start_from("table-mlp", DIABETES), "dense_2", {"units": 2})
    spec = CNN.replace(data=DIABETES, model=model, train=CNN.train.replace(loss="mae", early_stopping=None))
    (found,) = problems(spec, seen(model, (None, 2)))
    assert (found.node, found.field) == ("dense_2", "units")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"metrics": ("accuracy", "r2_score")}, "metrics"),
        ({"metrics": ("accuracy", "no_such_metric")}, "metrics"),
        ({"optimizer": OptimizerSpec(kind="Sgdd")}, "optimizer"),
        ({"optimizer": OptimizerSpec(config={"learning_rate": "fast"})}, "learning_rate"),
        ({"loss": "hinge"}, "loss"),
        ({"loss": "no_such_loss"}, "loss"),
        ({"early_stopping": EarlyStoppingSpec(monitor="auc")}, "monitor"),
    ],
)
def test_settings_that_cannot_be_trained_with_are_named(changes, field):
    (found,) = problems(CNN.replace(train=CNN.train.replace(**changes)), None)
    assert found.field == field


def test_a_network_without_a_narrow_layer_only_copies_its_inputs():
    data = DataSpec(source=ToySource(name="one-hot-8"))
    assert facts(data).task == "reconstruction"
    squeezed = RunSpec(data=data, model=start_from("dense-autoencoder", data))
    wide = squeezed.replace(model=configure(squeezed.model, "code", {"units": 8}))
    assert not copies(squeezed) and copies(wide)
    denoising = data.replace(corrupt=CorruptSpec(noise=0.3))
    assert not copies(wide.replace(data=denoising))
    assert not copies(RunSpec(data=IRIS, model=start_from("table-mlp", IRIS)))


def test_a_linear_autoencoder_stays_linear_where_its_inputs_are_within_0_and_1():
    data = DIGITS.replace(task="reconstruction")
    model = start_from("pca-autoencoder", data)
    assert output_activation(model) == ("output", "linear")
    assert problems(CNN.replace(data=data, model=model), None) == ()
    assert output_activation(match(ARCHITECTURES["mlp"].build((8, 8, 1), 64, "tanh"), data)) == ("dense_2", "sigmoid")


def test_a_perceptron_keeps_its_step_and_its_loss():
    model = start_from("perceptron", DataSpec(source=ToySource(name="and-gate")))
    assert [node.kind for node in model.nodes] == ["Input", "Dense", "StepUnit"]
    assert model.nodes[1].config == {"units": 1}
    assert model.outputs[0].loss == "mean_squared_error"
