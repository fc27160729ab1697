"""Words of real messages: counted as Keras splits them, and typical where a class says them more."""

import numpy as np
import pytest

from pipelines.data.preview.texts import text_examples, tokens, words


def test_examples_are_texts_of_their_class(messages):
    found = text_examples(messages, "column 2", "train", 4)
    assert list(found) == ["ham", "spam"]
    for label, texts in enumerate(found.values()):
        assert len(texts) == 4
        for row, text in texts.items():
            assert messages.labels[row] == label and messages.table["column 2"].iloc[row] == text


def test_counts_are_those_of_all_training_texts(messages):
    found = words(messages, "column 2")
    texts = messages.frame(messages.rows["train"])["column 2"]
    assert sum(map(len, found.lengths.values())) == len(texts) and found.sampled == 0
    every = [token for text in texts for token in tokens(text)]
    assert found.vocabulary == len(set(every))
    assert sum(lengths.sum() for lengths in found.lengths.values()) == len(every)
    assert found.coverage[-1] == pytest.approx(1) and (np.diff(found.coverage) > 0).all()
    ham = found.frequent[found.frequent["class"] == "ham"]
    assert {"i", "you", "to"} <= set(ham["token"].head(5))


def test_typical_words_are_not_the_most_frequent_ones(messages):
    typical = words(messages, "column 2").typical
    spam = typical[typical["class"] == "spam"]
    assert {"free", "txt", "claim"} <= set(spam["token"]) and "to" not in set(spam["token"].head(10))
    assert (spam["z"] > 0).all() and spam["z"].is_monotonic_decreasing


def test_many_texts_are_sampled_and_it_says_so(messages, monkeypatch):
    monkeypatch.setattr("pipelines.data.preview.texts._ROWS", 100)
    assert words(messages, "column 2").sampled == 100


@pytest.mark.slow
def test_tokens_are_those_of_keras():
    import keras

    layer = keras.layers.TextVectorization(output_mode="int")
    texts = ["Don't STOP -- now!", "A  tab\there, a_b c/d (e) £5 50%", "Ünïcode ÄÖ ok"]
    layer.adapt(texts)
    ours = {token for text in texts[:2] for token in tokens(text)}
    assert ours <= set(layer.get_vocabulary())
