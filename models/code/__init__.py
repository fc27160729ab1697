"""ModelSpec -> the Python that a Keras user would have written. No keras is imported."""

from models.code.network import Module, model_code, model_module, model_script
from models.code.parts import arguments_code, part_code

__all__ = ["Module", "arguments_code", "model_code", "model_module", "model_script", "part_code"]
