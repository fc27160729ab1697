"""Feature maps: what each layer makes of one example."""

import functools
from pathlib import Path

import keras

from models.errors import NetloomError
from pipelines.inspection.classes import class_names, predicted_classes
from pipelines.inspection.facts import FeatureMaps, LayerOutput
from pipelines.inspection.trained import rows_of, to_numpy, trained
from pipelines.runs.facts import Split


def feature_maps(home: Path, run_uid: str, row: int = 0, split: Split = "test") -> FeatureMaps:
    """Every layer's output for one example, with the network as it predicts (dropout off).

    Args:
        row: position in the split, from 0.

    Raises:
        NetloomError: the run has no trained network, or the split no such row.
    """
    subject = trained(home, run_uid)
    x, y = rows_of(subject, split)
    if not 0 <= row < len(x):
        raise NetloomError(f"The {split} split has {len(x)} rows, numbered from 0. Received: {row}.")
    values = _probe(subject.model)(subject.preparation.apply(x[row : row + 1]), training=False)
    outputs = tuple(
        LayerOutput(layer.name, type(layer).__name__, to_numpy(values[layer.name])[0])
        for layer in _layers(subject.model)
    )
    final = subject.predict(x[row : row + 1])
    facts = subject.data.facts
    if facts.task == "regression":
        true, predicted = f"{y[row]:g}", f"{final[0, 0]:g}"
    else:
        names = class_names(facts, final.shape[1])
        true, predicted = names[int(y[row])], names[int(predicted_classes(final)[0])]
    return FeatureMaps(row, split, x[row], true, predicted, final[0], outputs)


def _layers(model: keras.Model) -> list[keras.Layer]:
    return [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]


@functools.lru_cache(maxsize=2)
def _probe(model: keras.Model) -> keras.Model:
    """A network that gives what each layer of `model` does, by the layer's name."""
    return keras.Model(model.inputs[0], {layer.name: layer.output for layer in _layers(model)})
