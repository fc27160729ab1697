"""What is proposed for tables: targets, tasks, inputs, text mode, splits."""

import pytest

from models.errors import NetloomError
from pipelines.data.spec import ColumnSpec, DataSpec
from pipelines.data.tables.propose import complete, possible_tasks, propose, propose_file, with_task
from pipelines.data.tables.reading import table_of


def csv(header: str, row, count: int = 40) -> str:
    return header + "\n" + "".join(",".join(map(str, row(number))) + "\n" for number in range(count))


def types(source):
    return {column.name: column.type for column in source.columns}


def test_titanic(data_dir, home, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    data = propose_file(str(data_dir / "tabular/titanic.csv"))
    assert (data.task, data.scaling, data.text.mode) == ("binary", "standardise", "tf_idf")
    assert data.source.target == ("survived",)
    assert types(data.source) == {
        "pclass": "categorical", "sex": "categorical", "age": "numeric", "sibsp": "numeric", "parch": "numeric",
        "fare": "numeric", "embarked": "categorical",
    }  # fmt: skip
    profile = table_of(data.source).profile
    found = {column.name: column.type for column in profile.columns}
    assert (found["name"], found["ticket"], found["cabin"]) == ("text", "id", "id")
    assert DataSpec.model_validate_json(data.model_dump_json()) == data


def test_spam(data_dir, home, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    data = propose_file(str(data_dir / "text/SMSSpamCollection.tsv"))
    assert (data.task, data.text.mode, data.source.target) == ("binary", "sequence", ("column 1",))
    assert types(data.source) == {"column 2": "text"}
    assert (data.source.delimiter, data.source.header, data.source.quoted) == ("\t", False, False)


@pytest.mark.parametrize(
    ("header", "row", "target", "task"),
    [
        ("a,b,price", lambda n: (n % 7, n / 3, n * n / 7), "price", "regression"),
        ("Class,a,b", lambda n: (n % 3, n / 3, n * n / 7), "Class", "multiclass"),
        ("a,b,last", lambda n: (n / 3, n % 2, "xyz"[n % 3]), "last", "multiclass"),
        ("a,last,when", lambda n: (n / 3, "xy"[n % 2], f"2020-01-{n % 28 + 1:02}"), "last", "binary"),
        ("y,Y 2,z", lambda n: (n / 3, "xy"[n % 2], n / 5), "y", "regression"),
    ],
)
def test_targets(made_file, header, row, target, task):
    data = propose(made_file(csv(header, row)))
    assert (data.source.target, data.task) == ((target,), task)
    assert target not in types(data.source)


def test_only_texts_beside_others_that_can_be_read(made_file):
    source = made_file(
        csv("name,story,n,y", lambda n: (f"Ann B. C{n}", f"the {n} of many words in a row", n / 2, n % 2))
    )
    data = propose(source)
    assert types(data.source) == {"story": "text", "n": "numeric"} and data.text.mode == "tf_idf"


def test_ids_and_constants_are_no_inputs_unless_there_is_nothing_else(made_file):
    source = made_file(csv("PassengerId,code,one,none,x,y", lambda n: (n + 1, f"t{n}", 5, "", n % 9 / 2, n % 2)))
    found = {column.name: column.type for column in table_of(source).profile.columns}
    assert found == {
        "PassengerId": "id", "code": "id", "one": "constant", "none": "empty", "x": "numeric", "y": "categorical",
    }  # fmt: skip
    assert types(propose(source).source) == {"x": "numeric"}
    assert types(propose(made_file(csv("t,y", lambda n: (n, n % 2)))).source) == {"t": "numeric"}


def test_codes_are_categories_and_counts_are_numbers(made_file):
    source = made_file(
        csv("code,count,flag,grade,year,y", lambda n: (n % 5, [0, 0, 0, 0, 1, 2][n % 6] + (n == 0) * 6, n % 2,
            n % 3 + 1.0, 2000 + n % 7, n / 3), 120)
    )  # fmt: skip
    found = {column.name: column.type for column in table_of(source).profile.columns}
    assert found == {
        "code": "categorical", "count": "numeric", "flag": "categorical", "grade": "categorical", "year": "numeric",
        "y": "numeric",
    }  # fmt: skip


def test_a_split_that_the_table_brings(made_file):
    data = propose(made_file(csv("x,y,split", lambda n: (n / 2, n % 2, "test" if n % 4 == 0 else "train"))))
    assert (data.split.method, data.split.column) == ("column", "split")
    assert (data.source.target, types(data.source)) == (("y",), {"x": "numeric"})


def test_nothing_to_predict_is_reconstruction(made_file):
    data = propose(made_file(csv("x", lambda n: (n % 9 / 2,))))
    assert (data.source.target, data.task, types(data.source)) == ((), "reconstruction", {"x": "numeric"})


def test_complete_keeps_what_is_said(made_file):
    source = made_file(csv("a,b,y", lambda n: (n % 7 / 2, n % 5 / 3, n % 2)))
    assert types(complete(source.replace(target=("a",)))) == {"b": "numeric", "y": "categorical"}
    chosen = (ColumnSpec(name="y", type="numeric"), ColumnSpec(name="a", type="numeric", missing="mean"))
    full = complete(source.replace(columns=chosen))
    assert full.columns == chosen and full.target == ("b",)
    assert complete(source.replace(target=())).target == ()
    assert complete(full) == full
    with pytest.raises(NetloomError, match=r"no column 'yy'. Did you mean 'y'"):
        complete(source.replace(target=("yy",)))


def test_tasks_that_are_possible(made_file):
    source = made_file(csv("q,f,w,a,b,when,note", lambda n: (n % 6 + 3, n / 7, "xyz"[n % 3], n % 2, n % 3 // 2,
                           f"2020-01-{n % 28 + 1:02}", f"many words {n} in here too")))  # fmt: skip
    assert possible_tasks(source.replace(target=("q",))) == ("regression", "multiclass")  # the note is a text
    chosen = source.replace(columns=(ColumnSpec(name="f", type="numeric"),))
    for target, tasks in {
        ("q",): ("regression", "multiclass", "reconstruction"),
        ("w",): ("multiclass", "reconstruction"),
        ("a",): ("binary", "regression", "reconstruction"),
        ("a", "b"): ("multilabel", "regression", "reconstruction"),
        ("a", "q"): ("regression", "reconstruction"),
        (): ("reconstruction",),
    }.items():
        assert possible_tasks(chosen.replace(target=target)) == tasks
    data = with_task(propose(chosen.replace(target=("q",))), "multiclass")
    assert (data.task, data.source.target_type) == ("multiclass", "categorical")
    back = with_task(data, "regression")
    assert (back.task, back.source.target_type) == ("regression", None)


def test_texts_alone_cannot_be_learned(made_file):
    source = made_file(csv("story", lambda n: (f"the {n} of many words in a row",)))
    with pytest.raises(NetloomError, match="has no target to learn, and texts cannot be reconstructed"):
        propose(source)
