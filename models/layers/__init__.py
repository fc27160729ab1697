"""Layers that the lectures need and Keras lacks, one a file.

Each file imports keras alone, since the code that people take home carries it along as it is, and registers its class
under the package `netloom`, so that a saved model names it.
"""

import importlib
import pkgutil


def modules() -> tuple[str, ...]:
    """Dotted names of the modules of this room, one a layer. Imports none of them."""
    return tuple(f"{__name__}.{found.name}" for found in pkgutil.iter_modules(__path__))


def register() -> None:
    """Make every layer of this room known to Keras, so that saved models that hold one can be loaded."""
    for name in modules():
        importlib.import_module(name)
