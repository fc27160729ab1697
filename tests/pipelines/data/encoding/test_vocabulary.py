"""A vocabulary learned without keras is the one that Keras's layer would learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.data.encoding.vocabulary import LONGEST_TOKEN, tokens, vocabulary_of

SIGNS = st.sampled_from([*"abAB.,'-_ \t\n\x0b\x0c\r\x1c\x85\xa0éÉßİ中🙂\"$^\\]", "  ", " the ", "don't"])
TEXTS = st.lists(st.lists(SIGNS, max_size=12).map("".join), min_size=1, max_size=8)


def test_tokens_are_lower_case_words_without_punctuation():
    assert list(tokens("  Émile's E-mail:\tfree!! ")) == ["Émiles", "email", "free"]
    assert list(tokens("a b c", ngrams=3)) == ["a", "b", "c", "a b", "b c", "a b c"]
    assert list(tokens(".,; '")) == []


def test_the_most_frequent_tokens_are_kept_and_ties_go_to_the_later_in_the_alphabet():
    found = vocabulary_of(["b a a", "c b", "d"], size=3)
    assert found.tokens == ("b", "a", "d")
    np.testing.assert_allclose(found.idf, np.log1p(3 / (1 + np.array([2, 1, 1]))))


def test_what_is_no_word_is_left_out():
    assert vocabulary_of(["x" * (LONGEST_TOKEN + 1), "a\x00b", "ok"], size=9).tokens == ("ok",)
    assert vocabulary_of(["", "!!!"], size=9).tokens == ()


@pytest.mark.slow
@given(texts=TEXTS, ngrams=st.integers(1, 3), size=st.integers(1, 6))
def test_it_is_what_keras_learns(texts: list[str], ngrams: int, size: int):
    import keras

    found = vocabulary_of(texts, size, ngrams)
    layer = keras.layers.TextVectorization(
        max_tokens=size + 1, ngrams=ngrams if ngrams > 1 else None, output_mode="tf_idf"
    )
    if not found.tokens:  # Keras learns nothing then, and fails when it is called
        return
    layer.adapt(np.array(texts, dtype=object)[:, np.newaxis])
    assert layer.get_vocabulary(include_special_tokens=False) == list(found.tokens)
    ours = keras.layers.TextVectorization(
        ngrams=ngrams if ngrams > 1 else None,
        output_mode="tf_idf",
        vocabulary=list(found.tokens),
        idf_weights=list(found.idf),
    )
    np.testing.assert_allclose(ours(texts), layer(texts), rtol=1e-6)
