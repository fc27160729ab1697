"""One RunSpec with k seeds: runs that differ in nothing else, launched together and told together."""

import secrets

from models.errors import NetloomError
from pipelines.spec import RunSpec

SEEDS_TAG = "seeds"
"""Its value is the same for the runs of one launch, and another one for every launch."""
MOST_SEEDS = 100
_NAME_LENGTH = 80


def with_seeds(spec: RunSpec, num_seeds: int) -> list[RunSpec]:
    """`spec` with the seeds spec.seed, spec.seed + 1, ...; each names its seed, and all have the same `seeds` tag.

    Args:
        spec: the first one. A tag of an earlier launch that it may have is replaced.
        num_seeds: from 1 to MOST_SEEDS; 1 gives `spec` as it is, without the tag.

    Raises:
        NetloomError: a wrong number of seeds, or one too large for a seed.
    """
    if not 1 <= num_seeds <= MOST_SEEDS or spec.seed + num_seeds > 2**31:
        raise NetloomError(
            f"A launch has 1 to {MOST_SEEDS} seeds, all below 2**31. "
            f"Received: num_seeds={num_seeds}, the first seed {spec.seed}.",
            "Choose fewer seeds, or a smaller first one.",
        )
    tags = {key: value for key, value in spec.tags.items() if key != SEEDS_TAG}
    if num_seeds == 1:
        return [spec.replace(tags=tags)]
    tags[SEEDS_TAG] = secrets.token_hex(4)
    seeds = range(spec.seed, spec.seed + num_seeds)
    return [spec.replace(name=ended(spec.name, f", seed {seed}"), seed=seed, tags=tags) for seed in seeds]


def ended(name: str, end: str) -> str:
    """A run's name with an end, cut before it where both were too long.

    >>> ended("digits", ", seed 3")
    'digits, seed 3'
    """
    return name[: _NAME_LENGTH - len(end)].rstrip() + end
