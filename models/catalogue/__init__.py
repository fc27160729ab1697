"""Everything of Keras that a spec may name, as data: `catalogue().layers["Dense"].params`. No keras is imported."""

from models.catalogue.facts import Catalogue, Entry, Param
from models.catalogue.load import catalogue

__all__ = ["Catalogue", "Entry", "Param", "catalogue"]
