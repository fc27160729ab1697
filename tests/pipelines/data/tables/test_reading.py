"""Files as tables: kinds of columns, values, and everything that a file can be instead of a table."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from models.errors import NetloomError
from pipelines.data.spec import TableSource
from pipelines.data.tables import reading, typed_csv
from pipelines.data.tables.kinds import ISO, ISO_ZONED
from pipelines.data.tables.reading import table_of


def kinds(table):
    return {column.name: column.kind for column in table.profile.columns}


def test_titanic(data_dir: Path, home: Path, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    file = data_dir / "tabular/titanic.csv"
    table = table_of(TableSource(path=str(file)))
    expected = pd.read_csv(file)
    assert table.profile.rows == 891 and table.names == tuple(expected.columns)
    for column in table.profile.columns:
        assert column.missing == expected[column.name].isna().sum()
        assert column.unique == expected[column.name].nunique()
        if column.mean is not None:
            found = [column.minimum, column.maximum, column.mean, column.std]
            assert found == pytest.approx(expected[column.name].agg(["min", "max", "mean", "std"]).tolist())
    pd.testing.assert_series_equal(table.read(["fare"])["fare"], expected["fare"], check_exact=True)
    assert table.profile.column("sex").top == (("male", 577), ("female", 314))
    assert table.head(3)["name"].tolist() == expected["name"][:3].tolist()


def test_spam_has_all_its_rows_where_quotes_are_characters(data_dir: Path, home: Path, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    path = str(data_dir / "text/SMSSpamCollection.tsv")
    table = table_of(TableSource(path=path, header=False, quoted=False))
    assert (table.profile.rows, table.names, table.profile.delimiter) == (5574, ("column 1", "column 2"), "\t")
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    assert table.words("column 2").tolist() == [line.split("\t", 1)[1].strip(" \t\r\n") for line in lines]
    with pytest.raises(NetloomError, match=r"line \d+ of SMSSpam.*closing quote.*not quoted"):
        table_of(TableSource(path=path, header=False))


def test_kinds(made_file):
    table = table_of(
        made_file(
            "whole,number,holes,code,bool,day,hour,zoned,dots,word,none\n"
            "1,1.5,3,007,true,2020-02-29,2020-02-29 13:45,2020-02-29T12:00:00+02:00,29.02.2020,yes,\n"
            "-2,2,,010,false,2021-01-01,2021-01-01 00:00,2020-02-29T12:00:00Z,1.3.2021,no,NA\n"
            "3,1e3,5,1,true,NaN,2021-01-02 00:00,?,13.3.2021,?,\n"
        )
    )
    assert kinds(table) == {
        "whole": "int", "number": "float", "holes": "int", "code": "str", "bool": "str", "day": "date", "hour": "date",
        "zoned": "date", "dots": "date", "word": "str", "none": "int",
    }  # fmt: skip
    profile = table.profile
    assert [profile.column(name).date_format for name in ("day", "zoned", "dots")] == [ISO, ISO_ZONED, "%d.%m.%Y"]
    assert (profile.column("day").clock, profile.column("hour").clock) == (False, True)
    assert (profile.column("holes").missing, profile.column("none").type) == (1, "empty")
    frame = table.read(table.names)
    np.testing.assert_array_equal(frame["holes"], [3, np.nan, 5])
    assert frame["bool"].tolist() == ["true", "false", "true"]
    assert frame["word"].tolist() == ["yes", "no", None] and frame["word"].dtype == object
    assert frame["zoned"].tolist()[:2] == [pd.Timestamp("2020-02-29 10:00"), pd.Timestamp("2020-02-29 12:00")]
    assert frame["dots"].tolist()[1] == pd.Timestamp("2021-03-01") and pd.isna(frame["day"][2])
    assert frame.index.equals(pd.RangeIndex(3))
    assert table.read(["whole", "number"], {"whole": "categorical", "number": "text"}).to_numpy().tolist() == [
        ["1", "1.5"], ["-2", "2"], ["3", "1000"],
    ]  # fmt: skip
    assert table.read(["day"], {"day": "categorical"})["day"].tolist() == ["2020-02-29", "2021-01-01", None]
    np.testing.assert_array_equal(table.read(["code"], {"code": "numeric"})["code"], [7, 10, 1])


def test_day_or_month_first_is_settled_by_the_whole_column(made_file):
    table = table_of(made_file("us,eu,either\n01/13/2020,13/01/2020,01/02/2020\n02/03/2020,02/03/2020,03/04/2020\n"))
    formats = [table.profile.column(name).date_format for name in table.names]
    assert formats == ["%m/%d/%Y", "%d/%m/%Y", "%m/%d/%Y"]
    assert [bool(table.profile.column(name).note) for name in table.names] == [False, False, True]


def test_impossible_days_are_no_dates(made_file):
    assert kinds(table_of(made_file("a,b\n31.02.2020,1\n01.02.2020,2\n")))["a"] == "str"


@pytest.mark.parametrize("late", ["x", "1.5", "2020-01-01", ""])
def test_a_column_that_changes_in_a_late_block_is_read_as_if_it_had_been_known(made_file, monkeypatch, late):
    monkeypatch.setattr(typed_csv, "BLOCK_BYTES", 4096)
    rows = [f"{number},{number / 4},w{number}" for number in range(3000)]
    table = table_of(made_file("\n".join(["a,b,c", *rows, f"{late},1,w"])))
    expected = {"x": "str", "1.5": "float", "2020-01-01": "str", "": "int"}[late]
    assert kinds(table) == {"a": expected, "b": "float", "c": "str"}
    assert table.profile.rows == 3001
    assert table.words("a").tolist() == [*map(str, range(3000)), late or None]
    np.testing.assert_array_equal(table.read(["b"])["b"], [*(number / 4 for number in range(3000)), 1])


def test_a_column_empty_at_first_is_what_comes_later(made_file, monkeypatch):
    monkeypatch.setattr(typed_csv, "BLOCK_BYTES", 4096)
    table = table_of(made_file("a,b\n" + "1,\n" * 3000 + "2,2020-05-01\n"))
    assert kinds(table)["b"] == "date" and table.profile.column("b").missing == 3000


def test_blanks_bom_crlf_quotes_and_empty_lines(made_file):
    content = '\ufeff a , b\r\n 1 ,x\r\n\r\n2 , NA \r\n3,"say ""hi"", twice\n"\r\n'
    table = table_of(made_file(content))
    assert table.names == ("a", "b")
    assert kinds(table) == {"a": "int", "b": "str"}
    assert table.words("b").tolist() == ["x", None, 'say "hi", twice']


def test_lines_that_end_in_carriage_returns(made_file, refused):
    table = table_of(made_file("a,b\r1,x\r2,y\r"))
    assert table.words("b").tolist() == ["x", "y"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", ":"])
def test_delimiters(made_file, delimiter):
    content = f"a{delimiter}b\n1{delimiter}x y\n2{delimiter}z\n"
    table = table_of(made_file(content, delimiter=delimiter if delimiter == ":" else None))
    assert (table.profile.delimiter, table.names) == (delimiter, ("a", "b"))


def test_one_column_of_texts_with_commas(made_file):
    table = table_of(made_file("text\nWell, yes, no\nOne\nTwo, three\n", quoted=False))
    assert table.words("text").tolist() == ["Well, yes, no", "One", "Two, three"]


def test_decimal_comma(made_file):
    table = table_of(made_file("a;b;c\n1,5;1.000,5;1.5\n2;2;2,5\n", decimal=","))
    assert kinds(table) == {"a": "float", "b": "str", "c": "str"}
    np.testing.assert_array_equal(table.read(["a"])["a"], [1.5, 2])


def test_thousands_separators_stay_words_and_it_is_said(made_file):
    column = table_of(made_file('price,n\n"1,200",1\n"12,500,000.50",2\n')).profile.column("price")
    assert column.kind == "str" and "thousands" in column.note


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "shift_jis", "utf-8-sig", "gb18030"])
def test_encodings(made_file, encoding):
    words = ["日本", "カタ"] if encoding in ("shift_jis", "gb18030") else ["café", "naïve"]
    table = table_of(made_file(f"w,n\n{words[0]},1\n{words[1]},2\n".encode(encoding), encoding=encoding))
    assert table.names == ("w", "n") and table.words("w").tolist() == words
    assert [path.name for path in table.folder.iterdir() if path.suffix == ".utf8"] == []


def test_without_header(made_file):
    table = table_of(made_file("1,2\n3,4\n", header=False))
    assert (table.names, table.profile.rows) == (("column 1", "column 2"), 2)


def test_more_categories_than_a_hundred_thousand(made_file):
    rows = "".join(f"k{number % 120_000},{number % 2}\n" for number in range(250_000))
    column = table_of(made_file("key,y\n" + rows)).profile.column("key")
    assert (column.unique, column.type, len(column.top)) == (120_000, "categorical", 20)


def test_thousands_of_columns(made_file):
    names = [f"gene {place}" for place in range(1000)]
    rows = [",".join(f"{place + row / 4}" for place in range(1000)) for row in range(12)]
    table = table_of(made_file("\n".join([",".join(names), *rows])))
    assert set(kinds(table).values()) == {"float"}
    frame = table.read(names[::-1])
    assert frame.columns.tolist() == names[::-1]
    np.testing.assert_array_equal(frame.loc[3], np.arange(1000)[::-1] + 0.75)


def test_parquet(made_file):
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, None, 3], "Int64"),
            "number": [1.5, np.nan, 2],
            "flag": [True, False, None],
            "word": [" a ", "NA", None],
            "kind": pd.Categorical(["x", "y", "x"]),
            "day": pd.to_datetime(["2020-01-01", None, "2020-01-03"]),
            "zoned": pd.to_datetime(["2020-01-01", None, "2020-01-03"]).tz_localize("Asia/Tokyo"),
            "list": [[1], [2], None],
        },
        index=[7, 8, 9],
    )
    out = io.BytesIO()
    frame.to_parquet(out)
    table = table_of(made_file(out.getvalue(), "rows.csv"))  # by content, whatever its name
    assert kinds(table) == {
        "whole": "int", "number": "float", "flag": "str", "word": "str", "kind": "str", "day": "date", "zoned": "date",
    }  # fmt: skip
    assert table.profile.left_out == ("list",) and not table.is_text
    assert table.words("flag").tolist() == ["true", "false", None]
    assert table.words("word").tolist() == ["a", None, None]
    assert table.words("whole").tolist() == ["1", None, "3"]
    assert table.read(["zoned"])["zoned"][0] == pd.Timestamp("2019-12-31 15:00")


def test_second_look_reads_nothing_and_a_changed_file_is_read_anew(made_file, monkeypatch):
    source = made_file("a,b\n1,2\n3,4\n")
    table = table_of(source)
    with monkeypatch.context() as patch:
        patch.setattr(reading, "head_of", lambda path: pytest.fail("read again"))
        assert table_of(source) is table
    made_file("a,b\n1,2\n3,4\n5,6\n")
    assert table_of(source).profile.rows == 3
    assert len(table.read(["a"])) == 2  # as it was when it was read


def test_a_file_that_changes_while_it_is_read(made_file, refused, monkeypatch):
    source = made_file("a,b\n1,2\n3,4\n")
    profile_of = reading.profile_of

    def meanwhile(*args):
        with Path(source.path).open("a") as file:
            file.write("5,6\n")
        return profile_of(*args)

    monkeypatch.setattr(reading, "profile_of", meanwhile)
    assert "rows.csv changed while it was read" in refused(table_of, source)


def test_an_emptied_cache(made_file):
    table = table_of(made_file("a,b\n1,2\n3,4\n"))
    (table.folder / "rows.parquet").unlink()
    with pytest.raises(NetloomError, match="no longer in the cache"):
        table.read(["a"])


def _xlsx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (b"", {}, "rows.csv is empty."),
        (b" \n\r\n\t\n", {}, "rows.csv is empty."),
        (b"a,b", {}, "has a header and no rows"),
        (b"a,b\n", {}, "has a header and no rows"),
        (b"a,b\n\n\n", {}, "has a header and no rows"),
        (b"a,b\nx,1\ncaf\xe9,2\n", {}, "Line 3 of rows.csv is not in the encoding utf-8. It may be in cp1252"),
        (b"a,b\n\xef\xf0\xe8\xe2\xe5\xf2,2\n", {}, "is not in the encoding utf-8. It may be in cp1251"),
        ("a,b\nx,1\n".encode("utf-16"), {}, "is not in the encoding utf-8. It may be in utf-16:"),
        ("a,b\nx,1\n".encode("utf-16-le"), {}, "NUL character, which no text does. It may be in utf-16-le"),
        ("a,b\ncafé,1\n".encode(), {"encoding": "utf-16"}, "is not in the encoding utf-16. It may be in utf-8"),
        (b"a,b\n1,2\n", {"encoding": "utf9"}, "There is no text encoding 'utf9'"),
        (b"a,b\n1,2\n", {"encoding": "hex"}, "There is no text encoding 'hex'"),
        (b"a,b\n1,2\n3,\x00\n", {}, "Line 3 of rows.csv holds a NUL character"),
        (b"a,b\n1,2\n1,2,3\n4,5\n", {}, "Line 3 of rows.csv has 3 fields; 2 were expected, as in the header."),
        (b"a,b\r1,2\r1\r4,5\r", {}, "Line 3 of rows.csv has 1 field; 2 were expected"),
        (b"a,b\n1,2\n\n1\n4,5\n", {}, "Line 4 of rows.csv has 1 field; 2 were expected"),
        (b'a,b\n"x\ny",2\n1,2,3\n', {}, "Line 4 of rows.csv has 3 fields"),
        (b"1,2\n1,2,3\n", {"header": False}, "2 were expected, as in the first line"),
        (b"a,b,a\n1,2,3\n", {}, "has the name 'a' twice, for columns 1 and 3"),
        (b"a, ,c\n1,2,3\n", {}, "has no name for column 2"),
        (b",b\n1,2\n", {}, "has no name for column 1"),
        (b"a,%s\n1,2\n" % (b"x" * 300), {}, "a name of 300 characters for column 2"),
        (b'a,b\n1,2\n3,"x\n4,5\n', {}, "begins on line 3 of rows.csv is never closed"),
        (b'a,b\n1,"x"y\n', {}, "begins on line 2 of rows.csv has text after its closing quote"),
        (b"<!DOCTYPE html><html><body>404</body></html>", {}, "is a web page (HTML or XML), not a table"),
        (b"\xef\xbb\xbf \n<html>a,b</html>", {}, "is a web page"),
        (b'{"a": 1}\n', {}, "is JSON"),
        (_xlsx(), {}, "is an Excel workbook (.xlsx)"),
        (b"PK\x03\x04rest", {}, "is a zip archive"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), {}, "is a gzip archive"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", {}, "is a PNG image"),
        (b"PAR1 is how it begins", {}, "is damaged, or no Parquet file"),
        (b"a,b\n1,2\n", {"delimiter": "\u00a7"}, "cannot stand between the fields"),
        (b"a,b\n1,2\n", {"delimiter": '"'}, "cannot stand between the fields"),
        (b"a,b\n1,%s\n" % (b"x" * (5 << 20)), {}, "has a row of more than 2 MiB"),
        (b",".join(b"c%d" % place for place in range(20_000)) + b"\n", {}, "has 20,000 columns"),
        (b"a,b\n1,2\n" + b"," * 1_000_000 + b"\n", {}, "Line 3 of rows.csv has 1,000,001 fields; 2 were expected"),
    ],
)  # fmt: skip
def test_what_is_no_table(made_file, refused, content, options, told):
    assert told in refused(table_of, made_file(content, **options))


def test_what_is_no_parquet(made_file, refused):
    assert "is no Parquet file" in refused(table_of, made_file(b"a,b\n1,2\n", "rows.parquet"))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (pa.table({"a": pa.array([], pa.int64())}), "has columns and no rows"),
        (pa.table({"a": [[1], [2]]}), "no column of numbers, words or dates"),
        (pa.table([[1], [2]], names=["a", "a"]), "twice, for columns 1 and 2"),
    ],
)
def test_parquet_that_is_no_table(made_file, refused, table, told):
    out = io.BytesIO()
    parquet.write_table(table, out)
    assert told in refused(table_of, made_file(out.getvalue(), "rows.parquet"))


def test_a_truncated_parquet(made_file, refused):
    out = io.BytesIO()
    parquet.write_table(pa.table({"a": list(range(1000))}), out)
    assert "is damaged" in refused(table_of, made_file(out.getvalue()[:-100], "rows.parquet"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(made_file, refused):
    source = made_file("a,b\n1,2\n")
    Path(source.path).chmod(0)
    assert "permission denied" in refused(table_of, source)


def test_a_folder(made_file, refused, tmp_path):
    made_file("a,b\n1,2\n")
    assert "is a folder" in refused(table_of, TableSource(path=str(tmp_path / "data")))


def test_a_column_that_is_not_there(made_file):
    table = table_of(made_file("Age,Fare\n1,2\n"))
    with pytest.raises(NetloomError, match=r"has no column 'age_'. Did you mean 'Age'\?"):
        table.read(["age_"])
    with pytest.raises(NetloomError, match="Its columns are: Age, Fare"):
        table.read(["zzz"])


@pytest.mark.parametrize(
    ("values", "type_", "told"),
    [
        ("1 2 abc 4", "numeric", "Row 3 of rows.csv has 'abc' in column 'a', where a number was expected"),
        ("1 2 inf 4", "numeric", "Row 3 of rows.csv has inf in column 'a'; finite numbers"),
        ("1 -1e300 3", "numeric", "Row 2 of rows.csv has -1e\\+300 in column 'a'; finite numbers"),
        ("2020-01-01 2020-01-02 x", "date", "Row 3 of rows.csv has 'x' in column 'a', where a date was expected"),
        ("01.02.2020 x 03.02.2020", "date", "Row 2 of rows.csv has 'x' in column 'a', where a date was expected"),
        ("1 2", "date", "Column 'a' of rows.csv holds whole numbers, not dates"),
        ("2020-01-01", "numeric", "Column 'a' of rows.csv holds dates, not numbers"),
    ],
)
def test_values_that_are_not_of_the_type(made_file, values, type_, told):
    content = "a,b\n" + "".join(f"{value},1\n" for value in values.split())
    with pytest.raises(NetloomError, match=told):
        table_of(made_file(content)).read(["a"], {"a": type_})


def test_nan_is_missing_and_infinity_is_not(made_file):
    column = table_of(made_file("a,b\n1,1\nNAN,1\n-inf,1\n3,1\n")).profile.column("a")
    assert (column.missing, column.infinite_row, column.minimum, column.maximum) == (1, 2, 1, 3)
