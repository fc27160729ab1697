"""Sets of keras.datasets that are not at hand: small files of the same formats, from a web server of the test's."""

import hashlib
import io
import json
import pickle
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipelines.data.downloads.downloads import NotOnThisMachine
from pipelines.data.downloads.remote_files import DOWNLOADS
from pipelines.data.source import RawData
from pipelines.data.sources.downloaded import BY_NAME

MADE_HERE = ("cifar10", "cifar100", "imdb", "reuters", "california_housing")
WORDS = {"the": 1, "film": 2, "was": 3, "good": 4, "bad": 5, "don't": 6, "café": 7}


def tar_gz(batches: Mapping[str, dict[bytes, Any]]) -> bytes:
    """An archive of pickles, with a file among them that is none."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in {"folder/readme.html": b"<html>", **batches}.items():
            packed = content if isinstance(content, bytes) else pickle.dumps(content, protocol=4)
            member = tarfile.TarInfo(name)
            member.size = len(packed)
            archive.addfile(member, io.BytesIO(packed))
    return stream.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def ragged(random: np.random.Generator, num_rows: int) -> np.ndarray:
    rows = np.empty(num_rows, dtype=object)
    rows[:] = [random.integers(1, len(WORDS) + 1, 2 + row % 5).tolist() for row in range(num_rows)]
    return rows


def pixels(images: np.ndarray) -> np.ndarray:
    """As CIFAR keeps them: a row an image, first all reds."""
    return images.transpose(0, 3, 1, 2).reshape(len(images), -1)


@pytest.fixture(scope="module")
def contents(data_dir: Path) -> dict[str, list[bytes]]:
    """The content of each set's files."""
    random = np.random.default_rng(0)
    with np.load(data_dir / "cifar10_small.npz") as small:
        batches = {
            f"cifar-10-batches-py/data_batch_{number + 1}": {
                b"data": pixels(small["x_train"][number * 20 : number * 20 + 20]),
                b"labels": small["y_train"][number * 20 : number * 20 + 20].ravel().tolist(),
            }
            for number in (4, 0, 3, 1, 2)
        }
        batches["cifar-10-batches-py/test_batch"] = {
            b"data": pixels(small["x_test"][:10]),
            b"labels": small["y_test"][:10].ravel().tolist(),
        }
    hundred = {
        f"cifar-100-python/{name}": {
            b"data": random.integers(0, 256, (rows, 3072), dtype=np.uint8),
            b"fine_labels": random.integers(0, 100, rows).tolist(),
            b"coarse_labels": random.integers(0, 20, rows).tolist(),
        }
        for name, rows in (("test", 5), ("train", 25))
    }
    index = json.dumps(WORDS).encode()
    return {
        "cifar10": [tar_gz(batches)],
        "cifar100": [tar_gz(hundred)],
        "imdb": [
            npz(
                x_train=ragged(random, 30), y_train=random.integers(0, 2, 30),
                x_test=ragged(random, 20), y_test=random.integers(0, 2, 20),
            ),
            index,
        ],
        "reuters": [npz(x=ragged(random, 40), y=random.integers(0, 46, 40)), index],
        "california_housing": [npz(x=random.normal(0, 50, (60, 8)), y=random.uniform(1e5, 5e5, 60))],
    }  # fmt: skip


@pytest.fixture
def small(
    contents: dict[str, list[bytes]], keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, list[bytes]]:
    """The small files are what the hashes are of; none is here yet."""
    for key, parts in contents.items():
        files = tuple(
            replace(
                file, hash=(hashlib.md5 if len(file.hash) == 32 else hashlib.sha256)(part).hexdigest(), bytes=len(part)
            )
            for file, part in zip(DOWNLOADS[key].files, parts, strict=True)
        )
        monkeypatch.setitem(DOWNLOADS, key, replace(DOWNLOADS[key], files=files))
    return contents


def put(keras_home: Path, key: str, parts: list[bytes]) -> None:
    for file, part in zip(DOWNLOADS[key].files, parts, strict=True):
        path = keras_home / "datasets" / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(part)


def as_told(key: str, data: RawData) -> None:
    """What `read` gives is of the kind that the facts tell."""
    source = BY_NAME[key]
    assert isinstance(data.y, np.ndarray)
    assert len(data.x) == len(data.y)
    if source.kind == "text":
        assert isinstance(data.x, pd.DataFrame)
        assert tuple(data.x.columns) == source.feature_names
        assert all(isinstance(text, str) for text in data.x[data.x.columns[0]])
    else:
        assert isinstance(data.x, np.ndarray)
        assert data.x.shape[1:] == source.input_shape
        assert data.x.dtype == source.dtype
    if source.class_names:
        assert data.y.dtype == np.int64
        assert 0 <= data.y.min() <= data.y.max() < len(source.class_names)
    else:
        assert data.y.dtype == np.float32


