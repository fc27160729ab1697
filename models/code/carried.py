"""Layers of ours as source text, which code that people take home carries along. No keras."""

import ast
from collections.abc import Iterable
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def carried(modules: Iterable[str]) -> tuple[set[str], str]:
    """The import lines that some modules of `models.layers` need, and all else that they say, one after the other.

    They are read, not imported: each imports keras alone.

    Args:
        modules: dotted names; each is carried once.

    >>> imports, source = carried(["models.layers.step_unit"])
    >>> imports, "class StepUnit(keras.layers.Layer):" in source
    ({'import keras'}, True)
    """
    imports: set[str] = set()
    sources = []
    for module in dict.fromkeys(modules):
        text = _ROOT.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
        lines = text.splitlines()
        start = 0
        # What stands above the first definition is the module's docstring and its imports, in whatever order.
        for statement in ast.parse(text).body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                imports.add(ast.unparse(statement))
            elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                break
            start = statement.end_lineno or start
        sources.append("\n".join(lines[start:]).strip())
    return imports, "\n\n\n".join(sources)
