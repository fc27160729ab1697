"""MNIST as keras.datasets keeps it: 60,000 training and 10,000 test images of handwritten digits.

The file is downloaded by Keras (`pipelines.data.keras_datasets`) and read here, without keras.
"""

import numpy as np

from pipelines.data.downloads import FILES, OFFLINE_SETS, NotOnThisMachine, cached_path
from pipelines.data.source import RawData, Source
from pipelines.data.spec import KerasSource


def source(spec: KerasSource) -> Source:
    """The source that `spec` names."""
    return MNIST


def _read() -> RawData:
    path = cached_path(FILES["mnist"])
    if path is None:
        raise NotOnThisMachine(
            "MNIST is not on this machine yet; download it on the Data page, or take a set that needs no network: "
            f"{OFFLINE_SETS}."
        )
    with np.load(path, allow_pickle=False) as arrays:
        images = np.concatenate([arrays["x_train"], arrays["x_test"]])
        labels = np.concatenate([arrays["y_train"], arrays["y_test"]])
    return RawData(images[..., np.newaxis], labels.astype(np.int64))


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
    read=_read,
    code="""
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x = np.concatenate([x_train, x_test])[..., np.newaxis]
y = np.concatenate([y_train, y_test]).astype("int64")
""",
    notes="Scanned digits, 28x28 grey levels from 0 to 255; the last 10,000 are its own test split. "
    "Y. LeCun, C. Cortes, C. Burges, 1998.",
    licence="CC BY-SA 3.0",
)
