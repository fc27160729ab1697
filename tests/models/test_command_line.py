"""What command lines do alike, tried on the one of models."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.command_line import Parser, exit_status, stderr_to
from models.errors import NetloomError

ROOT = Path(__file__).resolve().parents[2]


def test_a_reader_that_has_seen_enough_is_no_traceback():
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [sys.executable, "-m", "models", "list"]
        ended = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, "")


def test_a_mistake_is_one_sentence_and_status_2(capsys):
    parser = Parser(prog="tool")
    parser.add_argument("what", type=int)
    assert exit_status(lambda: parser.parse_args(["x"]).what) == 2
    told = "Argument what: invalid int value: 'x'. See `tool --help`.\n"
    assert capsys.readouterr() == ("", told)
    assert exit_status(lambda: parser.parse_args(["0"]).what) == 0


def test_stderr_of_native_code_goes_to_the_end_of_a_file(tmp_path, capfd):
    log = tmp_path / "log.txt"
    log.write_text("before ")
    with pytest.raises(NetloomError), stderr_to(log):
        os.write(2, b"inside")
        raise NetloomError("An end.")
    os.write(2, b"after")
    assert log.read_text() == "before inside"
    assert capfd.readouterr().err == "after"
