"""The Keras model of an encoding does what the encoding says, and still does after it was saved and exported."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.data.encoding.encoding import (
    ArrayEncoding,
    CategoryColumn,
    DateColumn,
    Encoding,
    ImageEncoding,
    NumberColumn,
    TableEncoding,
    TextColumn,
    TokensEncoding,
    encoded_dtype,
    encoded_shape,
    raw_tensors,
)

pytestmark = pytest.mark.slow

FRAME = pd.DataFrame(
    {
        "n": [1.0, np.nan, 30],
        "c": ["x", None, "[UNK]"],
        "i": ["3", "7", None],
        "d": pd.to_datetime(["2020-01-01", None, "1960-05-05 12:00"], format="mixed"),
        "t": ["Hello, world! hello", None, "xyz foo bar"],
    }
)


def encoded(encoding: Encoding, rows, folder: Path | None = None) -> np.ndarray:
    """By the model; with a folder, by the one that comes back from there, and by its SavedModel."""
    import keras
    import tensorflow as tf

    from pipelines.data.encoding.keras_encoding import encoder

    model = encoder(encoding)
    tensors = raw_tensors(encoding, rows)
    fed = tensors.get("raw", tensors)
    output = np.asarray(model(fed))
    assert output.shape[1:] == model.output_shape[1:] == encoded_shape(encoding)
    assert output.dtype == encoded_dtype(encoding)
    assert not model.trainable_weights
    if folder:
        model.save(folder / "model.keras")
        again = keras.saving.load_model(folder / "model.keras", safe_mode=True)
        np.testing.assert_array_equal(np.asarray(again(fed)), output)
        again.export(folder / "saved", verbose=False)
        served = tf.saved_model.load(folder / "saved").serve(fed)
        np.testing.assert_allclose(served, output, atol=1e-6)
    return output


def table(column) -> np.ndarray:
    return encoded(TableEncoding(columns=(column,)), FRAME)


def test_numbers_are_filled_or_binned():
    assert table(NumberColumn(name="n", fill=2.5)).ravel().tolist() == [1, 2.5, 30]
    bins = NumberColumn(name="n", fill=30.0, bins=(1.0, 30.0))
    assert table(bins).tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 1]]


def test_dates_turn_with_the_year_and_the_week():
    rows = table(DateColumn(name="d", fill=4.0))
    assert rows[:, 0].tolist() == [18262, 4, -3527.5]
    in_year = np.array([18262, 4, -3527.5]) % 365.2425 / 365.2425 * 2 * np.pi
    in_week = np.floor([18262, 4, -3527.5]) % 7 / 7 * 2 * np.pi
    np.testing.assert_allclose(rows[:, 1:].T, [f(a) for a in (in_year, in_week) for f in (np.sin, np.cos)], atol=1e-5)


def test_categories_have_a_place_each_and_one_for_all_others():
    assert table(CategoryColumn(name="c", vocabulary=("x",))).tolist() == [[0, 1], [1, 0], [1, 0]]
    whole = table(CategoryColumn(name="c", vocabulary=("[UNK]", "", "x")))
    assert whole.argmax(axis=1).tolist() == [3, 2, 1] and (whole.sum(axis=1) == 1).all()
    filled = table(CategoryColumn(name="c", vocabulary=("q", "x"), fill="q"))
    assert filled.argmax(axis=1).tolist() == [2, 1, 0]
    unknown = table(CategoryColumn(name="c", vocabulary=("q", "x"), fill="new"))
    assert unknown.argmax(axis=1).tolist() == [2, 0, 0]
    numbers = table(CategoryColumn(name="i", vocabulary=(7, 3)))
    assert numbers.argmax(axis=1).tolist() == [2, 1, 0]
    signs = CategoryColumn(name="i", vocabulary=(-1, 1))  # Keras's own word for an unknown number is -1
    signed = encoded(TableEncoding(columns=(signs,)), pd.DataFrame({"i": ["-1", "1", "5"]}))
    assert signed.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize("fill", [None, "hello foo foo"])
def test_texts_are_vectors(fill: str | None):
    words = ("hello", "foo")
    counts = table(TextColumn(name="t", mode="count", ngrams=1, vocabulary=words, fill=fill))
    missing = [0, 1, 2] if fill else [0, 0, 0]
    assert counts.tolist() == [[1, 2, 0], missing, [2, 0, 1]]
    hot = table(TextColumn(name="t", mode="multi_hot", ngrams=1, vocabulary=words, fill=fill))
    assert hot.tolist() == np.minimum(counts, 1).tolist()
    weighted = table(TextColumn(name="t", mode="tf_idf", ngrams=1, vocabulary=words, idf=(1.0, 2.0), fill=fill))
    np.testing.assert_allclose(weighted, counts * [1.5, 1, 2])
    pairs = table(TextColumn(name="t", mode="count", ngrams=2, vocabulary=("foo bar", "world hello"), fill=fill))
    assert pairs[:, 1:].tolist() == [[0, 1], [0, 0], [1, 0]]


@pytest.mark.parametrize("fill", [None, "hello foo foo"])
def test_texts_are_sequences(fill: str | None):
    encoding = TokensEncoding(name="t", vocabulary=("hello", "foo"), length=2, fill=fill)
    assert encoded(encoding, FRAME).tolist() == [[2, 1], [2, 3] if fill else [0, 0], [1, 3]]


def test_every_kind_of_column_survives(tmp_path: Path):
    columns = (
        NumberColumn(name="n", fill=2.5, bins=(5.0,)),
        NumberColumn(name="n / 2 (£)", fill=1.0),
        CategoryColumn(name="c", vocabulary=("[UNK]", "x"), fill="x"),
        CategoryColumn(name="i", vocabulary=(3,)),
        DateColumn(name="d", fill=4.0),
        TextColumn(name="t", mode="tf_idf", ngrams=2, vocabulary=("hello",), idf=(0.5,), fill="hello"),
    )
    frame = FRAME.assign(**{"n / 2 (£)": FRAME["n"] / 2})
    encoded(TableEncoding(columns=columns), frame, tmp_path)
    encoded(TokensEncoding(name="t", vocabulary=("hello",), length=3, fill="hello"), frame, tmp_path)


def image(shape: tuple, height: int, width: int, channels: int, fit: str, how: str = "bilinear", **more):
    return ImageEncoding.model_validate(
        {"raw_shape": shape, "height": height, "width": width, "channels": channels, "fit": fit}
        | {"interpolation": how, **more}
    )


def test_images_of_the_size_that_is_wanted_are_left_alone(tmp_path: Path):
    images = np.random.default_rng(0).integers(0, 256, (2, 6, 4, 3), dtype=np.uint8)
    for fit in ("crop", "pad", "stretch"):
        np.testing.assert_array_equal(encoded(image((None, None, 3), 6, 4, 3, fit), images, tmp_path), images)


def test_images_are_cropped_padded_or_stretched():
    wide = np.repeat(np.arange(1, 9, dtype=np.uint8), 2).reshape(1, 1, 16, 1).repeat(8, axis=1)
    cropped = encoded(image((None, None, 1), 4, 4, 1, "crop", "nearest"), wide)
    assert cropped[0, 0, :, 0].tolist() == [3, 4, 5, 6]
    stretched = encoded(image((None, None, 1), 4, 4, 1, "stretch", "nearest"), wide)
    assert stretched[0, 0, :, 0].tolist() == [2, 4, 6, 8]
    padded = encoded(image((None, None, 1), 8, 8, 1, "pad", "nearest"), wide)
    assert padded[0, :, 0, 0].tolist() == [0, 0, 1, 1, 1, 1, 0, 0]


def test_images_are_rounded_and_never_overflow():
    edge = np.array([0, 255], np.uint8).repeat(4).reshape(1, 1, 8, 1).repeat(8, axis=1)
    smooth = encoded(image((None, None, 1), 16, 16, 1, "crop", "bicubic"), edge)[0, 8, :, 0].astype(int)
    assert (np.diff(smooth[4:12]) >= 0).all() and smooth[2] == 0 and smooth[13] == 255
    thirds = np.array([0, 1, 1, 1], np.uint8).reshape(1, 1, 4, 1).repeat(4, axis=1)
    assert encoded(image((4, 4, 1), 4, 8, 1, "stretch"), thirds)[0, 0, :, 0].tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    floats = encoded(image((4, 4, 1), 4, 8, 1, "stretch", raw_dtype="float32"), thirds.astype(np.float32))
    np.testing.assert_allclose(floats[0, 0, :3, 0], [0, 0.25, 0.75])


def test_grey_becomes_colour_and_colour_grey():
    grey = np.full((1, 4, 4, 1), 77, np.uint8)
    assert (encoded(image((None, None, 1), 4, 4, 3, "crop"), grey) == 77).all()
    colour = np.zeros((1, 4, 4, 3), np.uint8) + np.array([100, 50, 200], np.uint8)
    assert (encoded(image((None, None, 3), 4, 4, 1, "crop"), colour) == round(29.89 + 0.587 * 50 + 0.114 * 200)).all()


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_masks_keep_their_classes_and_their_place(fit: str):
    from pipelines.data.encoding.keras_encoding import mask_encoder

    rng = np.random.default_rng(1)
    masks = rng.integers(0, 4, (1, 9, 14, 1)).repeat(3, axis=1).repeat(3, axis=2).astype(np.uint8)
    encoding = image((None, None, 1), 12, 12, 1, fit, "nearest")
    made = np.asarray(mask_encoder(encoding, 9)(masks.astype(np.float32)))
    images = encoded(encoding, masks)
    padded = made == 9
    assert padded.any() == (fit == "pad")
    np.testing.assert_array_equal(made[~padded], images[~padded])
    assert set(np.unique(made[~padded])) <= {0, 1, 2, 3}


def test_arrays_are_left_as_they_are(tmp_path: Path):
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(encoded(ArrayEncoding(shape=(3,), raw_dtype="float32"), rows, tmp_path), rows)


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_what_follows_an_encoder_is_not_put_into_training_mode(fit: str):
    import keras

    from pipelines.data.encoding.keras_encoding import encoder

    encode = encoder(image((None, None, 3), 4, 5, 3, fit))
    outputs = keras.layers.Dropout(0.5)(keras.layers.BatchNormalization()(keras.ops.cast(encode.output, "float32")))
    model = keras.Model(encode.input, outputs)
    images = np.random.default_rng(0).uniform(0, 255, (2, 9, 7, 3)).astype("float32")
    np.testing.assert_array_equal(model(images), model(images, training=False))
