"""What does not fit is said on the node that it belongs to, with what mends it."""

import doctest
from dataclasses import replace

import pytest

from models.architectures import ARCHITECTURES
from models.editing.mends import mended
from models.editing.nodes import activated, add, configure, remove
from pipelines import misfits
from pipelines.data.facts import facts
from pipelines.data.spec import BundledSource, DataSpec
from pipelines.examples import EXAMPLES
from pipelines.fitting import match, problems
from pipelines.misfits import input_problems, output_problems
from pipelines.spec import EarlyStoppingSpec, RunSpec, TrainSpec
from tests.pipelines.test_tasks import BINARY, ITSELF, LABELS, PIXELS, known

DIGITS = facts(DataSpec())
TOKENS = replace(
    DIGITS, kind="text", title="Messages", task="binary", num_classes=2, encoded_shape=(20,), input_shape=(20,),
    input_dtype="int32", vocabulary_size=500, unit_range=False,
)  # fmt: skip
READER = ARCHITECTURES["text-embedding"].build((20,), 1, "sigmoid", vocabulary=500)
CNN = EXAMPLES["digits-cnn"].model


def run(model, **train):
    return RunSpec(model=model, train=TrainSpec(**train))


def only(found):
    (problem,) = found
    assert problem.hint
    return problem


def test_doctests():
    assert doctest.testmod(misfits).failed == 0


def test_what_fits_has_no_problem():
    assert input_problems(CNN, DIGITS) == input_problems(READER, TOKENS) == []
    assert output_problems(run(CNN), DIGITS, [(None, 10)]) == output_problems(run(READER), TOKENS, [(None, 1)]) == []


def test_token_ids_are_whole_numbers():
    problem = only(input_problems(configure(READER, "input", {"shape": [20]}), TOKENS))
    assert (problem.node, problem.field) == ("input", "dtype") and "Received: float32" in problem.message


def test_token_ids_need_an_embedding():
    problem = only(input_problems(remove(READER, "embedding"), TOKENS))
    assert problem.node == "global_average_pooling1d"
    assert "only an Embedding" in problem.message and "multi-hot" in problem.hint


def test_an_embedding_has_a_row_for_every_token():
    problem = only(input_problems(configure(READER, "embedding", {"input_dim": 499, "output_dim": 4}), TOKENS))
    assert (problem.node, problem.field) == ("embedding", "input_dim") and "500" in problem.message


def test_an_embedding_makes_nothing_of_fractions():
    table = replace(DIGITS, input_shape=(20,), unit_range=True)
    problem = only(input_problems(configure(READER, "input", {"shape": [20]}), table))
    assert problem.node == "embedding" and "no scaling" in problem.hint


def test_components_of_images_are_no_images():
    data = DataSpec.model_validate({"pca": {"components": 5}})
    problem = only(problems(RunSpec(data=data, model=match(CNN, data)), None))
    assert problem.node == "conv2d" and "PCA makes rows of 5 numbers" in problem.message
    assert "PCA off" in problem.hint


def test_rows_of_numbers_are_no_images():
    data = DataSpec(source=BundledSource(name="iris"))
    problem = only(problems(RunSpec(data=data, model=match(CNN, data)), None))
    assert problem.node == "conv2d" and "Conv2D reads images; Iris flowers has rows of shape 4" in problem.message


SMALL = configure(READER, "embedding", {"input_dim": 499, "output_dim": 4})


@pytest.mark.parametrize(
    ("model", "data", "label"),
    [
        (configure(CNN, "input", {"shape": [28, 28]}), DIGITS, "Match it to the data"),
        (configure(READER, "input", {"shape": [20]}), TOKENS, "Match it to the data"),
        (SMALL, TOKENS, "Set input_dim to 500"),
        (remove(READER, "embedding"), TOKENS, "Insert Embedding"),
        (configure(READER, "input", {"shape": [20]}), replace(DIGITS, input_shape=(20,)), "Remove it"),
        (configure(CNN, "input", {"shape": [64]}), replace(DIGITS, input_shape=(64,)), "Insert Reshape to 8 × 8 × 1"),
    ],
)
def test_what_does_not_fit_the_input_is_mended_at_a_click(model, data, label):
    problem = only(input_problems(model, data))
    assert problem.mend.label == label
    assert problem.message not in [left.message for left in input_problems(mended(model, problem.mend), data)]


