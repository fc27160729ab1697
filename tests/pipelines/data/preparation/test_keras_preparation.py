"""What training is fed is what the model that leaves the house makes of raw rows, to float32 rounding."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.data.encoding.encoding import Encoding, ImageEncoding, TableEncoding, raw_tensors
from pipelines.data.encoding.fit_columns import fit_column, fit_tokens
from pipelines.data.images.files import ImageFiles
from pipelines.data.loading import load, raw_rows
from pipelines.data.preparation.preparation import Preparation, fit_preparation, read
from pipelines.data.spec import (
    BundledSource,
    ColumnSpec,
    DataSpec,
    ImageSpec,
    ImagesSource,
    KerasSource,
    MasksSource,
    McycleSource,
    PcaSpec,
    TextSpec,
    ToySource,
)
from pipelines.data.tables.propose import propose_file

pytestmark = pytest.mark.slow

SCALINGS = st.sampled_from(["none", "standardise", "rescale", "symmetric"])
PCA = st.sampled_from([None, PcaSpec(components=2), PcaSpec(components=2, whiten=True)])


def assert_agrees(preparation: Preparation, encoded: np.ndarray, raw: Any) -> None:
    """`raw`: what the model is fed, or an iterable of it for images that come one by one."""
    import keras

    from pipelines.data.preparation.keras_preparation import raw_to_fed

    with tempfile.TemporaryDirectory() as folder:
        preparation.write(Path(folder))
        preparation = read(Path(folder), DataSpec())
        raw_to_fed(preparation).save(Path(folder) / "model.keras")
        model: Any = keras.saving.load_model(Path(folder) / "model.keras", safe_mode=True)
    parts = raw if isinstance(raw, list) else [raw]
    made = np.concatenate([np.asarray(model(part)) for part in parts])
    fed = preparation.apply(encoded)
    assert made.dtype == fed.dtype and made.shape == fed.shape
    np.testing.assert_allclose(made, fed, rtol=1e-4, atol=1e-5 * max(1, np.abs(fed).max()))


def encoded_by(encoding: Encoding, rows: Any) -> np.ndarray:
    from pipelines.data.keras_loading import encoded

    return np.concatenate(list(encoded(encoding, rows)))


WORDS = st.lists(st.sampled_from(["a", "B", "the", "it's", "É", "中", "", "x,y", "[UNK]", "\n"]), max_size=6)
COLUMNS: dict[str, tuple[str, st.SearchStrategy, st.SearchStrategy]] = {
    "numeric": ("n (£)", st.floats(-1e6, 1e6, width=32), st.sampled_from([None, "mean", "median", "most_frequent"])),
    "date": (
        "when",
        st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2100-01-01")).map(pd.Timestamp),
        st.sampled_from([None, "median"]),
    ),
    "categorical": (
        "class",
        st.one_of(
            st.sampled_from(["m", "w", "", "[UNK]", "missing"]), st.integers(-2, 12).map(str), st.text(max_size=3)
        ),
        st.sampled_from([None, "most_frequent"]),
    ),
    "text": ("said / heard", WORDS.map(" ".join), st.sampled_from([None, "most_frequent"])),
}


@st.composite
def columns(draw: Any, kind: str, rows: int, missing: bool = True) -> tuple[ColumnSpec, pd.Series]:
    """A column of `rows` values, some of which are missing; the first never is."""
    name, values, policies = COLUMNS[kind]
    found = [draw(values), *(draw(st.one_of(st.none(), values) if missing else values) for _ in range(rows - 1))]
    if kind == "text":
        found[0] = "a word"
    dtype = {"numeric": np.float64, "date": "datetime64[us]"}.get(kind, object)
    bins = draw(st.sampled_from([0, 0, 2, 5])) if kind == "numeric" else 0
    most = draw(st.sampled_from([2, 50]))
    spec = {"name": name, "type": kind, "missing": draw(policies), "bins": bins, "max_categories": most}
    return ColumnSpec.model_validate(spec), pd.Series(found, dtype=dtype).rename(name)


@settings(max_examples=12)
@given(data=st.data(), scaling=SCALINGS, pca=PCA, mode=st.sampled_from(["multi_hot", "count", "tf_idf"]))
def test_tables(data: st.DataObject, scaling: Any, pca: PcaSpec | None, mode: Any) -> None:
    kinds = data.draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=2, max_size=4, unique=True))
    drawn = [data.draw(columns(kind, rows=8)) for kind in kinds]
    frame = pd.DataFrame({column.name: values for column, values in drawn})
    text = TextSpec(mode=mode, max_tokens=10, ngrams=data.draw(st.integers(1, 2)))
    train = frame.iloc[:4]
    encoding = TableEncoding(columns=tuple(fit_column(column, train[column.name], text) for column, _ in drawn))
    encoded = encoded_by(encoding, frame)
    spec = DataSpec(scaling=scaling, pca=pca if encoded.shape[1] > 1 else None)
    assert_agrees(fit_preparation(spec, encoding, encoded[:4]), encoded, raw_tensors(encoding, frame))


@settings(max_examples=6)
@given(column=columns("text", rows=6), length=st.integers(1, 5), ngrams=st.integers(1, 2))
def test_sequences_of_words(column: tuple[ColumnSpec, pd.Series], length: int, ngrams: int) -> None:
    spec, texts = column
    encoding = fit_tokens(spec, texts[:3], TextSpec(max_tokens=10, length=length, ngrams=ngrams))
    frame = texts.to_frame()
    encoded = encoded_by(encoding, frame)
    assert_agrees(fit_preparation(DataSpec(), encoding, encoded), encoded, raw_tensors(encoding, frame))


@settings(max_examples=6)
@given(
    sizes=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=3, max_size=4),
    channels=st.sampled_from([(1, 1), (1, 3), (3, 1), (3, 3)]),
    fit=st.sampled_from(["crop", "pad", "stretch"]),
    how=st.sampled_from(["bilinear", "nearest", "bicubic"]),
    scaling=SCALINGS,
    pca=PCA,
)
def test_images_of_any_size(sizes: Any, channels: Any, fit: Any, how: Any, scaling: Any, pca: PcaSpec | None) -> None:
    rng = np.random.default_rng(len(sizes))
    images = [rng.integers(0, 256, (1, *size, channels[0]), dtype=np.uint8) for size in sizes]
    encoding = ImageEncoding(
        raw_shape=(None, None, channels[0]), height=7, width=5, channels=channels[1], fit=fit, interpolation=how
    )
    encoded = np.concatenate([encoded_by(encoding, image) for image in images])
    assert_agrees(fit_preparation(DataSpec(scaling=scaling, pca=pca), encoding, encoded), encoded, images)


def assert_source_agrees(spec: DataSpec) -> None:
    from pipelines.data.keras_loading import prepare

    prepare(spec)
    splits = load(spec)
    preparation = fit_preparation(spec, splits.encoding, splits.x["train"])
    raw: Any = raw_rows(spec, "test", limit=20)
    if isinstance(raw, ImageFiles):
        fed: Any = [raw.load(row)[np.newaxis] for row in range(len(raw))]
    else:
        tensors = raw_tensors(splits.encoding, raw)
        fed = tensors.get("raw", tensors)
    assert_agrees(preparation, splits.x["test"][:20], fed)


@pytest.mark.parametrize(
    "spec",
    [
        DataSpec(source=ToySource(name="spiral"), scaling="standardise"),
        DataSpec(source=BundledSource(name="wine"), scaling="symmetric", pca=PcaSpec(components=3, whiten=True)),
        DataSpec(image=ImageSpec(height=12, width=9, colour="rgb"), pca=PcaSpec(components=9)),
    ],
)
def test_sources_that_are_here(home: Path, spec: DataSpec) -> None:
    assert_source_agrees(spec)


@pytest.mark.parametrize(
    "path", ["tabular/titanic.csv", "text/SMSSpamCollection.tsv", "hymenoptera", "camvid_small", "mcycle.csv"]
)
def test_real_files(home: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    file = str(data_dir / path)
    specs = {"hymenoptera": ImagesSource(path=file), "camvid_small": MasksSource(path=file)}
    source = specs.get(path) or (McycleSource(path=file) if path == "mcycle.csv" else None)
    spec = DataSpec(source=source) if source else propose_file(file)
    assert_source_agrees(spec.replace(scaling="standardise"))


def test_mnist(mnist_home: Path, home: Path) -> None:
    assert_source_agrees(DataSpec(source=KerasSource()))
    assert_source_agrees(DataSpec(source=KerasSource(), image=ImageSpec(height=32, width=32)))
