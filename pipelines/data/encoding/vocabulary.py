"""Tokens of texts, and the vocabulary of many: what `keras.layers.TextVectorization` would learn, without keras."""

import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST_TOKEN = 200
"""Characters. What is longer is no word: it counts as unknown, and does not swell every table of the vocabulary."""

_LOWER = {ord(letter): letter.lower() for letter in string.ascii_uppercase} | dict.fromkeys(
    map(ord, string.punctuation)
)
_TOKEN = re.compile(r"[^ \t\n\r\f\v]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The most frequent tokens of some texts.

    Attributes:
        tokens: most frequent first, equally frequent ones in descending order, as Keras has them.
        idf: their inverse document frequencies, `log(1 + texts / (1 + texts with the token))`, as Keras computes them.
    """

    tokens: tuple[str, ...]
    idf: tuple[float, ...]


def tokens(text: str, ngrams: int = 1) -> Iterator[str]:
    """The tokens of a text, and the sequences of up to `ngrams` of them.

    As Keras's `lower_and_strip_punctuation` and `whitespace`: A-Z become a-z, ASCII punctuation goes, and ASCII white
    space separates.

    >>> list(tokens("Don't PANIC, ever!", ngrams=2))
    ['dont', 'panic', 'ever', 'dont panic', 'panic ever']
    """
    words = _TOKEN.findall(text.translate(_LOWER))
    yield from words
    for size in range(2, ngrams + 1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


def vocabulary_of(texts: Iterable[str], size: int, ngrams: int = 1) -> Vocabulary:
    """The vocabulary of `texts`: at most `size` tokens; none where the texts hold none."""
    occurrences: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    num_texts = 0
    for text in texts:
        found = list(tokens(text, ngrams))
        occurrences.update(found)
        holders.update(set(found))
        num_texts += 1
    known = (token for token in occurrences if len(token) <= LONGEST_TOKEN and "\x00" not in token)
    kept = sorted(known, key=lambda token: (occurrences[token], token), reverse=True)[:size]
    return Vocabulary(tuple(kept), tuple(math.log(1 + num_texts / (1 + holders[token])) for token in kept))
