"""How a script is laid out: lines no longer than they may be, imports in order, free text made harmless."""

import re

from models.code.layout import Part, flat

WIDTH = 120


def broken(part: Part, indent: str, after: str = "") -> str:
    """A piece of code on as many lines as it needs; each of its own ends in a comma, so that formatters keep it."""
    line = f"{indent}{flat(part)}{after}"
    if isinstance(part, str) or len(line) <= WIDTH:
        return line
    opening, closing = part.brackets
    items = [broken(item, indent + "    ", ",") for item in part.items]
    return "\n".join([f"{indent}{flat(part.head)}{opening}", *items, f"{indent}{closing}{after}"])


def plain(text: str) -> str:
    """Free text that must stay one line inside a Python string."""
    return text.replace("\\", " ").replace('"', "'")


def code_of(code: str) -> tuple[set[str], str]:
    """The import lines of a piece of code, and the rest."""
    lines = code.strip().splitlines()
    imports = {line for line in lines if line.startswith(("import ", "from "))}
    return imports, "\n".join(line for line in lines if line not in imports).strip()


def assigned(code: str) -> set[str]:
    """Names that stand on the left of an assignment at the beginning of a line."""
    left = (line.split("=")[0] for line in code.splitlines() if "=" in line and line[:1].isalpha())
    return {name.strip().strip("()").split("[")[0] for names in left for name in names.split(",")}


_STANDARD = {
    "argparse", "collections", "csv", "gzip", "hashlib", "io", "json", "math", "os", "pathlib", "re", "tempfile",
    "typing", "zipfile",
}  # fmt: skip


def imports(others: set[str], uses: str, files: bool, backend: str = "tensorflow") -> str:
    """All import lines, the standard library's first, as isort has them.

    Args:
        others: lines that are needed.
        uses: code; what it uses of numpy, `layers`, `ops`, math and json is imported too.
        files: something lies beside the script.
        backend: of Keras, which is chosen before Keras is imported.
    """
    wanted = {"import argparse", "import keras", "import tensorflow as tf"} | others
    wanted |= {line for name, line in _BY_NAME.items() if re.search(rf"(?<![\w.]){name}\.", uses)}
    if files:
        wanted |= {"from pathlib import Path"}
    if "VOCABULARY[" in uses:
        wanted |= {"import json"}

    wanted = _merged(wanted)

    def order(line: str) -> tuple[bool, str]:
        return line.startswith("from "), line.split()[1].lower()

    standard = sorted((line for line in wanted if line.split()[1].split(".")[0] in _STANDARD), key=order)
    others_ = sorted(wanted - set(standard), key=order)
    if backend == "tensorflow":
        return "\n".join([*standard, "", *others_])
    standard = sorted([*standard, "import os"], key=order)
    chosen = f'os.environ["KERAS_BACKEND"] = "{backend}"  # before Keras is imported'
    return "\n".join([*standard, "", chosen, "", *others_])


def _merged(lines: set[str]) -> set[str]:
    """Import lines, with one for all that comes from a module."""
    names: dict[str, set[str]] = {}
    for line in lines:
        if line.startswith("from "):
            module, _, imported = line.removeprefix("from ").partition(" import ")
            names.setdefault(module, set()).update(imported.split(", "))
    merged = {f"from {module} import {', '.join(sorted(found, key=_by_type))}" for module, found in names.items()}
    return {line for line in lines if not line.startswith("from ")} | merged


def _by_type(name: str) -> tuple[bool, str]:
    return name[:1].islower(), name


_BY_NAME = {
    "math": "import math",
    "np": "import numpy as np",
    "layers": "from keras import layers",
    "ops": "from keras import ops",
}
