"""The look at the data under Streamlit's test runner: each kind of data has its views, and each view draws."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipelines.data.spec import (
    ArraysSource,
    BundledSource,
    CorruptSpec,
    DataSpec,
    ImagesSource,
    MasksSource,
    PcaSpec,
    TableSource,
    ToySource,
)
from pipelines.data.tables.propose import propose

Show = Callable[..., AppTest]


def app(data_json: str) -> None:
    """A page with nothing but the look."""
    from pages.ui.data import look
    from pipelines.data.spec import DataSpec

    look.show(DataSpec.model_validate_json(data_json))


@pytest.fixture
def show(home: Path) -> Iterator[Show]:
    """`show(data, view="Splits")`: the look at `data`, with this view opened."""

    def show(data: DataSpec, view: str | None = None) -> AppTest:
        page = AppTest.from_function(app, args=(data.model_dump_json(),), default_timeout=60)
        if view is not None:
            page.session_state["data.look.view"] = view
        page.run()
        assert not page.exception, page.exception
        return page

    yield show
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def files(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of test data, which a spec may read."""
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    return data_dir


def views(page: AppTest) -> list[str]:
    return [tab.label for tab in page.tabs]


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def charts(page: AppTest) -> int:
    return len(page.get("bidi_component"))


def words(page: AppTest) -> str:
    return "\n".join(block.value for block in [*page.caption, *page.markdown])


def every_view_draws(show: Show, data: DataSpec) -> list[str]:
    """Opens each in turn; each draws something and no error."""
    page = show(data)
    names = views(page)
    for name in names:
        page.session_state["data.look.view"] = name
        page.run()
        assert not page.exception, (name, page.exception)
        assert not page.error, (name, page.error)
        drawn = charts(page) + len(page.dataframe) + len(page.get("image")) + len(page.get("imgs"))
        assert drawn or name in ("Texts",), name
    return names


def test_a_toy_problem_is_plotted_first(show):
    data = DataSpec(source=ToySource(name="moons"))
    assert every_view_draws(show, data) == ["Plot", "Rows", "Distributions", "Correlation", "Classes", "Splits"]
    page = show(data)
    assert metrics(page)["Task"] == "2 classes" and charts(page) == 1


def test_one_number_and_a_target_are_plotted(show):
    names = every_view_draws(show, DataSpec(source=ToySource(name="sine")))
    assert names == ["Plot", "Rows", "Distributions", "Target", "Splits"]


def test_small_images_stand_in_strips_by_class(show):
    page = show(DataSpec(source=BundledSource(name="digits")))
    assert views(page) == ["Images", "Averages", "Projection", "Classes", "Splits"]
    assert metrics(page) == {"Rows": "1,797", "Input": "8 × 8 × 1", "Task": "10 classes", "Values, uint8": "0 to 16"}
    assert len(page.get("image")) == 10
    assert "Licence: CC BY 4.0" in words(page) and "content hash" in words(page)
    every_view_draws(show, DataSpec(source=BundledSource(name="digits")))


def test_other_images_can_be_asked_for(show):
    page = show(DataSpec(source=BundledSource(name="digits")))
    before = [str(image.proto) for image in page.get("image")]
    page.button(key="data.look.other.images").click().run()
    assert [str(image.proto) for image in page.get("image")] != before


def test_what_is_done_on_purpose_is_said(show):
    corrupt = CorruptSpec(wrong_labels=0.1, train_rows=0.5)
    page = show(DataSpec(source=BundledSource(name="digits"), corrupt=corrupt))
    assert "Only 628 training rows are kept; 629 are left out on purpose." in words(page)
    assert "63 of 628 training labels (10.0%) are made wrong on purpose" in words(page)


def test_components_are_there_when_they_are_asked_for(show):
    data = DataSpec(source=BundledSource(name="breast_cancer"), scaling="standardise", pca=PcaSpec(components=5))
    page = show(data, "Components")
    assert metrics(page)["Kept by 5"].startswith("8") and metrics(page)["For 99%"].endswith("of 30")
    assert metrics(page)["Input"] == "5" and charts(page) == 1


def test_the_test_split_is_said_to_choose_nothing(show):
    page = show(DataSpec(), "Splits")
    assert "evaluated once, at the end of a run, and never used for choosing" in words(page)
    assert len(page.code[0].value) == 64


def test_a_table_of_mixed_columns(show, files):
    data = propose(TableSource(path=str(files / "tabular/titanic.csv"), target=("survived",)))
    names = every_view_draws(show, data)
    assert names == ["Rows", "Distributions", "Missing", "Correlation", "Projection", "Classes", "Splits"]
    page = show(data)
    assert metrics(page)["Missing values"] == "179"
    first, columns = (frame.value for frame in page.dataframe)
    assert list(first.columns) == ["pclass", "sex", "age", "sibsp", "parch", "fare", "embarked", "survived"]
    assert columns.set_index("column").loc["age", "missing"] > 0


