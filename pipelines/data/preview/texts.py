"""Texts: some of each class, how long they are, and which words they use."""

import string
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipelines.data.preview.looked import Looked
from pipelines.runs.facts import Split

_ROWS = 20_000  # training texts that are looked at, at most
_CLASSES = 12
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The tokens of some training texts.

    Attributes:
        lengths: a class name (`` where there are none) -> tokens of each of its texts, int64.
        frequent: class, token, count, share (of the class's tokens); the most frequent first.
        typical: the same columns and z: how surely a class uses a token more than the others do.
        vocabulary: how many different tokens there are.
        coverage: share of all tokens that the 1st, the first 2, ... most frequent make up, float64.
        sampled: texts that were looked at, where those are not all; else 0.
    """

    lengths: dict[str, np.ndarray]
    frequent: pd.DataFrame
    typical: pd.DataFrame
    vocabulary: int
    coverage: np.ndarray
    sampled: int


def tokens(text: str) -> list[str]:
    """The tokens of a text as Keras's TextVectorization finds them: lower case, no punctuation, split at white space.

    >>> tokens("Don't  STOP, now!")
    ['dont', 'stop', 'now']
    """
    return text.lower().translate(_NO_PUNCTUATION).split()


def text_examples(looked: Looked, column: str, split: Split, count: int, seed: int = 0) -> dict[str, pd.Series]:
    """Some texts of each class (`` where there are none), indexed by row number; missing ones are empty."""
    found = {}
    for name, rows in _by_class(looked, looked.rows[split]).items():
        some = np.random.default_rng((seed, len(found))).permutation(rows)[:count]
        found[name] = looked.frame(some)[column].fillna("").astype(str)
    return found


def words(looked: Looked, column: str, most: int = 15) -> Words:
    """Counts the tokens of training texts.

    Args:
        looked: what is looked at.
        column: of the texts.
        most: tokens of a class in the tables.
    """
    rows = looked.some("train", _ROWS)
    counts: dict[str, Counter[str]] = {}
    lengths = {}
    for name, mine in _by_class(looked, rows).items():
        split_up = [tokens(text) for text in looked.frame(mine)[column].fillna("").astype(str)]
        counts[name] = Counter(token for text in split_up for token in text)
        lengths[name] = np.array([len(text) for text in split_up], np.int64)
    every = sum(counts.values(), Counter())
    often = np.sort(np.fromiter(every.values(), np.int64, len(every)))[::-1]
    return Words(
        lengths=lengths,
        frequent=pd.DataFrame(
            [
                (name, token, count, count / max(1, mine.total()))
                for name, mine in counts.items()
                for token, count in mine.most_common(most)
            ],
            columns=["class", "token", "count", "share"],
        ),
        typical=_typical(counts, every, most),
        vocabulary=len(every),
        coverage=np.cumsum(often) / max(1, often.sum()),
        sampled=len(rows) if len(rows) < len(looked.rows["train"]) else 0,
    )


def _typical(counts: dict[str, Counter[str]], every: Counter[str], most: int) -> pd.DataFrame:
    """Tokens by the z-score of their log odds in a class against the rest, with all texts as the prior.

    Monroe, Colaresi, Quinn: Fightin' Words, Political Analysis 2008, equations 15, 16, 22.
    """
    columns = ["class", "token", "count", "share", "z"]
    if len(counts) < 2 or not every:
        return pd.DataFrame(columns=columns)
    names = np.array(list(every))
    prior = np.fromiter(every.values(), np.float64, len(every))
    found = []
    for name, mine in counts.items():
        here = np.array([mine[token] for token in every], np.float64)
        there = prior - here
        total = prior.sum()
        odds = [np.log(n + prior) - np.log(np.maximum(n.sum() + total - n - prior, 1)) for n in (here, there)]
        z = (odds[0] - odds[1]) / np.sqrt(1 / (here + prior) + 1 / (there + prior))
        for at in np.argsort(-z, kind="stable")[:most]:
            if z[at] > 0:
                found.append((name, names[at], int(here[at]), here[at] / max(1, mine.total()), float(z[at])))
    return pd.DataFrame(found, columns=columns)


def _by_class(looked: Looked, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Rows of each class, the largest classes; of all where there are none."""
    if looked.labels is None:
        return {"": rows}
    ids = looked.labels[rows]
    often = np.bincount(ids, minlength=len(looked.source.class_names))
    most = np.sort(np.argsort(-often, kind="stable")[:_CLASSES])
    return {looked.source.class_names[label]: rows[ids == label] for label in most if often[label]}
