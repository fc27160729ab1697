"""A fresh Python that knows nothing of Netloom: isolated, in a folder of its own, without a GPU."""

import os
import subprocess
import sys
from pathlib import Path

from models.errors import NetloomError


class FreshProcessFailed(NetloomError):
    """A program of an export failed when it was tried."""


def run(program: str, *arguments: str, folder: Path, timeout_s: float) -> None:
    """Run a Python program that lies in `folder`, there.

    Isolated mode leaves out PYTHONPATH, the user's packages and the folder itself, so nothing of ours can help.

    Raises:
        FreshProcessFailed: it exits with an error, or takes longer than `timeout_s` seconds.
    """
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        ran = subprocess.run(
            [sys.executable, "-I", program, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FreshProcessFailed(f"{program} did not end within {timeout_s:g} s.") from None
    if ran.returncode != 0:
        last = next((line for line in reversed(ran.stderr.splitlines()) if line.strip()), "no message")
        raise FreshProcessFailed(f"{program} failed with exit status {ran.returncode}: {last.strip()[:300]}")
