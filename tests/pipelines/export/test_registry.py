"""Every format that pages list can be written and tried (found by reading: importing a writer imports keras)."""

import ast
from pathlib import Path

import pytest

from models.errors import NetloomError
from pipelines.export.registry import FORMATS, format_named

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", FORMATS)
def test_its_module_writes_and_checks(name: str) -> None:
    tree = ast.parse((ROOT / (FORMATS[name].module.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for function in ("write", "check"):
        assert [argument.arg for argument in functions[function].args.args] == ["subject", "folder"]


@pytest.mark.parametrize("name", FORMATS)
def test_it_says_how_to_use_it(name: str) -> None:
    use = FORMATS[name].use.format(folder="here", inputs="float32 (rows, 4)")
    assert "here" in use
    if FORMATS[name].language == "python":
        compile(use, name, "exec")


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NetloomError, match=r"no export format 'onyx'\. Formats: savedmodel, keras, script\."):
        format_named("onyx")
