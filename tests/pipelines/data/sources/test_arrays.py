import io
import struct
import zipfile

import numpy as np
import pytest

from models.errors import NetloomError
from pipelines.data.arrays import npz
from pipelines.data.images import archive
from pipelines.data.registry import source_of
from pipelines.data.sources import arrays as module
from pipelines.data.spec import ArraysSource

RANDOM = np.random.default_rng(0)


@pytest.fixture
def saved(folder):
    """Saves arrays and gives the spec that names their file: `saved(x=..., y=...)`."""
    count = 0

    def save(spec=None, compressed=False, **arrays):
        nonlocal count
        count += 1
        path = folder / f"arrays{count}.npz"
        (np.savez_compressed if compressed else np.savez)(path, **arrays)
        return ArraysSource(path=str(path), **(spec or {}))

    return save


def same_as_code(spec):
    """What is read, after it was compared with what the exported lines give."""
    source = source_of(spec)
    data = source.read()
    names = {"np": np}
    exec(source.code, names)  # noqa: S102
    assert np.array_equal(data.x, names["x"]) and data.x.dtype == names["x"].dtype == source.dtype
    assert data.x.shape == (source.num_rows, *source.input_shape)
    if data.y is None:
        assert names["y"] is None
    else:
        assert np.array_equal(data.y, names["y"]) and data.y.dtype == names["y"].dtype
    return source, data


def refusal(spec, read=False):
    with pytest.raises(NetloomError) as error:
        source = source_of(spec)
        if read:
            source.read()
    assert "arrays" in error.value.message and ".npz" in error.value.message
    assert error.value.hint and "\n" not in error.value.message
    return error.value.message