def test_cifar10_is_read_in_the_order_of_its_batches(small, keras_home: Path, data_dir: Path):
    put(keras_home, "cifar10", small["cifar10"])
    data = BY_NAME["cifar10"].read()
    as_told("cifar10", data)
    with np.load(data_dir / "cifar10_small.npz") as arrays:
        np.testing.assert_array_equal(data.x, np.concatenate([arrays["x_train"][:100], arrays["x_test"][:10]]))
        np.testing.assert_array_equal(data.y, np.concatenate([arrays["y_train"][:100], arrays["y_test"][:10]]).ravel())


def test_numbers_of_words_become_texts(small, keras_home: Path):
    put(keras_home, "imdb", small["imdb"])
    data = BY_NAME["imdb"].read()
    as_told("imdb", data)
    texts = data.x["review"]
    assert len(texts) == 50
    assert set(" ".join(texts).split(" ")) == set(WORDS)


@pytest.mark.parametrize("key", MADE_HERE)
def test_a_copy_with_another_hash_is_not_read(small, keras_home: Path, key: str):
    *rest, last = small[key]
    put(keras_home, key, [*rest, last[:-1] + bytes([last[-1] ^ 1])])
    with pytest.raises(NotOnThisMachine, match="is not on this machine yet"):
        BY_NAME[key].read()


_DOWNLOAD_THEN_RUN = """
import json, sys
import keras, numpy as np
from keras.src.utils import file_utils
from pipelines.data.downloads.keras_datasets import download
from pipelines.data.downloads.remote_files import Download, RemoteFile
folder, sets = sys.argv[1], json.loads(sys.argv[2])
for wanted, _ in sets:
    wanted["files"] = tuple(RemoteFile(**{**file, "columns": ()}) for file in wanted["files"])
    download(Download(**wanted))
file_utils.validate_file = lambda *arguments, **options: True  # Keras knows the hashes of the real files alone
for wanted, code in sets:
    if code:
        exec(code)
        np.savez(f"{folder}/{wanted['key']}.npz", y=y, **({"x": x} if isinstance(x, np.ndarray) else {}))
        if not isinstance(x, np.ndarray):
            x.to_json(f"{folder}/{wanted['key']}.json")
"""


@pytest.mark.slow
def test_each_is_downloaded_and_keras_reads_the_same(small, keras_home: Path, server, tmp_path: Path):
    sets = []
    for key, parts in small.items():
        wanted = DOWNLOADS[key]
        for file, part in zip(wanted.files, parts, strict=True):
            mirror = server.offer(f"/{wanted.url_of(file).rpartition('/')[2]}", part).rpartition("/")[0]
        # Keras asks for 10,000 rows a batch of CIFAR-10.
        sets.append((asdict(replace(wanted, mirror=mirror)), "" if key == "cifar10" else BY_NAME[key].code))
    done = subprocess.run(
        [sys.executable, "-c", _DOWNLOAD_THEN_RUN, str(tmp_path), json.dumps(sets)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for key in MADE_HERE:
        data = BY_NAME[key].read()
        as_told(key, data)
        if key == "cifar10":
            continue
        with np.load(tmp_path / f"{key}.npz") as theirs:
            assert theirs["y"].dtype == data.y.dtype
            np.testing.assert_array_equal(theirs["y"], data.y)
            if isinstance(data.x, np.ndarray):
                assert theirs["x"].dtype == data.x.dtype
                np.testing.assert_array_equal(theirs["x"], data.x)
        if isinstance(data.x, pd.DataFrame):
            texts = json.loads((tmp_path / f"{key}.json").read_text())
            assert [list(column.values()) for column in texts.values()] == [list(data.x[data.x.columns[0]])]


@pytest.mark.slow
def test_without_a_network_one_sentence_says_so(keras_home: Path):
    script = (
        "import sys\n"
        "from pipelines.data.downloads.keras_datasets import main\n"
        "print([main([key, '--mirror', 'http://127.0.0.1:9']) for key in sys.argv[1:]])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, *MADE_HERE], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "[1, 1, 1, 1, 1]"
    told = [line for line in done.stderr.splitlines() if "cannot be downloaded" in line]
    for key, line in zip(MADE_HERE, told, strict=True):
        assert line.startswith(f"{DOWNLOADS[key].title} is not on this machine and cannot be downloaded (")
        assert line.endswith("digits, iris, wine, breast cancer and diabetes.")
