"""Listing runs and reading histories, our store against MLflow's client, both on SQLite, turn by turn."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.store_work import NUM_EPOCHS, NUM_READ, NUM_RUNS, SERIES

ROOT = Path(__file__).resolve().parents[1]
MLFLOW_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
REPEATS = 11


class _Side:
    def __init__(self, python: Path, module: str, folder: Path) -> None:
        folder.mkdir()
        self._process = subprocess.Popen(
            [python, "-m", module, folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def read(self) -> dict:
        """The next thing it says."""
        assert self._process.stdout is not None  # noqa: S101  for the type checker
        while line := self._process.stdout.readline():
            if line.startswith("{"):
                return json.loads(line)
        raise RuntimeError(f"{self._process.args} ended early")

    def measure(self) -> dict:
        """One listing and one reading."""
        assert self._process.stdin is not None  # noqa: S101  for the type checker
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.read()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


def figures() -> list[Figure]:
    """Measure. Raises: RuntimeError when the two sides did not read the same data."""
    with tempfile.TemporaryDirectory() as folder:
        sides = [
            _Side(Path(sys.executable), "benchmarks.store_ours", Path(folder) / "ours"),
            _Side(MLFLOW_PYTHON, "benchmarks.store_mlflow", Path(folder) / "mlflow"),
        ]
        try:
            for side in sides:
                side.read()
            rounds = [[side.measure() for side in sides] for _ in range(REPEATS + 1)][1:]  # the first warms both
        finally:
            for side in sides:
                side.close()
    for ours, theirs in rounds:
        if any(ours[key] != theirs[key] for key in ("runs", "points", "sum")):
            raise RuntimeError(f"the two stores read different data: {ours} and {theirs}")
    data = f"{NUM_RUNS:,} runs x {NUM_EPOCHS} epochs x {len(SERIES)} metrics, SQLite; theirs is MLflow's client"

    def figure(name: str, key: str, at_least: float) -> Figure:
        ours, theirs = ([round_[side][key] for round_ in rounds] for side in (0, 1))
        return Figure(name, ours, theirs, "s", at_least=at_least, note=data)

    return [
        figure(f"list {NUM_RUNS:,} runs", "list_s", 20),
        figure(f"read {NUM_READ} histories", "read_s", 50),
    ]
