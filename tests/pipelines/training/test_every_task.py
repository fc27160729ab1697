"""Every task trains end to end, from files and specs to a tested model that Keras loads again."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.editing.ends import output_activation
from pipelines.data.facts import facts
from pipelines.data.spec import DataSpec
from pipelines.fitting import problems, start_from, suggested
from pipelines.spec import RunSpec, TrainSpec
from pipelines.tasks import head_for
from tests.pipelines.training.conftest import curve

pytestmark = pytest.mark.slow


@pytest.fixture
def uploads(home: Path) -> Path:
    folder = home / "uploads"
    folder.mkdir()
    return folder


def arrays(folder: Path, y_of) -> dict:
    """An NPZ of 120 rows of four numbers, and targets that follow from them."""
    x = np.random.default_rng(0).normal(size=(120, 4)).astype("float32")
    np.savez(folder / "made.npz", x=x, y=y_of(x))
    return {"kind": "arrays", "path": "made.npz"}


def pairs(folder: Path, ignore: int | None = None) -> dict:
    """Twelve pictures with a bright square; its pixels are class 1. A line at the top is class 2, or ignored."""
    draw = np.random.default_rng(0)
    for name in ("images", "masks"):
        (folder / "pairs" / name).mkdir(parents=True)
    for number in range(12):
        row, column = draw.integers(2, 16, 2)
        mask = np.zeros((24, 24), np.uint8)
        mask[row : row + 8, column : column + 8] = 1
        mask[0] = 2 if ignore is None else ignore
        image = draw.integers(0, 60, (24, 24, 3)) + 150 * (mask == 1)[..., None]
        Image.fromarray(image.astype(np.uint8)).save(folder / "pairs" / "images" / f"{number:02}.png")
        Image.fromarray(mask).save(folder / "pairs" / "masks" / f"{number:02}.png")
    return {"kind": "masks", "path": "pairs", "ignore": ignore}


def texts(folder: Path) -> dict:
    """A CSV of 90 short messages; those of one class speak of prizes."""
    draw = np.random.default_rng(0)
    words = ("see you at home later", "call me when the train leaves", "thanks for lunch today")
    lines = ["label,message"]
    for number in range(90):
        spam = number % 3 == 0
        said = words[draw.integers(3)] + (" win a free prize now" if spam else " see you soon")
        lines.append(f"{'spam' if spam else 'ham'},{said}")
    (folder / "messages.csv").write_text("\n".join(lines) + "\n")
    columns = [{"name": "message", "type": "text"}]
    return {"kind": "table", "path": "messages.csv", "target": ["label"], "columns": columns}


def run_on(data: dict, epochs: int = 2, **train) -> RunSpec:
    spec = DataSpec.model_validate(data)
    model = start_from(suggested(spec), spec)
    settings = TrainSpec(epochs=epochs, batch_size=16, optimizer={"config": {"learning_rate": 0.01}}, **train)
    return RunSpec(name="made", data=spec, model=model, train=settings, seed=1)


CASES = {
    "binary": lambda folder: {"source": {"kind": "toy", "name": "xor", "n": 120}},
    "multiclass": lambda folder: {"source": arrays(folder, lambda x: x[:, :3].argmax(1))},
    "multilabel": lambda folder: {"source": arrays(folder, lambda x: (x > 0).astype(int))},
    "regression": lambda folder: {"source": {"kind": "toy", "name": "sine", "n": 120}},
    "several targets": lambda folder: {"source": arrays(folder, lambda x: x[:, :3] * 2)},
    "reconstruction": lambda folder: {"source": arrays(folder, lambda x: x[:, 0]), "task": "reconstruction"},
    "reconstructed images": lambda folder: {"task": "reconstruction", "corrupt": {"noise": 0.2, "train_rows": 0.1}},
    "segmentation": lambda folder: {
        "source": pairs(folder), "image": {"height": 24, "width": 24}, "split": {"val": 0.2, "test": 0.2},
    },
    "ignored pixels": lambda folder: {
        "source": pairs(folder, 255), "image": {"height": 24, "width": 24}, "split": {"val": 0.2, "test": 0.2},
    },
    "mixed labels": lambda folder: {"augment": [{"kind": "MixUp"}], "corrupt": {"train_rows": 0.1}},
    "components": lambda folder: {"pca": {"components": 5, "whiten": True}, "corrupt": {"train_rows": 0.1}},
    "tokens": lambda folder: {"source": texts(folder), "scaling": "none", "text": {"length": 12}},
    "words": lambda folder: {"source": texts(folder), "scaling": "none", "text": {"mode": "multi_hot"}},
}  # fmt: skip


@pytest.mark.parametrize("case", [case for case in CASES if case != "ignored pixels"])
def test_it_trains_and_is_tested(case, uploads, store, trained) -> None:
    import keras

    spec = run_on(CASES[case](uploads))
    known = facts(spec.data)
    head = head_for(known)
    assert problems(spec, None) == ()
    run = trained(spec)
    assert (run.status, run.error) == ("finished", None)
    points = curve(store, run.uid)
    assert set(points["name"]) == {"loss", *head.metrics}
    assert np.isfinite(points["value"]).all()
    assert sorted(points[points["split"] == "test"]["name"]) == sorted({"loss", *head.metrics})
    model = keras.saving.load_model(store.run_dir(run.uid) / "model.keras", compile=False, safe_mode=True)
    assert model.output_shape == (None, *head.output_shape)
    assert model.input_shape == (None, *known.input_shape) and model.inputs[0].dtype == known.input_dtype
    assert output_activation(spec.model)[1] == head.activation


@pytest.mark.parametrize(
    ("case", "metric", "bound"), [("tokens", "accuracy", 0.9), ("ignored pixels", "mean_io_u", 0.8)]
)
def test_texts_and_pictures_are_learned(case, metric, bound, uploads, store, trained) -> None:
    run = trained(run_on(CASES[case](uploads), epochs=25))
    points = curve(store, run.uid)
    assert points[(points["split"] == "test") & (points["name"] == metric)]["value"].item() > bound
