import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.comparison.conclusion import conclude, conclude_one
from pipelines.comparison.measure import Measure
from pipelines.comparison.statistics import VariantResult, compare, holm, paired_test

TEST = Measure("accuracy")
BASE = [0.90, 0.91, 0.93, 0.89, 0.92]


def said(study, measure: Measure = TEST) -> str:
    return conclude(compare(study.runs, study.history, measure))


def test_a_clear_help_says_direction_size_interval_and_seeds(study) -> None:
    study.add_all({"baseline": BASE, "dropout 0.25": [0.93, 0.93, 0.96, 0.92, 0.94]})
    sentence = said(study)
    assert sentence == (
        "Dropout 0.25 helped: test accuracy is 0.026 higher than the baseline "
        "(95 % interval +0.019 to +0.033, 5 seeds, p < 0.001)."
    )


def test_a_clear_harm(study) -> None:
    study.add_all({"baseline": BASE, "both": [0.80, 0.82, 0.84, 0.79, 0.81]})
    assert said(study).startswith("Both did harm: test accuracy is 0.098 lower than the baseline (95 % interval -0.11")


def test_a_lower_error_is_a_help() -> None:
    paired = paired_test([-0.3, -0.31, -0.29, -0.32])
    result = VariantResult("both", 4, 0, 0, 0.5, 0.1, paired, paired.p)
    assert conclude_one(result, Measure("mae")).startswith("both helped: test MAE is 0.3")
    assert " lower than the baseline" in conclude_one(result, Measure("mae"))


def test_no_clear_difference(study) -> None:
    study.add_all({"baseline": BASE, "dropout 0.25": [0.91, 0.90, 0.94, 0.88, 0.93]})
    assert said(study).startswith("Dropout 0.25 makes no clear difference: test accuracy changes by +0.002 (95 %")


def test_several_variants_share_one_sentence_and_the_correction(study) -> None:
    study.add_all({"baseline": BASE, "dropout 0.25": [0.93, 0.93, 0.96, 0.92, 0.94], "both": BASE[::-1]})
    sentence = said(study)
    assert re.fullmatch(r"Dropout 0.25 helped: [^;]*corrected for 2 variants\); both makes no clear [^;]*\.", sentence)


@pytest.mark.parametrize(("n", "pairs"), [(1, "1 pair of runs"), (2, "2 pairs of runs")])
def test_too_few_seeds(study, n: int, pairs: str) -> None:
    study.add_all({"baseline": BASE[:n], "dropout 0.25": [0.99, 0.999][:n]})
    assert said(study).startswith(f"Dropout 0.25: too few seeds to tell ({pairs};")


def test_identical_runs_and_identical_differences(study) -> None:
    study.add_all({"baseline": BASE, "a": BASE, "b": [value + 0.01 for value in BASE]})
    assert said(study) == (
        "A makes no difference at all: test accuracy is the same with each of 5 seeds; b changes test accuracy by "
        "+0.01 with each of 5 seeds, exactly the same each time, so chance cannot be judged."
    )


def test_runs_that_still_train_are_mentioned(study) -> None:
    study.add_all({"baseline": BASE, "both": BASE[:4]})
    study.add("both", 4, status="running")
    assert said(study).startswith("So far, while 1 run is still to finish: both makes no difference")


def test_nothing_to_compare(study) -> None:
    assert said(study).startswith("Nothing to compare yet")
    study.add_all({"baseline": BASE})
    assert said(study).startswith("Nothing to compare yet")


@given(st.lists(st.floats(-1, 1, allow_nan=False), min_size=3, max_size=12), st.sampled_from(["accuracy", "mae"]))
def test_a_claim_is_made_only_where_the_interval_leaves_zero_out(differences: list[float], metric: str) -> None:
    paired = paired_test(differences)
    measure = Measure(metric)
    sentence = conclude_one(VariantResult("x", paired.n, 0, 0, 0, 0, paired, holm([paired.p])[0]), measure)
    claims = "helped" in sentence or "did harm" in sentence
    if claims:
        assert paired.low > 0 or paired.high < 0
        better = (np.mean(differences) > 0) == measure.higher_is_better
        assert ("helped" in sentence) == better
    assert "nan" not in sentence
