"""Inspect, for every task: networks that were really trained, on small files of a user's."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines import engine
from pipelines.data.spec import (
    ArraysSource,
    BundledSource,
    ColumnSpec,
    CorruptSpec,
    DataSpec,
    MasksSource,
    PcaSpec,
    TableSource,
    TextSpec,
)
from pipelines.fitting import start_from
from pipelines.spec import RunSpec, TrainSpec
from tests.pages.conftest import train_all
from tests.pages.test_inspection import charts, open_tab, said

pytestmark = pytest.mark.slow


def data_of(folder: Path) -> dict[str, tuple[DataSpec, str]]:
    """Name -> data and the architecture that is trained on it."""
    rng = np.random.default_rng(0)
    for kind in ("images", "masks"):
        (folder / "pairs" / kind).mkdir(parents=True)
    for number in range(20):
        mask = rng.integers(0, 3, (2, 2)).repeat(8, axis=0).repeat(8, axis=1).astype(np.uint8)
        image = np.clip(mask[..., np.newaxis] * 80 + rng.integers(0, 40, (16, 16, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(image).save(folder / "pairs" / "images" / f"{number:02d}.png")
        Image.fromarray(mask).save(folder / "pairs" / "masks" / f"{number:02d}.png")
    x = rng.normal(size=(80, 5)).astype(np.float32)
    np.savez(folder / "labels.npz", x=x, y=(x[:, :3] > 0).astype(np.float32))
    np.savez(folder / "numbers.npz", x=x, y=x[:, :2])
    said = [["win", "cash", "http://win.example"], ["see", "you", "home"]]
    lines = [f"{' '.join(rng.choice(said[number % 3 == 0], 4))},{('no', 'yes')[number % 2]}" for number in range(60)]
    (folder / "words.csv").write_text("\n".join(["words,wanted", *lines]))
    masks = MasksSource(path=str(folder / "pairs"), class_names=("sky", "road", "unlabelled"), ignore=2)
    texts = TableSource(
        path=str(folder / "words.csv"), target=("wanted",), columns=(ColumnSpec(name="words", type="text"),)
    )
    return {
        "denoising": (
            DataSpec(task="reconstruction", corrupt=CorruptSpec(noise=0.2, mask=0.2)),
            "dense-autoencoder",
        ),
        "table": (DataSpec(source=BundledSource(name="iris"), task="reconstruction"), "dense-autoencoder"),
        "pixels": (DataSpec.model_validate({"source": masks, "image": {"height": 16, "width": 16}}), "small-fcn"),
        "labels": (DataSpec(source=ArraysSource(path=str(folder / "labels.npz")), task="multilabel"), "table-mlp"),
        "numbers": (DataSpec(source=ArraysSource(path=str(folder / "numbers.npz")), task="regression"), "table-mlp"),
        "words": (DataSpec(source=texts, text=TextSpec(max_tokens=20, length=4)), "text-embedding"),
        "attention": (DataSpec(source=texts, text=TextSpec(max_tokens=20, length=4)), "attention-classifier"),
        "components": (DataSpec(pca=PcaSpec(components=12)), "table-mlp"),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that Netloom, and the Keras process that is started anew for it, may read."""
    folder = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLOOM_DATA", str(folder))
        engine.stop()
        yield folder
    engine.stop()


@pytest.fixture(scope="module")
def home_of_tasks(tmp_path_factory: pytest.TempPathFactory, files: Path) -> tuple[Path, dict[str, str]]:
    """A home with a short training of each, and their uids by name."""
    home = tmp_path_factory.mktemp("tasks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLOOM_HOME", str(home))
        specs = [
            RunSpec(name=name, data=data, model=start_from(architecture, data), train=TrainSpec(epochs=1))
            for name, (data, architecture) in data_of(files).items()
        ]
    return home, train_all(home, specs)


