import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.errors import NetloomError
from pipelines.data.downloads.downloads import NotOnThisMachine
from pipelines.data.sources.mcycle import source
from pipelines.data.spec import McycleSource


@pytest.fixture
def rows(data_dir: Path) -> pd.DataFrame:
    return pd.read_csv(data_dir / "mcycle.csv")


def as_published(rows: pd.DataFrame, path: Path, **options) -> None:
    """As the public collection writes it: row names first."""
    path.parent.mkdir(exist_ok=True)
    rows.set_axis(range(1, 134)).to_csv(path, index_label="rownames", **options)


def check(spec: McycleSource, rows: pd.DataFrame) -> None:
    made = source(spec)
    data = made.read()
    assert (data.x.shape, data.x.dtype, data.y.dtype) == ((133, 1), np.float32, np.float32)
    np.testing.assert_array_equal(data.x[:, 0], rows["times"].astype(np.float32))
    np.testing.assert_array_equal(data.y, rows["accel"].astype(np.float32))
    assert (data.x.min(), data.y.min(), data.y.max()) == (np.float32(2.4), -134, 75)


@pytest.mark.parametrize("quoting", [0, 2], ids=["plain", "quoted"])
def test_any_right_copy_of_the_public_table(keras_home: Path, rows: pd.DataFrame, quoting: int):
    with pytest.raises(NotOnThisMachine, match="The motorcycle data is not on this machine yet"):
        source(McycleSource()).read()
    as_published(rows, keras_home / "datasets/mcycle.csv", quoting=quoting)
    check(McycleSource(), rows)


def test_a_damaged_copy_is_no_copy(keras_home: Path, rows: pd.DataFrame):
    rows.loc[7, "accel"] += 0.1
    as_published(rows, keras_home / "datasets/mcycle.csv")
    with pytest.raises(NotOnThisMachine):
        source(McycleSource()).read()


def test_a_given_file_and_its_code(home: Path, data_dir: Path, rows: pd.DataFrame):
    (home / "uploads").mkdir()
    shutil.copyfile(data_dir / "mcycle.csv", home / "uploads/crash.csv")
    spec = McycleSource(path="crash.csv")
    check(spec, rows)
    scope: dict[str, object] = {"np": np}
    exec(source(spec).code, scope)  # noqa: S102 - what a script begins with
    np.testing.assert_array_equal(scope["x"], source(spec).read().x)
    np.testing.assert_array_equal(scope["y"], source(spec).read().y)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "times,accel\n1,2\n", "times,accel\nx,y\n", "times\n\xff"])
def test_another_file_is_told(home: Path, text: str):
    (home / "uploads").mkdir()
    (home / "uploads/other.csv").write_text(text, encoding="latin-1")
    with pytest.raises(NetloomError, match=r"other\.csv is not the motorcycle data"):
        source(McycleSource(path="other.csv")).read()


def test_a_file_that_is_not_there(home: Path):
    with pytest.raises(NetloomError, match=r"no file or folder none\.csv"):
        source(McycleSource(path="none.csv"))
