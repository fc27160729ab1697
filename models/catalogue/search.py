"""Finding an entry by its name or by what it is for: `search("layers", "overfitting")`. No keras.

Words are compared by their stems, so that "normalise" finds normalization. Where a word is found counts: a name more
than a keyword, a keyword more than the summary, that more than the docstring.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from models.catalogue.facts import Entry
from models.catalogue.load import catalogue

_NAME, _NAME_PART, _KEYWORD, _GROUP, _SUMMARY, _DOC, _ARGUMENT = 100.0, 60.0, 50.0, 30.0, 20.0, 6.0, 4.0
_BEGINS = 0.6  # of the weight, where a word only begins with what was typed
_INSIDE = 0.5  # of the weight of a part of a name, where a name only holds it
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[A-Za-z]?")
_ENDINGS = ("ations", "ation", "ings", "ing", "ers", "er", "ors", "or", "ions", "ion", "ed", "es", "e", "s")
_SMALL = frozenset("a an and as at by connection for from in into is it layer layers of on or that the to with".split())


@dataclass(frozen=True, slots=True)
class _Index:
    """A part of the catalogue for searching.

    Attributes:
        kinds: its entries, in display order.
        names: names in small letters, with the place of the entry that each is of.
        worth: stem -> place of an entry -> what it is worth to find that stem there.
        spelled: the words among them that typing errors are held against.
    """

    kinds: tuple[str, ...]
    names: tuple[tuple[str, int], ...]
    worth: Mapping[str, Mapping[int, float]]
    spelled: tuple[str, ...]


def search(part: str, words: str, limit: int = 20) -> list[Entry]:
    """The entries of a part of the catalogue that `words` suit, the best first.

    Args:
        part: of the catalogue, `layers` for instance.
        words: a name or a piece of one, an alias, or what it is for: `maxpool`, `overfitting`, `resnet skip`. Without
            any, everything is found, in display order.
        limit: how many to give at most.

    Returns:
        entries that suit all the words, or as many of them as any entry does; where a word suits none, the nearest
        spelling is tried.
    """
    entries: Mapping[str, Entry] = getattr(catalogue(), part)
    asked = [word for word in re.split(r"[\s_\-]+", words.lower()) if word and word not in _SMALL]
    if not asked:
        return list(entries.values())[:limit]
    index = _index(part)
    scores = [_scores(index, _as_spelled(index, word)) for word in asked]
    joined = _named(index, "".join(asked)) if len(asked) > 1 else {}
    suited = {place: sum(place in each for each in scores) for each in scores for place in each}
    suited |= dict.fromkeys(joined, len(asked))
    best = max(suited.values(), default=0)
    total = {place: joined.get(place, 0) + sum(each.get(place, 0) for each in scores) for place in suited}
    ranked = sorted((place for place in suited if suited[place] == best), key=lambda place: (-total[place], place))
    return [entries[index.kinds[place]] for place in ranked[:limit]]


def _scores(index: _Index, word: str) -> dict[int, float]:
    """How well one word of the search suits the entries that it suits at all."""
    found = _named(index, word)
    stem = _stem(word)
    for known, places in index.worth.items():
        if known == stem or (len(word) > 1 and known.startswith((stem, word))):
            share = 1.0 if known == stem else _BEGINS
            for place, weight in places.items():
                found[place] = max(found.get(place, 0.0), share * weight)
    return found


def _named(index: _Index, word: str) -> dict[int, float]:
    """How well it suits as a name, or as a piece of one: shorter names are nearer to what was typed."""
    found: dict[int, float] = {}
    for name, place in index.names:
        if name == word:
            weight = _NAME
        elif name.startswith(word):
            weight = _NAME_PART * (1 + len(word) / len(name)) / 2
        elif len(word) > 2 and word in name:
            weight = _NAME_PART * _INSIDE
        else:
            continue
        found[place] = max(found.get(place, 0.0), weight)
    return found


@cache
def _index(part: str) -> _Index:
    entries: Mapping[str, Entry] = getattr(catalogue(), part)
    names: dict[tuple[str, int], None] = {}
    worth: dict[str, dict[int, float]] = {}
    spelled: dict[str, None] = {}
    for place, entry in enumerate(entries.values()):
        own = [name for name in (entry.kind, entry.class_name, *entry.aliases) if name]
        names |= dict.fromkeys((name.lower().replace("_", ""), place) for name in own)
        for weight, said in (
            (_ARGUMENT, [param.name for param in entry.params if param.main]),
            (_DOC, [entry.doc]),
            (_SUMMARY, [entry.summary]),
            (_GROUP, [entry.group]),
            (_KEYWORD, entry.keywords),
            (_NAME_PART, own),
        ):
            words = [word.lower() for text in said for word in _WORD.findall(text)]
            spelled |= dict.fromkeys(words if weight >= _GROUP else ())
            for word in words:
                worth.setdefault(_stem(word), {})[place] = weight
    return _Index(tuple(entries), tuple(names), worth, tuple(spelled))


def _as_spelled(index: _Index, word: str) -> str:
    """The word as it is, or the nearest one where nothing begins like it and no name holds it."""
    stem = _stem(word)
    if any(known.startswith(stem) for known in index.worth) or any(word in name for name, _ in index.names):
        return word
    alike = [known for known in index.spelled if known[:1] == word[:1]]
    return next(iter(difflib.get_close_matches(word, alike, 1, 0.75)), word)


@cache
def _stem(word: str) -> str:
    """A word without its ending, in American spelling.

    >>> _stem("normalise") == _stem("normalization"), _stem("colours") == _stem("color"), _stem("pooling")
    (True, True, 'pool')
    """
    word = re.sub(r"is(?=(e|ed|ing|ation|er)s?$)", "iz", word).replace("our", "or")
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) > 2), "")
    return word[: len(word) - len(ending)]
