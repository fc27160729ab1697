"""CIFAR-10 and CIFAR-100: 50,000 training and 10,000 test photos each, of 10 and of 100 kinds of things.

They are read from the archive that was verified, not from the files that Keras unpacks from it.
"""

import functools
import tarfile

import numpy as np

from pipelines.data.downloads.downloads import files_of
from pipelines.data.source import RawData, Source
from pipelines.data.sources.pickles import unpickled

_BATCHES = {
    "cifar10": tuple(
        f"cifar-10-batches-py/{name}" for name in (*map("data_batch_{}".format, range(1, 6)), "test_batch")
    ),
    "cifar100": ("cifar-100-python/train", "cifar-100-python/test"),
}


def _read(name: str, labels: bytes) -> RawData:
    batches: dict[str, dict[bytes, np.ndarray]] = {}
    with tarfile.open(files_of(name)[0], "r|gz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.name in _BATCHES[name] else None
            if stream is not None:
                batches[member.name] = unpickled(stream)
    in_order = [batches[batch] for batch in _BATCHES[name]]
    images = np.concatenate([batch[b"data"] for batch in in_order]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return RawData(np.ascontiguousarray(images), np.concatenate([batch[labels] for batch in in_order]).astype(np.int64))


_CODE = """
(x_train, y_train), (x_test, y_test) = keras.datasets.{}.load_data()
x = np.concatenate([x_train, x_test])
y = np.concatenate([y_train, y_test])[:, 0].astype("int64")
"""

CIFAR10 = Source(
    name="cifar10",
    title="CIFAR-10 photos",
    kind="image",
    tasks=("multiclass", "reconstruction"),
    input_shape=(32, 32, 3),
    target_name="thing",
    class_names=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    dtype="uint8",
    num_rows=60_000,
    own={"test": np.arange(50_000, 60_000)},
    read=functools.partial(_read, "cifar10", b"labels"),
    code=_CODE.format("cifar10"),
    notes="Photos of animals and vehicles, 32x32 in colour; the last 10,000 are its own test split. "
    "A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.",
    licence="None stated",
)

CIFAR100 = Source(
    name="cifar100",
    title="CIFAR-100 photos",
    kind="image",
    tasks=("multiclass", "reconstruction"),
    input_shape=(32, 32, 3),
    target_name="thing",
    class_names=tuple(
        """apple|aquarium fish|baby|bear|beaver|bed|bee|beetle|bicycle|bottle|bowl|boy|bridge|bus|butterfly|camel|can|
        castle|caterpillar|cattle|chair|chimpanzee|clock|cloud|cockroach|couch|crab|crocodile|cup|dinosaur|dolphin|
        elephant|flatfish|forest|fox|girl|hamster|house|kangaroo|keyboard|lamp|lawn mower|leopard|lion|lizard|lobster|
        man|maple tree|motorcycle|mountain|mouse|mushroom|oak tree|orange|orchid|otter|palm tree|pear|pickup truck|
        pine tree|plain|plate|poppy|porcupine|possum|rabbit|raccoon|ray|road|rocket|rose|sea|seal|shark|shrew|skunk|
        skyscraper|snail|snake|spider|squirrel|streetcar|sunflower|sweet pepper|table|tank|telephone|television|tiger|
        tractor|train|trout|tulip|turtle|wardrobe|whale|willow tree|wolf|woman|worm""".replace("\n        ", "").split(
            "|"
        )
    ),
    dtype="uint8",
    num_rows=60_000,
    own={"test": np.arange(50_000, 60_000)},
    read=functools.partial(_read, "cifar100", b"fine_labels"),
    code=_CODE.format("cifar100"),
    notes="Photos of 100 kinds of things, 32x32 in colour, 600 of each; the last 10,000 are its own test split. "
    "A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.",
    licence="None stated",
)
