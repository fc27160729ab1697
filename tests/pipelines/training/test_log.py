"""The run's log takes whatever its process prints."""

import os
import subprocess
import sys

from pipelines.training import log

PROGRAM = """
import os, sys
from pathlib import Path
from pipelines.training import log

path = Path(sys.argv[1])
for _ in range(2):
    with log.written_to(path):
        print("from Python")
        os.write(2, b"from native code\\n")
        log.logger.info("epoch %d", 3)
print("afterwards")
"""


def test_it_takes_both_streams_and_gives_them_back(tmp_path) -> None:
    path = tmp_path / "log.txt"
    command = [sys.executable, "-c", PROGRAM, path]
    ran = subprocess.run(command, env={**os.environ, "PYTHONPATH": os.getcwd()}, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "afterwards\n", "")
    lines = path.read_text().splitlines()
    assert len(lines) == 6  # appended: a resumed run has one log
    assert {"from Python", "from native code"} < set(lines)
    assert [line.split("Z ")[1] for line in lines if "epoch" in line] == ["epoch 3"] * 2


def test_it_leaves_no_handler_behind(tmp_path) -> None:
    with log.written_to(tmp_path / "log.txt"):
        log.logger.info("one")
    assert log.logger.handlers == []
