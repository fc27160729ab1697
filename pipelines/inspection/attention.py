"""Attention: which step looked at which, in every head of every layer that attends, for one example."""

import functools
from pathlib import Path

import keras
import numpy as np

from models.build import retrace
from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.data.encoding.encoding import TokensEncoding
from pipelines.inspection.attending import SCORES, attending
from pipelines.inspection.facts import Attention, AttentionScores
from pipelines.inspection.raw import raw_frame
from pipelines.inspection.trained import Trained, rows_of, to_numpy, trained
from pipelines.runs.facts import Split

MOST_STEPS = 64


def attention(home: Path, run_uid: str, row: int = 0, split: Split = "test", epoch: int | None = None) -> Attention:
    """The attention scores of one example, with the network as it predicts (dropout off).

    Scores are those of Vaswani et al., 2017, section 3.2: of each query step they sum to 1 over the key steps. Steps of
    padding are left out, and of long sequences the first MOST_STEPS are kept.

    Args:
        row: position in the split, from 0.
        epoch: of the snapshot to look at; None: the network as the run left it.

    Raises:
        NetloomError: the run has no trained network, no layer of it attends, or the split has no such row.
    """
    subject = trained(home, run_uid, epoch)
    spec = subject.spec.model
    if not attending(spec):
        raise NetloomError("This network has no attention layer.", "Look at its feature maps.")
    x, _ = rows_of(subject, split)
    if not 0 <= row < len(x):
        raise NetloomError(f"The {split} split has {len(x)} rows, numbered from 0. Received: {row}.")
    values = _probe(subject.model, spec.model_dump_json())(subject.preparation.apply(x[row : row + 1]), training=False)
    words = _words(subject, x[row])
    layers = []
    for name in attending(spec):
        scores = to_numpy(values[name])[0]
        scores = scores[np.newaxis] if scores.ndim == 2 else scores
        if scores.ndim == 3:  # attention over several axes has no one row of steps
            queries, keys = (_labels(words, len(x[row]), steps) for steps in scores.shape[1:])
            kept = scores[:, : len(queries), : len(keys)]
            layers.append(AttentionScores(name, spec.nodes[spec.index_of(name)].kind, kept, queries, keys))
    return Attention(row, split, x[row], tuple(layers), raw_frame(subject, split, np.array([row])))


def _words(subject: Trained, ids: np.ndarray) -> tuple[str, ...]:
    """The tokens of an example, padding at its end left out; none where it is no text."""
    encoding = subject.data.encoding
    if not isinstance(encoding, TokensEncoding):
        return ()
    names = ("", "[unknown]", *encoding.vocabulary)
    used = int(np.flatnonzero(ids).max(initial=0)) + 1
    return tuple(names[int(token)] for token in ids[:used])


def _labels(words: tuple[str, ...], length: int, steps: int) -> tuple[str, ...]:
    """Names of the steps that are shown: tokens where there is a step for each, else numbers."""
    if words and steps == length:
        return words[:MOST_STEPS]
    return tuple(str(number + 1) for number in range(min(steps, MOST_STEPS)))


@functools.lru_cache(maxsize=2)
def _probe(model: keras.Model, spec_json: str) -> keras.Model:
    """A network that gives the scores of every layer that attends, by its node's name."""
    spec = ModelSpec.model_validate_json(spec_json)
    names = attending(spec)
    traced = retrace(spec, model, {name: {SCORES: True} for name in names})
    return keras.Model(model.inputs[0], {name: traced[name][1] for name in names})
