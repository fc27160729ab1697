"""One supervisor a home."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipelines.launch import lock

ROOT = Path(__file__).resolve().parents[3]


def test_only_one_has_it(home: Path) -> None:
    held = lock.take(home)
    assert held is not None
    assert lock.take(home) is None
    lock.let_go(held)
    other = lock.take(home)
    assert other is not None
    assert not lock.take_again(held)
    os.close(other)
    assert lock.take_again(held)
    os.close(held)


def test_it_is_handed_over_to_a_process_and_gone_with_it(home: Path) -> None:
    held = lock.take(home)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[held])
    os.close(held)
    assert lock.take(home) is None
    child.communicate(b"\n")
    held = lock.take(home)
    assert held is not None
    os.close(held)


def test_a_home_made_anew_has_another_lock(home: Path) -> None:
    held = lock.take(home)
    assert lock.is_of(held, home)
    shutil.rmtree(home)
    assert not lock.is_of(held, home)
    home.mkdir()
    other = lock.take(home)
    assert other is not None
    assert not lock.is_of(held, home)
    os.close(held)
    os.close(other)


def test_a_second_supervisor_ends_quietly(home: Path) -> None:
    held = lock.take(home)
    second = subprocess.run(
        [sys.executable, "-m", "pipelines.launch", "--home", str(home)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    os.close(held)
