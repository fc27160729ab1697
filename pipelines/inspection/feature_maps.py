"""Feature maps: what each layer makes of one example."""

import functools
from pathlib import Path

import keras
import numpy as np

from models.build import retrace
from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.data.facts import DataFacts
from pipelines.inspection.classes import class_names, predicted_classes
from pipelines.inspection.facts import FeatureMaps, LayerOutput
from pipelines.inspection.raw import raw_frame
from pipelines.inspection.trained import rows_of, to_numpy, trained
from pipelines.runs.facts import Split

_NAMED = 5  # classes of a mask that are named, the largest ones


def feature_maps(
    home: Path, run_uid: str, row: int = 0, split: Split = "test", epoch: int | None = None
) -> FeatureMaps:
    """Every node's output for one example, with the network as it predicts (dropout off).

    Args:
        row: position in the split, from 0.
        epoch: of the snapshot to look at; None: the network as the run left it.

    Raises:
        NetloomError: the run has no trained network, or the split no such row.
    """
    subject = trained(home, run_uid, epoch)
    x, y = rows_of(subject, split)
    if not 0 <= row < len(x):
        raise NetloomError(f"The {split} split has {len(x)} rows, numbered from 0. Received: {row}.")
    values = _probe(subject.model, subject.spec.model.model_dump_json())(
        subject.preparation.apply(x[row : row + 1]), training=False
    )
    outputs = tuple(
        LayerOutput(node.name, node.kind, to_numpy(values[node.name])[0])
        for node in subject.spec.model.nodes
        if node.kind != "Input"
    )
    final = subject.predict(x[row : row + 1])
    facts = subject.data.facts
    if facts.task == "reconstruction":
        error = float(np.square(final - subject.preparation.apply(x[row : row + 1])).mean())
        true, predicted = "the input itself", f"a mean squared error of {error:.4g}"
    else:
        true, predicted = _in_words(np.asarray(y[row]), facts), _in_words(_decided(final[0], facts), facts)
    raw = raw_frame(subject, split, np.array([row]))
    return FeatureMaps(row, split, x[row], true, predicted, final[0], outputs, raw)


def _decided(output: np.ndarray, facts: DataFacts) -> np.ndarray:
    """An output as the data has its targets."""
    if facts.task == "regression":
        return output
    if facts.task == "multilabel":
        return output > 0.5
    units = output.shape[-1]
    return predicted_classes(output.reshape(-1, units)).reshape(output.shape[:-1])


def _in_words(y: np.ndarray, facts: DataFacts) -> str:
    """A target, or what a network says in its place."""
    if facts.task == "regression":
        return ", ".join(f"{number:g}" for number in np.atleast_1d(y))
    if facts.task == "multilabel":
        return ", ".join(name for name, given in zip(facts.class_names, y.reshape(-1), strict=False) if given) or "none"
    ids, counts = np.unique(y[y != facts.ignore_class] if facts.task == "segmentation" else y, return_counts=True)
    names = class_names(facts, int(ids.max(initial=0)) + 1)
    if facts.task != "segmentation":
        return names[int(y.reshape(-1)[0])]
    shares = counts / counts.sum()
    most = [index for index in np.argsort(-counts, kind="stable")[:_NAMED] if shares[index] >= 0.005]
    return ", ".join(f"{shares[index]:.0%} {names[ids[index]]}" for index in most)


@functools.lru_cache(maxsize=2)
def _probe(model: keras.Model, spec_json: str) -> keras.Model:
    """A network that gives what each node of `model` does first, by the node's name."""
    spec = ModelSpec.model_validate_json(spec_json)
    kinds = {node.name: node.kind for node in spec.nodes}
    outputs = {name: given[0] for name, given in retrace(spec, model).items() if kinds[name] != "Input"}
    return keras.Model(model.inputs[0], outputs)
