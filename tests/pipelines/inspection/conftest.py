"""Small files of every kind that a probe may meet, below a folder that Netloom may read."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.data.spec import ArraysSource, ColumnSpec, DataSpec, MasksSource, TableSource, TextSpec

IGNORED = 3


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder."""
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.setenv("NETLOOM_DATA", str(folder))
    return folder


@pytest.fixture
def pixels(files: Path) -> DataSpec:
    """Forty images of 12 x 16 and masks of three classes and one that is ignored."""
    rng = np.random.default_rng(0)
    for kind in ("images", "masks"):
        (files / "pairs" / kind).mkdir(parents=True)
    for number in range(40):
        mask = rng.integers(0, 4, (3, 4)).repeat(4, axis=0).repeat(4, axis=1).astype(np.uint8)
        image = np.clip(mask[..., np.newaxis] * 60 + rng.integers(0, 40, (12, 16, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(image).save(files / "pairs" / "images" / f"{number:02d}.png")
        Image.fromarray(mask).save(files / "pairs" / "masks" / f"{number:02d}.png")
    source = MasksSource(
        path=str(files / "pairs"), class_names=("sky", "road", "tree", "unlabelled"), ignore=IGNORED
    )  # fmt: skip
    return DataSpec.model_validate({"source": source, "image": {"height": 12, "width": 16}})


@pytest.fixture
def labelled(files: Path) -> DataSpec:
    """Sixty rows of five numbers with three labels, any number a row."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 5)).astype(np.float32)
    y = (x[:, :3] + rng.normal(size=(60, 3)) > 0).astype(np.float32)
    np.savez(files / "labels.npz", x=x, y=y)
    return DataSpec(source=ArraysSource(path=str(files / "labels.npz")), task="multilabel", scaling="standardise")


@pytest.fixture
def two_numbers(files: Path) -> DataSpec:
    """Sixty rows of five numbers with two numbers to predict."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(60, 5)).astype(np.float32)
    np.savez(files / "numbers.npz", x=x, y=(x[:, :2] * 3 + 1).astype(np.float32))
    return DataSpec(source=ArraysSource(path=str(files / "numbers.npz")), task="regression", scaling="standardise")


@pytest.fixture
def words(files: Path) -> DataSpec:
    """Sixty texts of two classes as token ids."""
    rng = np.random.default_rng(3)
    said = [["win", "cash", "now", "free"], ["see", "you", "at", "home"]]
    lines = ["text,kind"]
    for number in range(60):
        kind = number % 2
        lines.append(f"{' '.join(rng.choice(said[kind], 5))} number {number},{('spam', 'ham')[kind]}")
    (files / "words.csv").write_text("\n".join(lines))
    columns = (ColumnSpec(name="text", type="text"),)
    source = TableSource(path=str(files / "words.csv"), target=("kind",), columns=columns)
    return DataSpec(source=source, text=TextSpec(max_tokens=40, length=6))


@pytest.fixture
def mixed_columns(files: Path) -> DataSpec:
    """Sixty rows with an age, some missing, and one of three towns."""
    rng = np.random.default_rng(4)
    lines = ["age,town,ill"]
    for number in range(60):
        age = "" if number % 7 == 0 else str(rng.integers(10, 90))
        lines.append(f"{age},{rng.choice(['Ulm', 'Bonn', 'Jena'])},{('no', 'yes')[int(rng.integers(2))]}")
    (files / "mixed.csv").write_text("\n".join(lines))
    columns = (
        ColumnSpec(name="age", type="numeric", missing="median"),
        ColumnSpec(name="town", type="categorical", max_categories=10),
    )
    source = TableSource(path=str(files / "mixed.csv"), target=("ill",), columns=columns)
    return DataSpec(source=source, scaling="standardise")
