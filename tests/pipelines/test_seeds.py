"""k seeds of one RunSpec."""

import pytest

from models.errors import NetloomError
from pipelines.examples import EXAMPLES
from pipelines.seeds import MOST_SEEDS, SEEDS_TAG, with_seeds

SPEC = EXAMPLES["digits-cnn"].replace(seed=7, tags={"kept": "yes"})


def test_they_differ_in_seed_and_name_alone_and_are_told_together():
    specs = with_seeds(SPEC, 3)
    assert [spec.seed for spec in specs] == [7, 8, 9]
    assert [spec.name for spec in specs] == [f"{SPEC.name}, seed {seed}" for seed in (7, 8, 9)]
    (tag,) = {spec.tags[SEEDS_TAG] for spec in specs}
    assert {spec.tags["kept"] for spec in specs} == {"yes"}
    assert all(spec.replace(seed=7, name=SPEC.name, tags=SPEC.tags) == SPEC for spec in specs)
    assert with_seeds(specs[0], 2)[0].tags[SEEDS_TAG] != tag


def test_one_seed_is_the_run_itself():
    assert with_seeds(SPEC, 1) == [SPEC]
    assert with_seeds(SPEC.replace(tags={SEEDS_TAG: "old"}), 1)[0].tags == {}


def test_a_long_name_is_cut_before_the_seed():
    name = with_seeds(SPEC.replace(name="x" * 80), 2)[1].name
    assert len(name) == 80 and name.endswith(", seed 8")


@pytest.mark.parametrize(("seed", "num_seeds"), [(0, 0), (0, MOST_SEEDS + 1), (2**31 - 1, 2)])
def test_impossible_numbers_of_seeds_are_refused(seed, num_seeds):
    with pytest.raises(NetloomError, match="seeds"):
        with_seeds(SPEC.replace(seed=seed), num_seeds)
