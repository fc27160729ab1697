"""Real data to look at: sets that come with scikit-learn, and files from the folder of test data."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.data.preview.looked import Looked, look_at
from pipelines.data.spec import BundledSource, DataSpec, ImagesSource, MasksSource, TableSource, ToySource
from pipelines.data.tables.propose import propose

LookAt = Callable[..., Looked]


@pytest.fixture
def bundled() -> LookAt:
    """`bundled("iris", task="reconstruction")`: a set that comes with scikit-learn."""
    return lambda name, **fields: look_at(DataSpec(source=BundledSource(name=name), **fields))


@pytest.fixture
def toy() -> LookAt:
    """`toy("moons", n=100)`: a generated problem."""
    return lambda name, **source: look_at(DataSpec(source=ToySource(name=name, **source)))


@pytest.fixture
def table(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> LookAt:
    """`table("a,b,y\\n1,2,x\\n...", target=("y",))`: a CSV with these characters, with what is proposed for it."""
    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))

    def look(words: str, **source: object) -> Looked:
        path = tmp_path / "table.csv"
        path.write_text(words, encoding="utf-8")
        return look_at(propose(TableSource(path=str(path), **source)))

    return look


@pytest.fixture
def titanic(data_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Looked:
    """The passengers, as proposed to train on."""
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    return look_at(propose(TableSource(path=str(data_dir / "tabular/titanic.csv"), target=("survived",))))


@pytest.fixture
def messages(data_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Looked:
    """Short messages, ham and spam."""
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    path = str(data_dir / "text/SMSSpamCollection.tsv")
    source = TableSource(path=path, header=False, quoted=False, delimiter="\t", target=("column 1",))
    return look_at(propose(source))


@pytest.fixture
def photos(data_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Looked:
    """Photos of ants and bees, of many sizes."""
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    return look_at(DataSpec(source=ImagesSource(path=str(data_dir / "hymenoptera"))))


@pytest.fixture
def streets(data_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Looked:
    """Photos of streets and their masks; 11 is no class."""
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    return look_at(DataSpec(source=MasksSource(path=str(data_dir / "camvid_small"), ignore=11)))
