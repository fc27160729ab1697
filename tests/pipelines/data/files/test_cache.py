"""The cache: made once, whole or not at all, by one process at a time."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from models.errors import NetloomError
from pipelines.data.files import cache


def _left(home: Path) -> list[str]:
    return [path.name for path in (home / "cache").iterdir() if path.is_dir()]


def test_made_once(home: Path):
    calls: list[Path] = []

    def make(folder: Path) -> None:
        calls.append(folder)
        (folder / "a").write_text("1")

    first, again = cache.made("k", make), cache.made("k", make)
    assert first == again == cache.found("k")
    assert (first / "a").read_text() == "1"
    assert len(calls) == 1
    assert cache.found("other") is None


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The prepared data cannot be kept in .*: No space left"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "/data/rows.csv"), r"^/data/rows\.csv cannot be"),
        (NetloomError("Row 3 is odd."), "Row 3 is odd"),
    ],
)
def test_what_cannot_be_made_leaves_nothing(home: Path, error: Exception, message: str):
    def make(folder: Path) -> None:
        (folder / "half").write_text("1")
        raise error

    with pytest.raises(NetloomError, match=message):
        cache.made("k", make)
    assert _left(home) == []
    assert cache.made("k", lambda folder: None).is_dir()


def test_a_home_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NETLOOM_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(NetloomError, match=r"The prepared data cannot be kept in .*home"):
        cache.made("k", lambda folder: None)


def test_what_a_killed_process_left_is_removed_and_what_lives_is_not(home: Path):
    (home / "cache" / ".making-dead").mkdir(parents=True)
    (home / "cache" / ".removing-dead").mkdir()
    started, go_on = threading.Event(), threading.Event()

    def slow(folder: Path) -> None:
        (folder / "a").write_text("1")
        started.set()
        assert go_on.wait(30)

    maker = threading.Thread(target=cache.made, args=("slow", slow))
    maker.start()
    assert started.wait(30)
    cache.made("other", lambda folder: None)
    assert sorted(_left(home)) == [".making-slow", "other"]
    go_on.set()
    maker.join(30)
    assert (cache.cache_dir() / "slow" / "a").exists()


@pytest.mark.slow
def test_killed_in_the_middle_and_made_again(home: Path):
    code = (
        "import time; from pipelines.data.files import cache\n"
        "def make(folder): (folder / 'half').write_text('1'); print('here', flush=True); time.sleep(60)\n"
        "cache.made('k', make)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ})
    assert process.stdout
    assert process.stdout.readline() == b"here\n"
    assert cache.found("k") is None
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stdout.close()
    folder = cache.made("k", lambda folder: (folder / "whole").touch())
    assert [path.name for path in folder.iterdir()] == ["whole"]
    assert _left(home) == ["k"]


def test_the_longest_unused_go_first(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(cache.LIMIT_VARIABLE, "25")

    def ten_bytes(folder: Path) -> None:
        (folder / "a").write_text("x" * 10)

    for key, age_s in (("old", 60), ("older", 90)):
        folder = cache.made(key, ten_bytes)
        used = time.time() - age_s
        os.utime(folder, (used, used))
    cache.made("new", ten_bytes)
    assert sorted(_left(home)) == ["new", "old"]


@pytest.mark.parametrize("given", ["20GB", "-1", "1e9", " "])
def test_a_limit_that_is_no_number_is_told(monkeypatch: pytest.MonkeyPatch, given: str):
    monkeypatch.setenv(cache.LIMIT_VARIABLE, given)
    with pytest.raises(NetloomError, match=f"{cache.LIMIT_VARIABLE} must be a number of bytes"):
        cache.byte_limit(cache.LIMIT_VARIABLE, 5)
    monkeypatch.setenv(cache.LIMIT_VARIABLE, "")
    assert cache.byte_limit(cache.LIMIT_VARIABLE, 5) == 5
