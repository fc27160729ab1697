"""What is said of a network while it is read: each thing once, with the layers that it is said of."""

MAX_NOTES = 20
_NAMED = 2


class Notes:
    """Sentences in the order in which they were added.

    >>> notes = Notes()
    >>> for layer in ("a", "b", "c", "d"):
    ...     notes.add("its seed is left out.", layer)
    >>> notes.sentences()
    ('a, b and 2 more: its seed is left out.',)
    """

    def __init__(self) -> None:
        self._said: dict[str, dict[str, None]] = {}

    def add(self, sentence: str, layer: str | None = None) -> None:
        """Notes a sentence, of a layer or of the network as a whole."""
        layers = self._said.setdefault(sentence, {})
        if layer is not None:
            layers[layer] = None

    def sentences(self) -> tuple[str, ...]:
        """All of them, or the first ones and how many more there are."""
        said = [_told(sentence, list(layers)) for sentence, layers in self._said.items()]
        more = (f"{len(said) - MAX_NOTES} more like these.",) if len(said) > MAX_NOTES else ()
        return (*said[:MAX_NOTES], *more)


def _told(sentence: str, layers: list[str]) -> str:
    if not layers:
        return sentence
    more = f" and {len(layers) - _NAMED} more" if len(layers) > _NAMED else ""
    return f"{', '.join(layers[:_NAMED])}{more}: {sentence}"
