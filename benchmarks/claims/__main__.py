"""Try what the lectures say of training: `python -m benchmarks.claims [--only NAME ...] [--json FILE]`.

Takes MNIST from `keras/datasets/mnist.npz` in the folder that NETLOOM_TEST_DATA names, or from where Keras keeps it.
Exit status 1 when a claim does not hold.
"""

import argparse
import json
import os
import sys
import tempfile
import textwrap
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import mnist_home
from benchmarks.claims import adam, batches, patience, small_perceptron, step_decay, warm_up
from benchmarks.claims.claim import Claim, Tried, Verdict
from benchmarks.claims.training import train_all

CLAIMS: dict[str, Claim] = {
    "small-perceptron": small_perceptron.CLAIM,
    "batches": batches.CLAIM,
    "patience": patience.CLAIM,
    "warm-up": warm_up.CLAIM,
    "step-decay": step_decay.CLAIM,
    "adam": adam.CLAIM,
}
HEADER = ("claim", "expected", "seen", "holds")
WIDTHS = (34, 34, 52, 5)


def main() -> int:
    """Train what the claims need, two runs at a time, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=CLAIMS, default=list(CLAIMS))
    parser.add_argument("--at-once", type=int, default=2, help="runs that train at the same time")
    parser.add_argument("--json", type=Path, help="also write the verdicts to this file")
    arguments = parser.parse_args()
    os.environ |= mnist_home.environment()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        verdicts = _try(arguments.only, Path(home), arguments.at_once)
    rows = [HEADER, *((CLAIMS[name].name, CLAIMS[name].expected, v.seen, "yes" if v.holds else "NO")
                      for name, v in verdicts.items())]  # fmt: skip
    print("\n".join(_lines(rows)))
    print(f"{time.monotonic() - began:.0f} s")
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({name: asdict(verdict) for name, verdict in verdicts.items()}, indent=1))
    return int(not all(verdict.holds for verdict in verdicts.values()))


def _try(names: Sequence[str], home: Path, at_once: int) -> dict[str, Verdict]:
    specs = {f"{name}: {key}": spec for name in names for key, spec in CLAIMS[name].specs.items()}
    tried: dict[str, Tried] = {}
    for label, done in train_all(home, specs, at_once):
        print(f"trained {label}", file=sys.stderr, flush=True)
        tried[label] = done
    return {name: CLAIMS[name].judge(_of(name, tried)) for name in names}


def _of(name: str, tried: Mapping[str, Tried]) -> dict[str, Tried]:
    return {key: tried[f"{name}: {key}"] for key in CLAIMS[name].specs}


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table whose cells may take several lines, a blank line after each row."""
    lines = []
    for row in rows:
        cells = [textwrap.wrap(cell, width) for cell, width in zip(row, WIDTHS, strict=True)]
        for place in range(max(map(len, cells))):
            parts = [(cell[place] if place < len(cell) else "").ljust(w) for cell, w in zip(cells, WIDTHS, strict=True)]
            lines.append("  ".join(parts).rstrip())
        lines.append("")
    return lines


if __name__ == "__main__":
    sys.exit(main())
