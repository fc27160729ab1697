"""Measure and print: `python -m benchmarks [--only NAME ...] [--json FILE]`. Exit status 1 when a target is missed."""

import argparse
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks import data, design, overhead, page, queue, startup, store, store_crowd
from benchmarks.figure import Figure

BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "startup": startup.figures,
    "queue": queue.figures,
    "overhead": overhead.figures,
    "store": store.figures,
    "crowd": store_crowd.figures,
    "page": page.figures,
    "data": data.figures,
    "design": design.figures,
}
HEADER = ["figure", "Netloom", "other side", "ratio", "target", ""]


def _table(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                     for row in rows)  # fmt: skip


def main() -> int:
    """Run the benchmarks that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS))
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    machine = f"{psutil.cpu_count()} CPUs, Python {platform.python_version()}, {platform.platform()}"
    print(f"{machine}; medians of several repeats, with their range", flush=True)
    found: list[Figure] = []
    for name in arguments.only:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        found += BENCHMARKS[name]()
    print(_table([HEADER, *(figure.row() for figure in found)]))
    for note in dict.fromkeys(f"{figure.name.strip()}: {figure.note}" for figure in found if figure.note):
        print(note)
    if arguments.json:
        facts = [figure.as_json() for figure in found]
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"machine": machine, "figures": facts}, indent=1))
    return int(any(figure.ok is False for figure in found))


if __name__ == "__main__":
    sys.exit(main())
