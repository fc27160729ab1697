"""Examples in docstrings are run: they are the first thing that a reader tries."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KERAS_ROOMS = ("models/layers", "pipelines/export", "pipelines/inspection", "pipelines/training")
FILES = [
    pytest.param(file, id=name, marks=pytest.mark.slow if name.startswith(KERAS_ROOMS) else ())
    for room in ("models", "pipelines", "pages/ui")
    for file in sorted((ROOT / room).rglob("*.py"))
    if ">>> " in file.read_text(encoding="utf-8")
    for name in [file.relative_to(ROOT).as_posix()]
]


@pytest.mark.parametrize("file", FILES)
def test_examples_in_docstrings(file: Path) -> None:
    module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
