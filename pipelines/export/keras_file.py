"""One .keras file, tried with plain Keras."""

from pathlib import Path

from pipelines.export import bundle, outputs
from pipelines.export.facts import Check
from pipelines.export.full_model import full_model
from pipelines.export.registry import FORMATS
from pipelines.export.shipped import predict_keras
from pipelines.inspection.trained import Trained


def write(subject: Trained, folder: Path) -> None:
    """Fill `folder`, which is there and empty."""
    full_model(subject).save(folder / "model.keras")
    bundle.ship_layers(subject, folder)
    bundle.ship(subject, folder, predict_keras.__file__)
    bundle.describe(subject, folder, FORMATS["keras"], ("tensorflow", "keras", "numpy", *bundle.reader_needs(subject)))


def check(subject: Trained, folder: Path) -> Check:
    """Its outputs for the raw test rows, computed by its own predict.py in a fresh process, against the network's."""
    return outputs.check(subject, folder, "plain Keras")
