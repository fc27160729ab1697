"""Reports survive JSON, and damaged ones are refused in one sentence."""

import json
from dataclasses import replace

import pytest

from models.errors import NetloomError
from pipelines.export.facts import ExportReport

REPORT = ExportReport(
    run_uid="abcdefghijkl",
    format="keras",
    path="/somewhere/a.zip",
    bytes=12,
    files=("README.md", "model.keras"),
    version="1-2",
    created_at=3.5,
    ok=True,
    message="Tried.",
    max_abs_difference=1e-7,
    rows_compared=270,
    test_metric_name="accuracy",
    test_metric=0.97,
)


def test_round_trip() -> None:
    for report in (REPORT, replace(REPORT, max_abs_difference=None, test_metric=None, test_metric_name=None)):
        assert ExportReport.from_json(json.dumps(report.as_json(), allow_nan=False)) == report


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 3}', "null"])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(NetloomError, match="cannot be read"):
        ExportReport.from_json(text)