@pytest.fixture
def runs(home_of_tasks: tuple[Path, dict[str, str]], home: Path) -> dict[str, str]:
    """The same in this test's own home. Ask for it before `open_page`."""
    shutil.copytree(home_of_tasks[0], home, dirs_exist_ok=True)
    return home_of_tasks[1]


def images(page) -> int:
    return len(page.get("image")) + len(page.get("imgs"))


@pytest.mark.parametrize("name", ["denoising", "table", "pixels", "labels", "numbers", "words", "components"])
def test_no_view_breaks_on_any_task(runs, open_page, name):
    for tab in ("Filters", "Feature maps", "Mistakes"):
        page = open_tab(open_page, runs[name], tab)
        assert not page.exception and not page.error, (tab, said(page))


def test_reconstructed_images_stand_below_what_was_fed(runs, open_page):
    page = open_tab(open_page, runs["denoising"], "Mistakes")
    assert [metric.label for metric in page.metric] == ["Mean squared error", "Median row", "Worst row", "Rows"]
    assert images(page) == 3 * 16 and len(charts(page)) == 1
    assert "in the middle as it was fed" in said(page)
    worst = float(page.metric[2].value)
    page.segmented_control(key="inspection.order").set_value("first").run()
    assert not page.exception and "Row 1, " in said(page) and float(page.metric[2].value) == worst
    page = open_tab(open_page, runs["denoising"], "Feature maps")
    assert "a mean squared error of" in said(page)


def test_reconstructed_rows_are_told_in_their_own_units(runs, open_page):
    page = open_tab(open_page, runs["table"], "Mistakes")
    table = page.dataframe[0].value
    assert list(table["Values"][:2]) == ["original", "given back"] and "petal width (cm)" in table
    assert table["Error"].is_monotonic_decreasing and len(charts(page)) == 2


def test_masks_are_told_by_class_and_shown_beside_their_images(runs, open_page):
    page = open_tab(open_page, runs["pixels"], "Mistakes")
    assert [metric.label for metric in page.metric] == ["Mean IoU", "Pixels right", "Images"]
    assert "unlabelled are ignored" in said(page)
    assert set(page.dataframe[0].value["Class"]) <= {"sky", "road"}
    assert images(page) == 3 * 3
    page.segmented_control(key="inspection.split").set_value("train").run()
    assert not page.exception and images(page) == 3 * 6
    page = open_tab(open_page, runs["pixels"], "Feature maps")
    assert "% sky" in said(page) or "% road" in said(page)


def test_labels_are_told_one_by_one(runs, open_page):
    page = open_tab(open_page, runs["labels"], "Mistakes")
    shown, worst = (table.value for table in page.dataframe)
    assert list(shown["Label"]) == ["label 0", "label 1", "label 2"]
    assert shown["Accuracy"].between(0, 1).all() and worst["Wrong"].is_monotonic_decreasing
    assert (worst["True"] != worst["Predicted"]).all()


def test_several_numbers_are_looked_at_one_at_a_time(runs, open_page):
    page = open_tab(open_page, runs["numbers"], "Mistakes")
    first = page.dataframe[0].value
    page.selectbox(key="inspection.target").select_index(1).run()
    assert not page.exception and not page.dataframe[0].value.equals(first)


def test_misclassified_texts_are_read_as_they_are(runs, open_page):
    page = open_tab(open_page, runs["words"], "Mistakes")
    assert page.text and "→" in said(page)
    assert all(
        set(shown.value.split()) <= {"win", "cash", "http://win.example", "see", "you", "home"} for shown in page.text
    )
    page = open_tab(open_page, runs["words"], "Feature maps")
    assert len(page.text) == 1 and len(page.text[0].value.split()) == 4


def test_attention_is_drawn_head_by_head_where_there_is_some(runs, open_page):
    page = open_tab(open_page, runs["attention"], "Attention")
    assert not page.exception and not page.error, said(page)
    assert len(charts(page)) >= 2 and len(page.text) == 1 and "Head 2" in said(page)
    assert "Attention" not in [tab.label for tab in open_tab(open_page, runs["words"], "Filters").tabs]
