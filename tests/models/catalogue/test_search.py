"""Entries are found by name and by purpose, the best first, at once."""

import time

import pytest

from models.catalogue import catalogue
from models.catalogue.load import PARTS
from models.catalogue.search import search


def kinds(words, part="layers", limit=8):
    return [entry.kind for entry in search(part, words, limit)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("dense", "Dense"), ("DENSE", "Dense"), ("conv2d", "Conv2D"), ("maxpool", "MaxPooling2D"),
        ("MaxPool1D", "MaxPooling1D"), ("batch norm", "BatchNormalization"), ("normalise", "BatchNormalization"),
        ("normalization", "Normalization"), ("fully connected", "Dense"), ("lstm", "LSTM"), ("sum", "Add"),
        ("overfitting", "Dropout"), ("against over-fitting", "Dropout"), ("word vectors", "Embedding"),
        ("attention", "Attention"), ("resnet 50", "ResNet50"), ("vae", "GaussianSampling"),
        ("conv 2d transpose", "Conv2DTranspose"), ("convlution", "Conv2D"), ("droput", "Dropout"),
    ],
)  # fmt: skip
def test_the_best_comes_first(words, first):
    assert kinds(words)[0] == first


@pytest.mark.parametrize(
    ("words", "among"),
    [
        ("resnet skip", {"Add"}),
        ("skip connection", {"Add", "PadChannels"}),
        ("downsample", {"Conv2D", "MaxPooling2D", "AveragePooling2D"}),
        ("upsample", {"UpSampling2D", "Conv2DTranspose", "MaxUnpooling2D"}),
        ("sequence", {"LSTM", "GRU", "SimpleRNN", "Bidirectional"}),
        ("self-attention", {"MultiHeadAttention"}),
        ("pretrained", {"ConvNeXtTiny"}),
        ("perceptron threshold", {"StepUnit"}),
    ],
)
def test_what_serves_a_purpose_is_among_the_first(words, among):
    assert among <= set(kinds(words))


def test_every_entry_is_found_by_its_name_and_by_its_aliases():
    for part in PARTS:
        for kind, entry in getattr(catalogue(), part).items():
            for name in (kind, *entry.aliases):
                assert kind in kinds(name, part, 3), (part, name)


@pytest.mark.parametrize(
    ("part", "words", "first"),
    [
        ("regularizers", "overfitting", "l2"),
        ("losses", "mse", "mean_squared_error"),
        ("losses", "outliers", "mean_absolute_error"),
        ("schedules", "warm-up", "CosineDecay"),
        ("initializers", "xavier", "glorot_uniform"),
        ("optimizers", "adam", "Adam"),
    ],
)
def test_other_parts_are_searched_alike(part, words, first):
    assert kinds(words, part)[0] == first


def test_nothing_typed_shows_everything_in_order_and_nonsense_nothing():
    assert kinds(" ", limit=500) == kinds("the", limit=500) == list(catalogue().layers)
    assert kinds("qqqqq") == [] and kinds("()[*") == [] and kinds("dense", limit=0) == []


def test_words_that_suit_nothing_do_not_hide_what_the_others_find():
    assert kinds("dropout qqqqq")[0] == "Dropout"


def test_it_takes_less_than_10_ms():
    words = ["downsample", "resnet skip", "convlution", "a", "sequence of words", "x" * 200]
    kinds("")  # the index is made once
    best = []
    for each in words:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            search("layers", each)
            times.append(time.perf_counter() - start)
        best.append(min(times))
    assert max(best) < 0.010
