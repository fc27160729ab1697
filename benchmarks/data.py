"""What data costs: a large CSV from file to screen, the second run on prepared data, images larger than memory."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 3
CSV_ROWS, CSV_COLUMNS = 1_000_000, 20
PHOTOS, PHOTO_SIDE = 1_600, 512
MIB = 2**20


def figures() -> list[Figure]:
    """Measure, each step in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*_csv(folder), *_photos(folder)]


def _csv(folder: Path) -> list[Figure]:
    path = folder / "large.csv"
    _write_csv(path)
    ours, theirs, memory, again = [], [], [], []
    for repeat in range(REPEATS):
        home = folder / f"home{repeat}"
        first = _work("csv", path, home)
        ours.append(first["seconds"])
        memory.append(first["peak_bytes"] / MIB)
        again.append(_work("csv", path, home)["seconds"])
        theirs.append(_work("pandas", path, home)["seconds"])
    size = path.stat().st_size / MIB
    note = (
        f"{CSV_ROWS:,} x {CSV_COLUMNS}, {size:.0f} MiB; read, typed, proposed, split and looked at (head, column "
        "table), imports left out; theirs is pandas.read_csv and describe, which types less and checks nothing"
    )
    return [
        Figure("large CSV, first look", ours, theirs, "s", inverse=False, note=note),
        Figure("  again", again, ours, "s", note="in a new process, from the cache; theirs is the first look"),
        Figure("  peak memory", memory, [size], "MiB", at_most=3, inverse=False,
               note="of reading, typing and proposing, above what imports take; theirs is the file"),
    ]  # fmt: skip


def _photos(folder: Path) -> list[Figure]:
    photos = folder / "photos"
    _write_photos(photos)
    first, second = [], []
    for repeat in range(REPEATS):
        home = folder / f"photos-home{repeat}"
        first.append(_work("prepare", photos, home)["seconds"])
        second.append(_work("prepare", photos, home)["seconds"])
    streamed = _work("train", photos, home)
    grown, held = [streamed["peak_bytes"] / MIB], [streamed["data_bytes"] / MIB]
    of = f"{PHOTOS:,} JPEGs at {PHOTO_SIDE} x {PHOTO_SIDE}"
    return [
        Figure("data prepared, second run", second, first, "s", at_least=10, note=f"{of}; theirs is the first run"),
        Figure("memory of an epoch from disk", grown, held, "MiB", at_most=0.5, inverse=False,
               note=f"{of}, above what the process takes before; theirs is what they take decoded, as uint8"),
    ]  # fmt: skip


def _write_csv(path: Path) -> None:
    random = np.random.default_rng(0)
    numbers = [random.normal(size=CSV_ROWS).round(4) for _ in range(CSV_COLUMNS - 4)]
    words = [np.array(["red", "green", "blue", "none"])[random.integers(4, size=CSV_ROWS)] for _ in range(2)]
    days = np.datetime64("2020-01-01") + random.integers(0, 1500, CSV_ROWS)
    columns = [*numbers, *words, days.astype(str), random.integers(0, 2, CSV_ROWS)]
    names = [*(f"x{index}" for index in range(len(numbers))), "colour", "paint", "day", "label"]
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(names) + "\n")
        stream.writelines(",".join(map(str, row)) + "\n" for row in zip(*columns, strict=True))


def _write_photos(folder: Path) -> None:
    random = np.random.default_rng(0)
    for kind in ("bright", "dark"):
        (folder / kind).mkdir(parents=True)
    for number in range(PHOTOS):
        small = random.integers(0, 128, (9, 9, 3), np.uint8) + 100 * (number % 2)
        image = Image.fromarray(small.astype(np.uint8)).resize((560, 520))
        image.save(folder / ("dark", "bright")[number % 2] / f"{number:05d}.jpg")


def _work(step: str, path: Path, home: Path) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.data_work", step, path],
        cwd=ROOT,
        env={**os.environ, "NETLOOM_HOME": str(home), "NETLOOM_DATA": str(path.parent), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(f"{step} failed: {ran.stderr[-800:]}")
    return json.loads(ran.stdout.splitlines()[-1])