def test_cifar10(home, data_dir, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    source, data = same_as_code(ArraysSource(path=str(data_dir / "cifar10_small.npz")))
    assert (source.kind, source.dtype, source.input_shape) == ("image", "uint8", (32, 32, 3))
    assert source.tasks == ("multiclass", "reconstruction")
    assert source.class_names == tuple("0123456789")
    assert {split: len(rows) for split, rows in source.own.items()} == {"test": 1017}
    assert data.y.shape == (6102,) and np.bincount(data.y).min() > 500


@pytest.mark.parametrize(
    ("x", "shape", "dtype", "kind"),
    [
        (np.zeros((8, 5, 4), np.uint8), (5, 4, 1), "uint8", "image"),
        (np.zeros((8, 5, 4, 1), np.uint8), (5, 4, 1), "uint8", "image"),
        (np.zeros((8, 5, 4, 3), np.float64), (5, 4, 3), "float32", "image"),
        (np.zeros((8, 5, 4, 3), np.uint16), (5, 4, 3), "float32", "image"),
        (np.zeros((8, 5), np.uint8), (5,), "float32", "table"),
        (np.zeros((8, 1), bool), (1,), "float32", "table"),
        (np.arange(8.0), (1,), "float32", "table"),
    ],
)
def test_inputs(saved, x, shape, dtype, kind):
    source, _ = same_as_code(saved(x=x, y=np.arange(8) % 2))
    assert (source.input_shape, source.dtype, source.kind) == (shape, dtype, kind)
    assert len(source.feature_names) == (shape[0] if kind == "table" else 0)


def one_hot(ids, num):
    return np.eye(num)[ids]


@pytest.mark.parametrize(
    ("y", "task", "class_names", "expected"),
    [
        (np.array([0, 1, 1, 0]), "binary", ("0", "1"), [0, 1, 1, 0]),
        (np.array([[2], [0], [1], [1], [0], [2]], np.uint8), "multiclass", ("0", "1", "2"), [2, 0, 1, 1, 0, 2]),
        (np.array([-1, 1, 1, -1]), "binary", ("-1", "1"), [0, 1, 1, 0]),
        (np.array([5, 7, 9, 5, 7, 9]), "multiclass", ("5", "7", "9"), [0, 1, 2, 0, 1, 2]),
        (np.array([True, False, True, True]), "binary", ("False", "True"), [1, 0, 1, 1]),
        (np.array(["cat", "dog", "ant", "cat", "ant", "dog"]), "multiclass", ("ant", "cat", "dog"), [1, 2, 0, 1, 0, 2]),
        (one_hot([0, 2, 1, 1], 3), "multiclass", ("0", "1", "2"), [0, 2, 1, 1]),
        (one_hot([0, 1], 2).astype(bool), "binary", ("0", "1"), [0, 1]),
        (np.array([[1, 1, 0], [0, 0, 0]]), "multilabel", ("label 0", "label 1", "label 2"), [[1, 1, 0], [0, 0, 0]]),
        (np.array([0.5, 1.0, 2.0]), "regression", (), [0.5, 1.0, 2.0]),
        (np.array([[0.0], [1.0]]), "regression", (), [0.0, 1.0]),
        (np.arange(10), "regression", (), list(range(10))),
        (np.array([[1, 2], [3, 4]]), "regression", (), [[1, 2], [3, 4]]),
    ],
)
def test_targets(saved, y, task, class_names, expected):
    source, data = same_as_code(saved(x=RANDOM.random((len(y), 3)), y=y))
    assert source.tasks == (task, "reconstruction")
    assert source.class_names == class_names
    assert data.y.tolist() == expected
    assert data.y.dtype == (np.int64 if task in ("binary", "multiclass") else np.float32)
    assert source.num_targets == (2 if np.shape(expected) == (2, 2) else 1)


def test_without_targets(saved):
    source, data = same_as_code(saved(x=np.ones((4, 2))))
    assert source.tasks == ("reconstruction",) and data.y is None and source.class_names == ()


def test_own_splits(saved):
    spec = saved({"x": "a", "y": "b"}, a_train=np.ones((6, 2)), b_train=np.arange(6) % 3, a_test=np.zeros((3, 2)),
                 b_test=np.arange(3), a_val=np.full((3, 2), 7.0), b_val=np.arange(3))  # fmt: skip
    source, data = same_as_code(spec)
    assert {split: rows.tolist() for split, rows in source.own.items()} == {"val": [6, 7, 8], "test": [9, 10, 11]}
    assert (data.x[source.own["val"]] == 7).all() and (data.x[source.own["test"]] == 0).all()


def test_proposed_names(saved):
    assert module.proposed(saved(images=np.zeros((4, 2, 2)), labels=np.zeros(4))).y == "labels"
    spec = module.proposed(saved(X_train=np.zeros((4, 2)), Y_train=np.zeros(4), X_test=np.zeros((4, 2))))
    assert (spec.x, spec.y) == ("X", "Y")
    plain = saved(x=np.zeros((4, 2)), y=np.zeros(4))
    assert module.proposed(plain) == plain


def test_inputs_are_not_loaded_for_facts(saved, monkeypatch):
    spec = saved(x=RANDOM.random((1000, 500)), y=np.arange(1000) % 2)
    loaded = []
    real = npz.read
    monkeypatch.setattr(module, "read", lambda path, name: loaded.append(name) or real(path, name))
    source_of(spec)
    assert loaded == ["y"]
    source_of(spec)
    assert loaded == ["y"]


def test_what_no_inputs_are(saved):
    y = np.arange(8) % 2
    assert "(rows, features)" in refusal(saved(x=np.zeros((8, 2, 2, 2, 2)), y=y))
    assert "has the shape (8, 3, 4, 5)" in refusal(saved(x=np.zeros((8, 3, 4, 5)), y=y))
    assert "real numbers" in refusal(saved(x=np.zeros((8, 2), complex), y=y))
    assert "real numbers" in refusal(saved(x=np.full((8, 2), "a"), y=y))
    assert "is empty" in refusal(saved(x=np.zeros((0, 2)), y=np.zeros(0)))
    assert "arrays" in refusal(saved(x=np.float64(3)))


def test_what_no_targets_are(saved):
    x = np.zeros((8, 2))
    assert "one target a row" in refusal(saved(x=x, y=np.zeros((8, 2, 2))))
    assert "one target a row" in refusal(saved(x=x, y=np.zeros(8, "datetime64[s]")))
    assert "one class only, 3" in refusal(saved(x=x, y=np.full(8, 3)))
    assert "one class only, 1" in refusal(saved(x=x, y=one_hot([1] * 8, 3)))
    assert "NaN in row 5" in refusal(saved(x=x, y=np.array([1, 2, 3, 4, 5, np.nan, 7, 8])))
    assert "texts a row" in refusal(saved(x=x, y=np.full((8, 2), "a")))


def test_unequal_lengths(saved):
    assert "x and y in" in refusal(saved(x=np.zeros((8, 2)), y=np.zeros(7)))
    message = refusal(saved(x=np.zeros((8, 2)), y=np.zeros(7)))
    assert "8 and 7 rows" in message
    spec = saved(x_train=np.zeros((4, 2)), y_train=np.arange(4.0), x_test=np.zeros((4, 3)), y_test=np.arange(4.0))
    assert "x_test" in refusal(spec)
    spec = saved(x_train=np.zeros((4, 2)), y_train=np.arange(4.0), x_test=np.zeros((4, 2)))
    assert "no array y_test" in refusal(spec)


def test_missing_names_say_which_there_are(saved):
    message = refusal(saved(inputs=np.zeros((8, 2)), labels=np.zeros(8)))
    assert "no array x" in message and "inputs (8, 2), labels (8,)" in message
    assert "no array z" in refusal(saved({"y": "z"}, x=np.zeros((8, 2)), y=np.zeros(8)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_numbers_that_are_none_are_found_by_row(saved, value):
    x = np.zeros((100_000, 3))
    x[70_000, 2] = value
    message = refusal(saved(x=x, y=np.arange(100_000) % 2), read=True)
    assert "row 70,000, place 2" in message


def test_pickled_objects_are_not_read(folder):
    class Harm:
        def __reduce__(self):
            return print, ("harm done",)

    np.savez(folder / "arrays.npz", x=np.array([[Harm()]], object), y=np.zeros(1))
    assert "pickled objects" in refusal(ArraysSource(path=str(folder / "arrays.npz")))
    ragged = np.array([[1, 2], [3]], object)
    np.savez(folder / "arrays2.npz", x=np.zeros((2, 2)), y=ragged)
    assert "pickled objects" in refusal(ArraysSource(path=str(folder / "arrays2.npz")))


def test_files_that_are_no_npz(folder):
    for number, content in enumerate([b"no npz", b"", b"PK\x03\x04 broken"]):
        path = folder / f"arrays{number}.npz"
        path.write_bytes(content)
        assert "no NPZ file, or a broken one" in refusal(ArraysSource(path=str(path)))
    with zipfile.ZipFile(folder / "arrays.npz", "w") as written:
        written.writestr("readme.txt", "none")
    assert "holds no arrays" in refusal(ArraysSource(path=str(folder / "arrays.npz")))
    np.save(folder / "x.npy", np.zeros(3))
    with zipfile.ZipFile(folder / "arrays.npz", "w") as written:
        written.writestr("x.npy", b"\x93NUMPY\x01\x00rubbish")
    assert "broken" in refusal(ArraysSource(path=str(folder / "arrays.npz")))


def test_damaged_bytes(saved, folder):
    spec = saved(compressed=True, x=RANDOM.random((500, 20)), y=np.arange(500) % 2)
    path = folder / "arrays1.npz"
    content = bytearray(path.read_bytes())
    content[4000:4100] = bytes(100)
    path.write_bytes(content)
    assert "broken" in refusal(spec, read=True)


def test_a_header_that_promises_more_than_there_is(folder):
    """Its shape would take 8 TB of memory before a byte is read."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "<f8", "fortran_order": False, "shape": (1_000_000, 1_000_000)}
    )
    with zipfile.ZipFile(folder / "arrays.npz", "w") as written:
        written.writestr("x.npy", stream.getvalue() + struct.pack("<d", 1.0))
    assert "takes 8,000,000,000," in refusal(ArraysSource(path=str(folder / "arrays.npz")))


def test_a_bomb(saved, monkeypatch):
    spec = saved(compressed=True, x=np.zeros((1000, 1000)), y=np.arange(1000) % 2)
    monkeypatch.setenv(archive.BYTES_VARIABLE, "1000000")
    assert "more than 1,000,000 bytes" in refusal(spec)


def test_an_array_larger_than_memory_is_not_unpacked(folder):
    path = folder / "zeros.npz"
    np.savez_compressed(path, x=np.zeros((1000, 1000)))
    assert path.stat().st_size < 20_000
    with pytest.raises(NetloomError, match=r"array x in zeros\.npz takes 8,000,128 bytes; 1,000,000 are free"):
        npz.read(path, "x", free_bytes=1_000_000)
    assert npz.read(path, "x").shape == (1000, 1000)
