"""The verb `find-rate`: a range test of the learning rate, as JSON."""

import argparse
import sys
from typing import Any

from models.command_line import stderr_to
from pipelines import engine
from pipelines.cli.common import add_spec, given_spec
from pipelines.cli.printing import print_json
from pipelines.runs.store import RunStore
from pipelines.schedules.rate_curve import RateCurve

TIMEOUT_S = 3600  # a large set is prepared first


def add_to(verbs: Any) -> None:
    """Add the verb."""
    what = "look for a learning rate: train a fresh network for some steps while the rate rises (Smith 2017)"
    one = verbs.add_parser("find-rate", help=what, description=f"{what[:1].upper()}{what[1:]}. Stores nothing.")
    add_spec(one)


def run(store: RunStore, given: argparse.Namespace) -> int:
    """Run it. Returns the exit status: 0 where a rate was found. Raises: NetloomError."""
    spec = given_spec(given)
    with stderr_to(store.home / "engine.log"):
        found: RateCurve = engine.call("pipelines.training.rate_finder.find_rate", TIMEOUT_S, "slow", spec=spec)
    print_json(
        {
            "suggestion": found.suggestion,
            "reason": found.reason,
            "rates": found.rates.tolist(),
            "losses": found.losses.tolist(),
            "smoothed": found.smoothed.tolist(),
        }
    )
    if found.suggestion is None:
        print(found.reason, file=sys.stderr)
    return 0 if found.suggestion is not None else 1