def test_another_split_of_a_table_is_shown(show, files):
    data = propose(TableSource(path=str(files / "tabular/titanic.csv"), target=("survived",)))
    page = show(data)
    before = list(page.dataframe[0].value.index)
    page.segmented_control(key="data.look.rows.split").set_value("test").run()
    assert not page.exception and not set(before) & set(page.dataframe[0].value.index)


def test_one_column_is_drawn_large(show, files):
    data = propose(TableSource(path=str(files / "tabular/titanic.csv"), target=("survived",)))
    page = show(data, "Distributions")
    assert charts(page) == 8
    page.segmented_control(key="data.look.by").set_value("class").run()
    page.selectbox(key="data.look.column").set_value("age").run()
    assert not page.exception and charts(page) == 1


def test_dates_stand_beside_numbers(show, tmp_path, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))
    rows = [f"2024-{n % 12 + 1:02d}-0{n % 9 + 1},{n * 0.37 % 5:.2f},{'ab'[n % 2]}" for n in range(80)]
    (tmp_path / "t.csv").write_text("\n".join(["when,n,y", *rows]), encoding="utf-8")
    page = show(propose(TableSource(path=str(tmp_path / "t.csv"), target=("y",))))
    columns = page.dataframe[1].value.set_index("column")
    assert columns.loc["when", "min"] == "2024-01-01"
    assert 0 <= float(columns.loc["n", "min"]) < 0.5


def test_several_labels_are_counted(show, tmp_path, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))
    rows = [f"{n},{n % 7},{n % 2},{int(n % 3 == 0)}" for n in range(90)]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,red,blue", *rows]), encoding="utf-8")
    data = propose(TableSource(path=str(tmp_path / "t.csv"), target=("red", "blue")))
    assert "Labels" in every_view_draws(show, data)
    assert metrics(show(data))["Task"] == "2 labels"


def test_messages(show, files):
    path = str(files / "text/SMSSpamCollection.tsv")
    source = TableSource(path=path, header=False, quoted=False, delimiter="\t", target=("column 1",))
    data = propose(source)
    assert every_view_draws(show, data) == ["Texts", "Lengths", "Words", "Projection", "Classes", "Splits"]
    assert "**ham**" in words(show(data)) and "**spam**" in words(show(data))
    assert "Cut at 100" in metrics(show(data, "Lengths")) or data.text.length != 100


def test_photos_of_many_sizes(show, files):
    data = DataSpec(source=ImagesSource(path=str(files / "hymenoptera")))
    names = every_view_draws(show, data)
    assert names == ["Images", "Averages", "Sizes", "Projection", "Classes", "Splits"]
    assert len(show(data).get("image")) == 12
    assert "brings its own validation rows" in words(show(data, "Splits"))


def test_a_broken_photo_is_a_tile_with_its_name(show, files, tmp_path, monkeypatch):
    for name in ("ants", "bees"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for file in sorted((files / "hymenoptera/train" / name).iterdir())[:8]:
            shutil.copy(file, tmp_path / "set" / name)
    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))
    data = DataSpec(source=ImagesSource(path=str(tmp_path / "set")))
    assert len(show(data).get("image")) == 12
    for file in (tmp_path / "set/bees").iterdir():
        file.write_bytes(file.read_bytes()[:900])
    st.cache_data.clear()
    page = show(data)
    assert len(page.get("image")) == 6
    assert sum("broken_image" in block.value for block in page.markdown) == 6
    assert any("bees/" in caption.value for caption in page.caption)


def test_streets_and_their_masks(show, files):
    data = DataSpec(source=MasksSource(path=str(files / "camvid_small"), ignore=11))
    assert every_view_draws(show, data) == ["Images", "Pixels", "Sizes", "Projection", "Splits"]
    page = show(data)
    assert metrics(page)["Task, each pixel"] == "11 classes" and len(page.get("image")) == 6 and charts(page) == 1


def test_colour_arrays(show, files):
    data = DataSpec(source=ArraysSource(path=str(files / "cifar10_small.npz")))
    assert "Sizes" not in every_view_draws(show, data)


def test_a_file_that_is_not_there_is_one_sentence(show, tmp_path, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))
    page = show(DataSpec(source=TableSource(path=str(tmp_path / "gone.csv"))))
    assert not page.tabs and len(page.error) == 1
    assert "There is no file or folder" in page.error[0].value
