"""`make setup` in a copy of the tree that asks for no package: what it does, and what it leaves undone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("Makefile", "tools"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    for name in ("requirements.txt", "requirements-gpu.txt", "constraints.txt", "app.py"):
        (tmp_path / name).write_text("# nothing\n")
    for name in ("models", "pages", "pipelines"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    programs = tmp_path / "bin"
    programs.mkdir()
    return tmp_path


def setup(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PATH": f"{clone / 'bin'}:{os.environ['PATH']}"}
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):  # of the make that runs these tests
        environment.pop(name, None)
    return subprocess.run(
        ["make", "setup", *arguments], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )


def answer(clone: Path, program: str, exit_status: int) -> None:
    """Put a program on the PATH that does nothing but end so."""
    file = clone / "bin" / program
    file.write_text(f"#!/bin/sh\nexit {exit_status}\n")
    file.chmod(0o755)


def test_the_second_time_installs_nothing_and_bytecode_is_compiled_whatever_the_environment_says(clone: Path) -> None:
    answer(clone, "nvidia-smi", 1)
    first = setup(clone)
    assert first.returncode == 0, first.stderr
    assert "Installing requirements.txt " in first.stdout
    assert list((clone / "models" / "__pycache__").glob("*.pyc"))
    second = setup(clone)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    (clone / "constraints.txt").write_text("# changed\n")
    assert "Installing requirements.txt " in setup(clone).stdout


def test_where_a_gpu_answers_its_libraries_are_installed_too(clone: Path) -> None:
    answer(clone, "nvidia-smi", 0)
    assert "Installing requirements-gpu.txt " in setup(clone).stdout


def test_a_python_that_does_not_fit_is_refused_in_a_sentence(clone: Path) -> None:
    answer(clone, "old-python", 1)
    if shutil.which("uv"):
        pytest.skip("uv finds a Python that fits by itself")
    refused = setup(clone, "PYTHON=old-python")
    assert refused.returncode != 0
    assert "Netloom needs Python 3.11, 3.12 or 3.13" in refused.stderr
    assert not (clone / ".venv").exists()
