import json

import pytest

from models.architectures import ARCHITECTURES
from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.comparison.variants import BASELINE, VARIANTS, Settings, grid, new_study, outside_study
from pipelines.spec import RunSpec


@pytest.fixture
def base() -> RunSpec:
    model = ARCHITECTURES["digits-cnn"].build((8, 8, 1), 10, "softmax")
    return RunSpec(name="cnn", model=model, seed=7, tags={"course": "intro"})


def kinds(spec: RunSpec) -> list[str]:
    return [node.kind for node in spec.model.nodes]


def test_what_is_taken_out_of_a_study_keeps_its_other_tags(base: RunSpec) -> None:
    assert outside_study(grid(base, ["dropout"], 1, "abc")[1]).tags == base.tags


def test_every_variant_gets_every_seed_and_the_same_data(base: RunSpec) -> None:
    found = grid(base, ["dropout", "batch-norm", "both"], 3, "abc")
    assert len(found) == 12
    assert [spec.seed for spec in found] == [7] * 4 + [8] * 4 + [9] * 4
    assert len({(spec.seed, spec.tags["variant"]) for spec in found}) == 12
    assert all(spec.data == base.data and spec.train == base.train for spec in found)
    assert all(spec.tags["study"] == "abc" and spec.tags["course"] == "intro" for spec in found)
    assert len({spec.name for spec in found}) == 12


def test_variants_are_what_they_say(base: RunSpec) -> None:
    by_variant = {spec.tags["variant"]: spec for spec in grid(base, list(VARIANTS), 1, "abc", Settings(0.4))}
    assert list(by_variant) == [
        "baseline", "dropout 0.4", "batch normalisation", "batch normalisation and dropout 0.4",
    ]  # fmt: skip
    plain, dropout, norm, both = by_variant.values()
    assert plain.model == base.model
    assert "Dropout" in kinds(dropout)
    assert "BatchNormalization" not in kinds(dropout)
    assert "BatchNormalization" in kinds(norm)
    assert "Dropout" not in kinds(norm)
    assert kinds(both).count("Dropout") == kinds(dropout).count("Dropout")
    assert kinds(both).count("BatchNormalization") == kinds(norm).count("BatchNormalization")
    rates = [node.config["rate"] for node in both.model.nodes if node.kind == "Dropout"]
    assert set(rates) == {0.4}
    for spec in (dropout, norm, both):
        assert spec.model.nodes[-1] == base.model.nodes[-1]


def test_both_drops_after_the_activation_that_follows_the_normalisation(base: RunSpec) -> None:
    spec = grid(base, ["both"], 1, "abc")[1]
    found = kinds(spec)
    for index, kind in enumerate(found):
        if kind == "BatchNormalization":
            assert found[index + 1] == "Activation"
            assert "Dropout" in found[index + 2 : index + 4]  # a pooling layer may stand between


def test_the_baseline_is_always_there_once_and_first(base: RunSpec) -> None:
    for variants in ([], ["both"], ["both", BASELINE, "both"]):
        found = grid(base, variants, 1, "abc")
        assert found[0].tags["variant"] == BASELINE
        assert len(found) == 1 + len(set(variants) - {BASELINE})


def test_a_grid_survives_json_and_names_stay_short(base: RunSpec) -> None:
    for spec in grid(base.replace(name="n" * 80), list(VARIANTS), 2, "abc"):
        assert RunSpec.model_validate_json(spec.model_dump_json()) == spec
        assert len(spec.name) <= 80
        assert spec.name.endswith(f"{spec.tags['variant']}, seed {spec.seed}")
        assert json.loads(spec.model_dump_json())["tags"]["variant"] == spec.tags["variant"]


@pytest.mark.parametrize(
    ("variants", "num_seeds", "rate"),
    [(["droput"], 3, 0.25), (["dropout"], 0, 0.25), (["dropout"], 3, 0.0), (["dropout"], 3, 1.0), ([], 2**31, 0.5)],
)
def test_wrong_wishes_are_refused(base: RunSpec, variants: list[str], num_seeds: int, rate: float) -> None:
    with pytest.raises(NetloomError):
        grid(base, variants, num_seeds, "abc", Settings(rate))


def test_a_variant_that_changes_nothing_is_refused() -> None:
    model: ModelSpec = ARCHITECTURES["softmax-regression"].build((4,), 3, "softmax")
    with pytest.raises(NetloomError, match="no hidden"):
        grid(RunSpec(model=model), ["dropout"], 3, "abc")


def test_a_base_that_has_it_already_is_refused(base: RunSpec) -> None:
    normed = grid(base, ["batch-norm"], 1, "abc")[1]
    with pytest.raises(NetloomError, match="already"):
        grid(normed, ["batch-norm"], 3, "abc")


def test_studies_have_names_of_their_own() -> None:
    assert len({new_study() for _ in range(50)}) == 50
