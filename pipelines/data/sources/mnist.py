"""MNIST and Fashion-MNIST as keras.datasets keeps them: 60,000 training and 10,000 test images each.

The files are downloaded by Keras (`pipelines.data.downloads.keras_datasets`) and read here, without keras.
"""

import gzip
from pathlib import Path

import numpy as np

from pipelines.data.downloads.downloads import files_of
from pipelines.data.source import RawData, Source


def _read_mnist() -> RawData:
    with np.load(files_of("mnist")[0], allow_pickle=False) as arrays:
        images = np.concatenate([arrays["x_train"], arrays["x_test"]])
        labels = np.concatenate([arrays["y_train"], arrays["y_test"]])
    return RawData(images[..., np.newaxis], labels.astype(np.int64))


def _read_fashion_mnist() -> RawData:
    train_labels, train_images, test_labels, test_images = files_of("fashion_mnist")
    labels = np.concatenate([_idx(train_labels, 8), _idx(test_labels, 8)])
    images = np.concatenate([_idx(train_images, 16), _idx(test_images, 16)])
    return RawData(images.reshape(-1, 28, 28, 1), labels.astype(np.int64))


def _idx(path: Path, num_header_bytes: int) -> np.ndarray:
    """The bytes of a gzipped IDX file, without its header."""
    with gzip.open(path, "rb") as stream:
        return np.frombuffer(stream.read(), np.uint8, offset=num_header_bytes)


_CODE = """
(x_train, y_train), (x_test, y_test) = keras.datasets.{}.load_data()
x = np.concatenate([x_train, x_test])[..., np.newaxis]
y = np.concatenate([y_train, y_test]).astype("int64")
"""

MNIST = Source(
    name="mnist",
    title="MNIST handwritten digits",
    kind="image",
    tasks=("multiclass", "reconstruction"),
    input_shape=(28, 28, 1),
    target_name="digit",
    class_names=tuple("0123456789"),
    dtype="uint8",
    num_rows=70_000,
    own={"test": np.arange(60_000, 70_000)},
    read=_read_mnist,
    code=_CODE.format("mnist"),
    notes="Scanned digits, 28x28 grey levels from 0 to 255; the last 10,000 are its own test split. "
    "Y. LeCun, C. Cortes, C. Burges, 1998.",
    licence="CC BY-SA 3.0",
)

FASHION_MNIST = Source(
    name="fashion_mnist",
    title="Fashion-MNIST clothes",
    kind="image",
    tasks=("multiclass", "reconstruction"),
    input_shape=(28, 28, 1),
    target_name="garment",
    class_names=(
        "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ),
    dtype="uint8",
    num_rows=70_000,
    own={"test": np.arange(60_000, 70_000)},
    read=_read_fashion_mnist,
    code=_CODE.format("fashion_mnist"),
    notes="Photos of clothes, 28x28 grey levels from 0 to 255; the last 10,000 are its own test split. "
    "H. Xiao, K. Rasul, R. Vollgraf, 2017.",
    licence="MIT",
)  # fmt: skip
