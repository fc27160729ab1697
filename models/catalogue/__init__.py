"""Everything of Keras that a spec may name, as data: `catalogue().layers["Dense"].params`. No keras is imported."""

from models.catalogue.facts import PART_OF_TYPE, Catalogue, Entry, Param
from models.catalogue.load import catalogue

__all__ = ["PART_OF_TYPE", "Catalogue", "Entry", "Param", "catalogue"]
