"""Reads the committed catalogue. No keras."""

import json
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.catalogue.facts import Catalogue, Entry, Param

FILE = Path(__file__).with_name("catalogue.json")
PARTS = (
    "layers",
    "optimizers",
    "losses",
    "metrics",
    "activations",
    "initializers",
    "regularizers",
    "constraints",
    "schedules",
)


@cache
def catalogue() -> Catalogue:
    """The catalogue; read once per process, never changed."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    parts = {part: MappingProxyType({raw["kind"]: _entry(raw) for raw in data.get(part, ())}) for part in PARTS}
    return Catalogue(keras_version=data["keras_version"], excluded=MappingProxyType(data["excluded"]), **parts)


def _entry(raw: dict[str, Any]) -> Entry:
    fields = dict(raw)
    for key in ("params", "call_params"):
        fields[key] = tuple(_param(param) for param in raw.get(key, ()))
    fields["example_inputs"] = tuple(tuple(shape) for shape in raw.get("example_inputs", ()))
    for key in ("aliases", "tasks", "keywords"):
        fields[key] = tuple(raw.get(key, ()))
    return Entry(**fields)


def _param(raw: dict[str, Any]) -> Param:
    return Param(**{**raw, "choices": tuple(raw.get("choices", ()))})
