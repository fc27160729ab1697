"""What is missing, by column and split, and together."""

from pipelines.data.preview.missing import missing_counts, missing_patterns


def test_missing_values_are_counted_in_every_split(titanic):
    counts = missing_counts(titanic)
    assert counts.loc["age"].sum() == 177 and counts.loc["embarked"].sum() == 2
    assert counts.loc["sex"].sum() == 0
    for split, rows in titanic.rows.items():
        assert counts.loc["age", split] == titanic.table["age"].iloc[rows].isna().sum()


def test_columns_that_lack_a_value_together(titanic):
    found = missing_patterns(titanic, "train").set_index("columns")
    assert found["rows"].sum() == len(titanic.rows["train"])
    frame = titanic.frame(titanic.rows["train"])
    assert found.loc["", "rows"] == frame.notna().all(axis=1).sum()
    assert found.loc["age", "rows"] == frame["age"].isna().sum()


def test_arrays_lack_nothing(bundled):
    looked = bundled("iris")
    assert missing_counts(looked).empty
    assert missing_patterns(looked, "val")["columns"].tolist() == [""]
