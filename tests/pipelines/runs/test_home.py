"""Where everything lives."""

from pathlib import Path

import pytest

from pipelines.runs.facts import RunNotFound
from pipelines.runs.home import home_dir, run_dir


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETLOOM_HOME", str(tmp_path / "a" / ".." / "b"))
    assert home_dir() == tmp_path / "b"
    monkeypatch.setenv("NETLOOM_HOME", "")
    assert home_dir() == Path.home() / ".netloom"


@pytest.mark.parametrize(
    "bad", ["", "..", "../aaaaaaaaaaa", "aaaaaaaaaaa/", "AAAAAAAAAAAA", "aaaaaaaaaaaa\n", "ä" * 12]
)
def test_only_a_uid_names_a_folder(tmp_path: Path, bad: str) -> None:
    assert run_dir(tmp_path, "a1b2c3d4e5f6") == tmp_path / "runs" / "a1b2c3d4e5f6"
    with pytest.raises(RunNotFound):
        run_dir(tmp_path, bad)
