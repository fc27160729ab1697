"""Which outputs are judged, on what and by which loss; how they are matched to data, and what is wrong with them."""

import pytest

from models.editing.ends import output_activation, with_output
from models.editing.mends import mended
from models.facts import Summary
from models.spec import ModelSpec, Node, Output
from pipelines.data.facts import facts
from pipelines.data.spec import BundledSource, DataSpec
from pipelines.fitting import match, matched_fields, problems
from pipelines.outputs import judged, loss_names, targets
from pipelines.spec import EarlyStoppingSpec, RunSpec, TrainSpec

NODES = (
    Node(name="input", kind="Input", config={"shape": [4]}),
    Node(name="hidden", kind="Dense", config={"units": 6, "activation": "relu"}),
    Node(name="aux", kind="Dense", config={"units": 2}),
    Node(name="back", kind="TiedDense", config={"tied_to": "hidden"}, inputs=("hidden",)),
    Node(name="out", kind="Dense", config={"units": 2}, inputs=("hidden",)),
    Node(name="act", kind="Activation", config={"activation": "tanh"}),
    Node(name="late", kind="Dense", config={"units": 5}, inputs=("hidden",)),
)
SMOOTH = {"class_name": "SparseCategoricalCrossentropy", "config": {"axis": -1}}
OUTPUTS = (
    Output(node="act"),
    Output(node="aux", weight=0.3, loss=SMOOTH),
    Output(node="back", target="input"),
    Output(node="late", target="none"),
)
MODEL = ModelSpec(nodes=NODES, outputs=OUTPUTS)
DIGITS, IRIS = DataSpec(), DataSpec(source=BundledSource(name="iris"))


def run(model=MODEL, data=IRIS, **train):
    return RunSpec(model=model, data=data, train=TrainSpec(**train))


def config(model, name):
    return dict(model.nodes[model.index_of(name)].config)


def test_each_judged_output_has_its_target_loss_and_weight():
    found = judged(run(), facts(IRIS))
    assert [(each.place, each.name, each.target, each.weight) for each in found] == [
        (0, "act", "label", 1.0), (1, "aux", "label", 0.3), (2, "back", "input", 1.0)
    ]  # fmt: skip
    assert [each.loss for each in found] == [
        "sparse_categorical_crossentropy", SMOOTH, "mean_squared_error"
    ]  # fmt: skip
    assert [each.head.output_shape for each in found] == [(3,), (3,), (4,)]
    assert loss_names(run()) == ("loss", "act_loss", "aux_loss", "back_loss")
    assert targets(MODEL) == {"act": "label", "aux": "label", "back": "input"}


def test_a_single_output_is_as_it_always_was():
    single = run(ModelSpec(nodes=NODES[:3]))
    assert loss_names(single) == ("loss",) and targets(single.model) == {}
    scored = run(MODEL.replace(outputs=(Output(node="act"), Output(node="late", target="none"))))
    assert loss_names(scored) == ("loss",) and targets(scored.model) == {"act": "label"}


def test_further_outputs_of_a_layer_have_names_and_none_is_given_twice():
    outputs = tuple(Output(node=node) for node in ("pool", "pool:1", "pool_1", "pool:0"))
    assert ModelSpec(outputs=outputs).output_names == ("pool", "pool_1", "pool_1_1", "pool_2")


def test_every_output_is_matched_and_what_leads_to_none_stays():
    model = match(MODEL, IRIS)
    assert config(model, "out") == {"units": 3} and config(model, "act") == {"activation": "softmax"}
    assert config(model, "aux") == {"units": 3, "activation": "softmax"}
    assert config(with_output(MODEL, (4,), "sigmoid", 2), "back") == {"tied_to": "hidden", "activation": "sigmoid"}
    assert config(model, "hidden") == config(MODEL, "hidden") and config(model, "late") == config(MODEL, "late")
    # A tied layer gives as much as the other one reads.
    assert config(model, "back") == {"tied_to": "hidden"}
    assert matched_fields(model, IRIS) == {
        "input": {"shape", "dtype"}, "out": {"units", "activation"}, "act": {"activation"},
        "aux": {"units", "activation"}, "back": {"activation"},
    }  # fmt: skip
    assert match(model, IRIS) == model


def test_an_image_that_is_given_back_gets_a_shape():
    model = ModelSpec(
        nodes=(
            Node(name="input", kind="Input", config={"shape": [8, 8, 1]}),
            Node(name="flat", kind="Flatten"),
            Node(name="back", kind="Dense", config={"units": 3}),
            Node(name="out", kind="Dense", config={"units": 3}, inputs=("flat",)),
        ),
        outputs=(Output(node="out"), Output(node="back", target="input")),
    )
    matched = match(model, DIGITS)
    assert matched.outputs == (Output(node="out"), Output(node="reshape", target="input"))
    assert config(matched, "reshape") == {"target_shape": [8, 8, 1]} and config(matched, "back")["units"] == 64
    assert config(matched, "out")["units"] == 10
    assert matched.inputs_of(matched.index_of("out")) == ("flat",)


def test_a_step_unit_at_the_end_stays_and_so_does_what_is_before_it():
    model = ModelSpec(nodes=(*NODES[:3], Node(name="step", kind="StepUnit")))
    matched = with_output(model, (5,), "sigmoid")
    assert config(matched, "aux") == {"units": 5} and output_activation(matched) is None


def test_an_output_of_another_shape_is_told_and_mended():
    shapes = ((None, 3), (None, 2), (None, 4), (None, 5))
    model = match(MODEL, IRIS).replace(nodes=tuple(
        node.replace(config={"units": 2, "activation": "softmax"}) if node.name == "aux" else node
        for node in match(MODEL, IRIS).nodes
    ))  # fmt: skip
    (found,) = problems(run(model), Summary((), 0, 0, output_shapes=shapes))
    assert (found.node, found.field) == ("aux", "units")
    assert found.message.startswith("The output aux gives 2 numbers;")
    assert found.mend and config(mended(model, found.mend), "aux")["units"] == 3


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ((Output(node="act"), Output(node="aux", loss="mse")), "'mse' does not suit multiclass"),
        ((Output(node="act"), Output(node="aux", loss="nothing")), "'nothing' does not suit"),
        ((Output(node="back", target="input"), Output(node="act")), "back, is compared with the input"),
    ],
)
def test_losses_and_targets_that_do_not_go_together_are_told(outputs, words):
    used = {"act", "out", "aux", "back"} & {output.node for output in outputs} | {"input", "hidden", "out", "act"}
    nodes = tuple(node for node in match(MODEL, IRIS).nodes if node.name in used)
    nodes = tuple(node.replace(inputs=("hidden",)) if node.name == "back" else node for node in nodes)
    (found,) = problems(run(ModelSpec(nodes=nodes, outputs=outputs)), None)
    assert words in found.message and found.hint


def test_early_stopping_may_watch_the_loss_of_an_output():
    model = match(MODEL.replace(outputs=(OUTPUTS[0], OUTPUTS[1].replace(loss=None), *OUTPUTS[2:])), IRIS)
    assert problems(run(model, early_stopping=EarlyStoppingSpec(monitor="aux_loss")), None) == ()
    (found,) = problems(run(model, early_stopping=EarlyStoppingSpec(monitor="late_loss")), None)
    assert "late_loss" in found.message
