"""Tables as sources: what `read` gives, what the exported lines give, and what is refused."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import NetloomError
from pipelines.data.registry import source_of
from pipelines.data.source import RawData, Source
from pipelines.data.spec import ColumnSpec, TableSource
from pipelines.data.tables.propose import propose_file


@pytest.fixture
def made_file(tmp_path: Path, home: Path, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))

    def make(content, name="rows.csv", **options) -> TableSource:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return TableSource(path=str(tmp_path / name), **options)

    return make


def columns(**types: str | dict) -> tuple[ColumnSpec, ...]:
    said = {name: {"type": type_} if isinstance(type_, str) else type_ for name, type_ in types.items()}
    return tuple(ColumnSpec(name=name, **rest) for name, rest in said.items())


def agree(spec: TableSource) -> tuple[Source, RawData]:
    """The source and its rows, after its lines of pandas have given the same."""
    source = source_of(spec)
    data = source.read()
    given = {"np": np}
    exec(source.code, given)  # noqa: S102
    pd.testing.assert_frame_equal(data.x, given["x"], check_exact=True, check_index_type=False)
    for name in data.x:
        if data.x[name].dtype == object:
            assert {type(value) for value in data.x[name]} <= {str, type(None)}
            assert {type(value) for value in given["x"][name]} <= {str, type(None)}
    if data.y is None:
        assert given["y"] is None
    else:
        assert isinstance(data.y, np.ndarray) and data.y.dtype == given["y"].dtype
        np.testing.assert_array_equal(data.y, given["y"])
        assert len(data.y) == source.num_rows
    assert len(data.x) == source.num_rows
    assert data.keys is not None and data.keys.index.equals(data.x.index)
    return source, data


def test_titanic(data_dir, home, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    spec = propose_file(str(data_dir / "tabular/titanic.csv")).source
    source, data = agree(spec)
    assert (source.kind, source.tasks, source.class_names) == ("table", ("binary", "reconstruction"), ("0", "1"))
    assert (source.num_rows, source.target_name, source.dtype) == (891, "survived", "table")
    expected = pd.read_csv(spec.path)
    np.testing.assert_array_equal(data.y, expected["survived"])
    np.testing.assert_array_equal(data.x["age"], expected["age"])
    assert set(data.keys.columns) == {*data.x.columns, "ticket", "cabin"}

    dropped = spec.replace(columns=(ColumnSpec(name="age", type="numeric", missing="drop"), *spec.columns[:2]))
    source, data = agree(dropped)
    assert source.num_rows == 714 and "177 rows" in source.notes
    np.testing.assert_array_equal(data.x.index, np.flatnonzero(expected["age"].notna()))
    np.testing.assert_array_equal(data.y, expected["survived"][expected["age"].notna()])

    fares = spec.replace(target=("fare",), columns=columns(sex="categorical", name="text"))
    source, data = agree(fares)
    assert source.tasks == ("regression",) and data.y.dtype == np.float32


def test_spam(data_dir, home, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    source, data = agree(propose_file(str(data_dir / "text/SMSSpamCollection.tsv")).source)
    assert (source.kind, source.class_names, source.num_rows) == ("text", ("ham", "spam"), 5574)
    assert data.y.sum() == 747


MIXED = (
    " id ,n,w,d,e,code,f,z,t\n"
    "1,1.5, a ,2020-01-05,05.01.2020,007,1.0,2020-01-01T10:00:00+02:00,yes\n"
    "2,NA,b,,06.01.2020,010,0.5,2020-01-01T10:00:00Z,no\n"
    "3,2e-3,?,2020-01-07,,1,,,yes\n"
    "4,NAN,a,2020-01-08,08.01.2020,,10.0,2020-01-04T10:00:00Z,\n"
    '5,0.1,"a ""q"", \nb",2020-01-08,08.01.2020,2,10.0,2020-01-04T10:00:00Z,no\n'
)


@pytest.mark.parametrize("target", [("t",), ("n",), ("w",), ("f",), ("n", "f"), (), ("id",)])
def test_lines_of_pandas_give_the_same(made_file, target):
    all_columns = columns(
        id="numeric", n="numeric", w="categorical", d="date", e="date", code="categorical", f="categorical", z="date"
    )
    spec = made_file(MIXED, target=target, columns=tuple(c for c in all_columns if c.name not in target))
    agree(spec)
    agree(spec.replace(target_type="categorical") if len(target) == 1 else spec)
    other = columns(d="categorical", z="text", code={"type": "numeric", "missing": "drop"}, e="text")
    if target:
        agree(spec.replace(columns=other))


def test_more_ways_to_read(made_file):
    semicolons = made_file("a;b;y\n1,5;x;2,5\n-0,25;;1\n", decimal=",", target=("y",), columns=columns(a="numeric"))
    assert agree(semicolons)[1].y.tolist() == [2.5, 1]
    agree(made_file("a|ü\n1|é\n2|è\n".encode("cp1252"), encoding="cp1252", target=("ü",), columns=columns(a="numeric")))
    agree(made_file("a,y\n1,2\n3,4\n".encode("utf-16"), encoding="utf-16", target=("y",)))
    agree(made_file("\ufeffa,y\r\n1,x\r\n\r\n3,z\r\n", target=("y",)))
    agree(made_file('1\t"q\t2\n3\tr"\t4\n', header=False, quoted=False, target=("column 3",), columns=columns(
        **{"column 2": "text"})))  # fmt: skip
    agree(made_file("a,y\n1,0\n,1\n3,0\n2,1\n", target=("y",), missing_marks=("3",)))
    agree(made_file("a,y\n9007199254740993,0\n9007199254740992,1\n", target=("y",), columns=columns(a="categorical")))


def test_parquet(made_file):
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, None, 3, 4], "Int64"),
            "number": [1.5, np.nan, 2, 1e10],
            "flag": [True, False, None, True],
            "word": [" a ", "NA", None, "b"],
            "kind": pd.Categorical(["x", "y", "x", "y"]),
            "day": pd.to_datetime(["2020-01-01", None, "2020-01-03", "2020-01-04"]),
            "zoned": pd.to_datetime(["2020-01-01 10:00", None, "2020-01-03 11:30", "2020-01-04 12:00"]).tz_localize(
                "Asia/Tokyo"
            ),
            "y": np.array([0, 1, 0, 1], np.uint8),
        },
        index=pd.Index([5, 6, 7, 8], name="key"),
    )
    out = io.BytesIO()
    frame.to_parquet(out)
    all_columns = columns(
        whole="numeric", number="numeric", flag="categorical", word="text", kind="categorical", day="date", zoned="date"
    )
    spec = made_file(out.getvalue(), "rows.parquet", target=("y",), columns=all_columns)
    _, data = agree(spec)
    assert data.x["flag"].tolist() == ["true", "false", None, "true"]
    agree(spec.replace(columns=columns(whole="categorical", number="categorical", day="categorical", zoned="text")))
    agree(spec.replace(columns=columns(whole={"type": "categorical", "missing": "drop"}), target=("number",)))
    agree(spec.replace(target=("flag", "y"), columns=columns(whole="numeric")))
    assert source_of(spec.replace(target=("flag",), columns=columns(whole="numeric"))).class_names == ("false", "true")


def test_tasks_and_targets(made_file):
    rows = "".join(f"{n % 6 + 3},{n / 7},{n % 2},{n % 3 // 2},{'xyz'[n % 3]}\n" for n in range(60))
    spec = made_file("q,f,a,b,w\n" + rows, columns=columns(f="numeric"), target=("q",))
    source, data = agree(spec)
    assert (source.tasks, source.class_names, data.y.dtype) == (("regression", "reconstruction"), (), np.float32)
    source, data = agree(spec.replace(target_type="categorical"))
    assert (source.tasks[0], source.class_names, data.y.dtype) == ("multiclass", tuple("345678"), np.int64)
    source, data = agree(spec.replace(target=("a", "b")))
    assert (source.tasks[0], source.class_names, data.y.shape) == ("multilabel", ("a", "b"), (60, 2))
    source, data = agree(spec.replace(target=("a", "b"), target_type="numeric"))
    assert (source.tasks[0], source.class_names, source.num_targets) == ("regression", (), 2)
    source, data = agree(spec.replace(target=()))
    assert source.tasks == ("reconstruction",) and data.y is None


def test_class_names_of_numbers_are_in_their_order(made_file):
    spec = made_file("x,y\n1,10\n2,9\n3,10\n4,100\n5,9\n", target=("y",), target_type="categorical")
    assert source_of(spec).class_names == ("9", "10", "100")


def test_classes_are_those_of_the_rows_that_are_left(made_file):
    spec = made_file("x,y\n1,a\n2,b\n,c\n4,a\n", target=("y",))
    assert source_of(spec).class_names == ("a", "b", "c")
    kept = agree(spec.replace(columns=columns(x={"type": "numeric", "missing": "drop"})))
    assert kept[0].class_names == ("a", "b") and kept[1].y.tolist() == [0, 1, 0]


def test_keys_hold_what_a_split_may_go_by(made_file):
    spec = made_file(
        "x,y,who,when,why\n"
        + "".join(f"{n / 3},{n % 2},p{n % 4},2020-01-{n + 1:02},so many words {n}\n" for n in range(20))
    )
    keys = agree(spec.replace(columns=X, target=("y",)))[1].keys
    assert list(keys.columns) == ["x", "who", "when"]
    assert keys["when"].dtype.kind == "M" and keys["who"][1] == "p1"


def test_no_column_at_all_is_empty(made_file):
    spec = made_file("x,y,gone\n1,a,\n2,b,\n3,a,\n", target=("y",))
    assert source_of(spec).feature_names == ("x",)


X = columns(x="numeric")
X_DROPPED = columns(x={"type": "numeric", "missing": "drop"})
Y = ("y",)


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        ("x,y\n1,a\n2,b\n", {"target": ("z",)}, "has no column 'z'"),
        ("x,y\n1,a\n2,b\n", {"target": Y, "columns": columns(X1="numeric")}, "no column 'X1'. Did you mean 'x'"),
        ("x,e,y\n1,,a\n2,,b\n", {"target": Y, "columns": columns(e="numeric")}, "'e' .* no value .* Leave it out"),
        ("x,y\n1,\n2,\n", {"target": Y}, "Column 'y' .* no value .* Choose another"),
        ("x,y\n1,a\n2,a\n", {"target": Y}, "'y' .* one class only: .* says 'a'"),
        ("x,y\n1,a\n,b\n", {"target": Y, "columns": X_DROPPED}, "one class only"),
        ("x,y\n1,7\n2,7\n", {"target": Y}, "one class only"),
        ("x,y\n,7\n2,\n", {"target": Y, "columns": X_DROPPED}, "one class only"),
        ("x,y\n1,2020-01-01\n2,2020-01-02\n", {"target": Y}, "Column 'y' of rows.csv holds dates"),
        ("x,y,z\n1,a,0\n2,b,1\n", {"target": ("y", "z")}, "or all numbers; column 'y' .* a, b"),
        ("x,y\n" + "".join(f"{n},k{n}\n" for n in range(1500)), {"target": Y}, "1,500 different .* 1,000 classes"),
        ("x,y\n1,a\n1,b\n", {"target": Y}, "rows.csv has no column to learn from"),
        ("x,y\nsome words,1\nand more,2\n", {"target": (), "columns": columns(x="text")}, "texts cannot be"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned(made_file, content, options, told):
    with pytest.raises(NetloomError, match=told) as caught:
        source_of(made_file(content, **options))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "x,y\n" + "".join(f"1,{n / 3}\n" for n in range(30)) + "1,many\n",
            "Row 31 of rows.csv has 'many' in column 'y'",
        ),
        ("x,y\n1,1.5\n2,inf\n3,2.5\n", "Row 2 of rows.csv has inf in column 'y'"),
        ("x,y\n1,0.5\n-inf,1.5\n3,2.5\n", "Row 2 of rows.csv has -inf in column 'x'"),
    ],
)
def test_values_that_cannot_be_learned(made_file, content, told):
    source = source_of(made_file(content, target=("y",), columns=columns(x="numeric")))
    assert source.tasks[0] == "regression"
    with pytest.raises(NetloomError, match=told):
        source.read()


@given(
    st.lists(
        st.tuples(
            st.one_of(st.just(""), st.floats(width=64, allow_nan=False, min_value=-1e30, max_value=1e30).map(repr),
                      st.integers(-(10**9), 10**9).map(str)),
            st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8),
            st.sampled_from(["u", "v", ""]),
        ),
        min_size=4, max_size=30,
    )
)  # fmt: skip
@settings(max_examples=20)
def test_any_rows_are_read_as_pandas_reads_them(tmp_path_factory, rows):
    rows = [*rows, ("1", "a", "u"), ("2.5", "b", "v")]
    folder = tmp_path_factory.mktemp("rows")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLOOM_DATA", str(folder))
        patch.setenv("NETLOOM_HOME", str(folder / "home"))
        pd.DataFrame(rows, columns=["n", "w", "y"]).to_csv(folder / "rows.csv", index=False)
        spec = TableSource(path=str(folder / "rows.csv"), target=("y",), columns=columns(n="numeric", w="text"))
        _, data = agree(spec)
        kept = [row for row in rows if row[2]]
        assert len(data.x) == len(kept)
        expected = [float(number) if number else np.nan for number, _, _ in kept]
        np.testing.assert_array_equal(data.x["n"], expected)
