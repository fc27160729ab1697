"""What the design benchmark does in the warm Keras process."""

from models.build import build
from models.spec import ModelSpec


def rebuild(spec: ModelSpec) -> None:
    """Builds the Keras model, as a script would after each change."""
    build(spec)
