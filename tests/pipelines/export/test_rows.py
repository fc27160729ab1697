"""The lines that read raw rows beside an exported model, without the model."""

import json
from pathlib import Path

import numpy as np
import pytest

from pipelines.export.shipped import rows

INPUTS = [
    {"name": "age", "column": "age", "dtype": "float32", "holds": "number"},
    {"name": "kind_of_1", "column": 'kind, "of" 1', "dtype": "string", "holds": "category"},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "labels.json").write_text(json.dumps({"inputs": INPUTS, "missing": ["", "NA"]}), encoding="utf-8")
    monkeypatch.setattr(rows, "FOLDER", tmp_path)
    return tmp_path


def test_a_table_as_spreadsheets_write_it(folder: Path):
    text = '\ufeff age ,"kind, ""of"" 1",other\n 3.5,é,1\nNA, b ,2\n'
    (folder / "rows.csv").write_text(text, encoding="utf-8")
    (batch,) = rows.batches(str(folder / "rows.csv"))
    assert np.array_equal(batch["age"], np.array([[3.5], [np.nan]], "float32"), equal_nan=True)
    assert batch["kind_of_1"].tolist() == [["é"], ["b"]]


def test_a_column_that_is_not_there_is_named(folder: Path):
    (folder / "rows.csv").write_text("age\n1\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="has no column 'kind, \"of\" 1'; it has age"):
        list(rows.batches(str(folder / "rows.csv")))
