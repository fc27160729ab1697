"""What a network costs, in figures and in a table."""

from models.costs.memory import Memory
from models.facts import NodeSummary, Summary
from pages.ui.design.facts_panel import breakdown, receptive_field, table, totals, words
from pipelines.spec import TrainSpec

CONV = NodeSummary("conv", "Conv2D", (None, 8, 8, 4), 40, 40, ("input",), flops=4_864, activations=256,
                   activation_bytes=1_024, weight_bytes=160, receptive_field=(3, 3))  # fmt: skip
NORM = NodeSummary("norm", "BatchNormalization", (None, 8, 8, 4), 16, 8, ("conv",), activation_bytes=1_024,
                   receptive_field=(3, 3))  # fmt: skip
HEAD = NodeSummary("head", "Dense", (None, 10), 2_570, 2_570, ("norm",), flops=5_130, activation_bytes=40)
SUMMARY = Summary((CONV, NORM, HEAD), 2_626, 2_618, output_shapes=((None, 10), (None, 8, 8, 4)))


def test_totals_say_what_is_known_and_what_is_left_out():
    figures = {label: (value, meaning) for label, value, meaning in totals(SUMMARY)}
    assert figures["Parameters"][0] == "2,626" and figures["Trainable"][0] == "2,618"
    assert figures["Trainable"][1].startswith("8 are not")
    assert figures["FLOPs"][0] == "9.99k" and "left out, for 1 layer." in figures["FLOPs"][1]
    assert figures["Receptive field"][0] == "3 × 3" and "conv " in figures["Receptive field"][1]
    assert figures["Output"][0] == "10" and "8 × 8 × 4" in figures["Output"][1]


def test_a_network_without_a_convolution_has_no_receptive_field():
    assert receptive_field(Summary((HEAD,), 0, 0)) == ("–", "")
    assert receptive_field(SUMMARY) == ("3 × 3", "conv")


def test_a_row_a_layer_with_gaps_where_nothing_is_known():
    rows = table(SUMMARY)
    assert rows["Layer"].tolist() == ["conv", "norm", "head"]
    assert rows["FLOPs"].isna().tolist() == [False, True, False]
    assert rows["Receptive field"].tolist() == ["3 × 3", "3 × 3", "–"]


def test_memory_says_what_it_is_made_of():
    figures = {label: (value, made) for label, value, made in
               breakdown(Memory(1_000, 1_000, 2_000, 4_000, 3_000), "Adam", 2, 32)}  # fmt: skip
    assert figures["Training"][0] == "8.0 kB" and "Adam, 2 numbers a weight" in figures["Training"][1]
    assert figures["Prediction"][0] == "4.0 kB" and "32 examples" in figures["Prediction"][1]


def test_memory_of_a_length_that_varies_is_not_known():
    figures = {label: value for label, value, _ in breakdown(Memory(10, 10, 0, None, None), "SGD", 0, 1)}
    assert figures["Training"] == figures["Prediction"] == "–" and figures["Weights"] == "10 B"


def test_the_line_that_is_always_in_sight():
    said = " · ".join(words(SUMMARY, TrainSpec(batch_size=1)))
    assert "**2,626** parameters (8 not trained) · 9.99k FLOPs" in said and said.endswith("output 10")


def test_of_a_network_that_cannot_be_built_what_is_known_is_said():
    said = " · ".join(words(Summary((CONV,), 40, 40, output_shapes=(None,)), TrainSpec()))
    assert "**40** parameters so far" in said and "–" not in said and "FLOPs" not in said


def test_the_whole_set_is_a_batch_of_as_many_rows_as_there_are():
    whole = TrainSpec(batch_size="all")
    assert words(SUMMARY, whole, 1_257)[2] == words(SUMMARY, TrainSpec(batch_size=1_257), 3)[2]
    assert "batches of 1,257" in words(SUMMARY, whole, 1_257)[2]
    assert not any("to train" in said for said in words(SUMMARY, whole))
