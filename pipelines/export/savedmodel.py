"""TensorFlow SavedModel: `model.export`, tried with plain TensorFlow."""

from pathlib import Path

import keras

from pipelines.export import bundle, outputs
from pipelines.export.facts import Check
from pipelines.export.full_model import full_model
from pipelines.export.registry import FORMATS
from pipelines.export.shipped import predict_savedmodel
from pipelines.inspection.trained import Trained


def write(subject: Trained, folder: Path) -> None:
    """Fill `folder`, which is there and empty: it is the SavedModel itself, with a few files beside."""
    model = full_model(subject)
    # A SavedModel just calls it. Layers that augment take that for training, and pass it on to all behind them.
    predicting = keras.Model(model.input, model(model.input, training=False), name=model.name)
    predicting.export(folder, format="tf_saved_model", verbose=False)
    bundle.ship(subject, folder, predict_savedmodel.__file__)
    bundle.describe(subject, folder, FORMATS["savedmodel"], ("tensorflow", "numpy", *bundle.reader_needs(subject)))


def check(subject: Trained, folder: Path) -> Check:
    """Its outputs for the raw test rows, computed by its own predict.py in a fresh process, against the network's."""
    return outputs.check(subject, folder, "plain TensorFlow")
