"""Every probe that pages list is there (found by reading, since importing it would import keras)."""

import ast
from pathlib import Path
from typing import get_args

import pytest

from pipelines.data.spec import Task
from pipelines.inspection.registry import PROBES

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", PROBES)
def test_the_function_exists_and_takes_a_home_and_a_run(name: str) -> None:
    module, _, function = PROBES[name].function.rpartition(".")
    tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
    (found,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    assert [argument.arg for argument in found.args.args][:2] == ["home", "run_uid"]


@pytest.mark.parametrize("task", get_args(Task))
def test_every_task_has_a_probe_for_its_mistakes(task: Task) -> None:
    assert sum(task in probe.tasks for probe in PROBES.values()) == 1