def test_an_activation_is_mended_at_a_click():
    model = activated(CNN, CNN.nodes[-1].name, "relu")
    mend = only(output_problems(run(model), DIGITS, [(None, 10)])).mend
    assert mend.label == "Set it to softmax"
    assert mended(model, mend) == CNN


@pytest.mark.parametrize(
    ("data", "output", "words", "mend"),
    [
        (PIXELS, (None, 10), "gives 10 for each example; digit needs 8 × 8 × 5", "small-fcn"),
        (PIXELS, (None, 4, 4, 5), "gives 4 × 4 × 5 for each example", "5 filters"),
        (ITSELF, (None, 10), "needs 8 × 8 × 1", "64 units and a Reshape"),
        (LABELS, (None, 8, 8, 4), "needs one row of 4 numbers", "Flatten"),
        (LABELS, (None, 3), "needs 4 outputs", "sigmoid"),
    ],
)
def test_an_output_of_another_shape_is_told_how_to_get_there(data, output, words, mend):
    problem = only(output_problems(run(CNN), data, [output]))
    assert problem.node == CNN.nodes[-1].name and words in problem.message and mend in problem.hint


@pytest.mark.parametrize("place", [0, 1])
def test_a_network_without_a_head_gets_one_at_a_click(place):
    body = CNN.replace(nodes=CNN.nodes[:3])
    problem = only(output_problems(run(body), DIGITS, [(None, 8, 8, 32)]))
    mend = (problem.mend, *problem.more_mends)[place]
    whole = mended(body, mend)
    assert [node.kind for node in whole.nodes[3:]] == [["Flatten", "GlobalAveragePooling2D"][place], "Dense"]
    assert whole.nodes[-1].config == {"units": 10, "activation": "softmax"}
    assert not output_problems(run(whole), DIGITS, [(None, 10)])


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
def test_crossentropy_needs_probabilities(activation):
    last = CNN.nodes[-1].name
    model = activated(CNN, last, activation)
    problem = only(output_problems(run(model), DIGITS, [(None, 10)]))
    assert (problem.node, problem.field) == (last, "activation") and "softmax" in problem.hint
    assert output_problems(run(model, loss="mse"), BINARY, None) == []


def test_a_softmax_of_its_own_is_seen_and_what_is_not_known_is_let_be():
    model = add(activated(CNN, CNN.nodes[-1].name, "linear"), "Softmax")
    assert output_problems(run(model), DIGITS, None) == []
    model = add(activated(CNN, CNN.nodes[-1].name, "linear"), "BatchNormalization")
    assert output_problems(run(model), DIGITS, None) == []


def test_a_softmax_over_one_number_says_nothing():
    model = activated(READER, READER.nodes[-1].name, "softmax")
    assert "always 1" in only(output_problems(run(model), TOKENS, [(None, 1)])).message


def test_only_values_between_0_and_1_are_reconstructed_by_crossentropy():
    model = ARCHITECTURES["dense-autoencoder"].build((8, 8, 1), 64, "sigmoid")
    spec = run(model, loss="binary_crossentropy")
    assert output_problems(spec, ITSELF, [(None, 8, 8, 1)]) == []
    problem = only(output_problems(spec, replace(ITSELF, unit_range=False), [(None, 8, 8, 1)]))
    assert problem.field == "loss" and "Rescale" in problem.hint


def test_shares_of_classes_are_compared_like_classes():
    mixed = known("multiclass", 10, mixed_labels=True)
    model = activated(CNN, CNN.nodes[-1].name, "linear")
    assert only(output_problems(run(model), mixed, [(None, 10)])).field == "activation"


def test_data_that_are_gone_are_one_problem_of_the_run(home):
    data = DataSpec.model_validate({"source": {"kind": "arrays", "path": "gone.npz"}})
    problem = only(problems(RunSpec(data=data, model=CNN), None))
    assert problem.node is None and "gone.npz" in problem.message


def test_a_metric_of_another_spelling_is_offered():
    early = EarlyStoppingSpec(monitor="Accuracy")
    problem = only(problems(RunSpec(model=CNN, train=TrainSpec(early_stopping=early)), None))
    assert problem.hint == "Did you mean accuracy?"
