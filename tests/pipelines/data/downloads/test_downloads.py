"""Downloads as the page sees them: real processes, a real (slow) server, the real file."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.data.downloads import downloads
from pipelines.data.downloads.downloads import (
    CacheState,
    cache_state,
    cached_path,
    file_for,
    files_of,
    record_path,
    start,
)
from pipelines.data.downloads.remote_files import DOWNLOADS
from pipelines.data.loading import load
from pipelines.data.spec import BundledSource, DataSpec, KerasSource, McycleSource

MNIST = DOWNLOADS["mnist"]
FASHION_MNIST = DOWNLOADS["fashion_mnist"]


def _wait(until: Callable[[CacheState], bool], timeout_s: float = 60) -> CacheState:
    deadline = time.monotonic() + timeout_s
    while not until(state := cache_state(MNIST)):
        assert time.monotonic() < deadline, state
        time.sleep(0.02)
    return state


@pytest.fixture
def no_download_left() -> Iterator[None]:
    """Waits for the downloads that a test started to end."""
    yield
    for child in downloads._children:
        child.wait(30)


def test_which_sets_need_a_download():
    assert file_for(KerasSource()) == MNIST
    assert file_for(McycleSource()) == DOWNLOADS["mcycle"]
    assert file_for(McycleSource(path="given.csv")) is None
    assert file_for(BundledSource()) is None


def test_a_size_that_is_not_known_is_no_fraction(keras_home: Path):
    state = cache_state(DOWNLOADS["mcycle"])
    assert (state.status, state.expected_bytes, state.fraction) == ("missing", 0, 0)


def test_a_set_of_several_files_needs_them_all(mnist_home: Path):
    assert cache_state(FASHION_MNIST).fraction == 1
    assert cached_path(FASHION_MNIST) == mnist_home / "datasets/fashion-mnist/train-labels-idx1-ubyte.gz"
    assert [path.name for path in files_of("fashion_mnist")][3] == "t10k-images-idx3-ubyte.gz"
    (mnist_home / "datasets/fashion-mnist/t10k-images-idx3-ubyte.gz").unlink()
    assert cached_path(FASHION_MNIST) is None
    state = cache_state(FASHION_MNIST)
    assert (state.status, round(state.fraction, 2)) == ("missing", 0.86)
    with pytest.raises(downloads.NotOnThisMachine, match="Fashion-MNIST is not on this machine yet"):
        files_of("fashion_mnist")


def test_an_empty_cache_is_missing_and_stays_untouched(keras_home: Path):
    assert cache_state(MNIST) == CacheState("missing", 0, MNIST.bytes)
    assert list(keras_home.iterdir()) == []


def test_a_folder_that_does_not_exist_yet_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "not" / "yet"))
    assert cache_state(MNIST).status == "missing"


def test_a_whole_copy_is_cached_and_not_downloaded_again(mnist_home: Path):
    assert cache_state(MNIST) == CacheState("cached", MNIST.bytes, MNIST.bytes)
    assert cache_state(MNIST).fraction == 1
    assert start(MNIST).status == "cached"
    assert cached_path(MNIST) == mnist_home / "datasets/mnist.npz"


def test_a_damaged_copy_of_the_right_size_is_missing(mnist_home: Path):
    with (mnist_home / "datasets/mnist.npz").open("r+b") as stream:
        stream.write(b"damage")
    assert cache_state(MNIST).status == "missing"
    assert cached_path(MNIST) is None


def test_a_download_whose_process_is_gone_has_failed(keras_home: Path):
    record_path(MNIST).parent.mkdir()
    record_path(MNIST).write_text(json.dumps({"pid": os.getpid(), "created": 1.0}))
    state = cache_state(MNIST)
    assert state.status == "failed"
    assert state.error == "The download of MNIST was cut short. Start it again."


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": "x"}', "null"])
def test_a_damaged_record_is_survived(keras_home: Path, text: str):
    record_path(MNIST).parent.mkdir()
    record_path(MNIST).write_text(text)
    assert cache_state(MNIST).status in ("missing", "failed")


@pytest.mark.slow
def test_killed_then_started_again_the_download_ends_whole(keras_home: Path, data_dir: Path, server, no_download_left):
    content = (data_dir / "keras/datasets/mnist.npz").read_bytes()
    file = replace(MNIST, mirror=server.offer("/mnist.npz", content).removesuffix("/mnist.npz"))

    server.speed = 3e6
    assert start(file).status == "downloading"
    assert start(file).status == "downloading"  # It does not start a second.
    partial = _wait(lambda state: state.bytes > 1e6)
    assert partial.status == "downloading"
    assert 0 < partial.fraction < 1
    os.kill(json.loads(record_path(file).read_text())["pid"], signal.SIGKILL)
    cut = _wait(lambda state: state.status != "downloading")
    assert (cut.status, cut.error) == ("failed", "The download of MNIST was cut short. Start it again.")
    assert 0 < cut.bytes < MNIST.bytes
    assert cached_path(file) is None

    start(file)
    seen = {_wait(lambda state: state.bytes > cut.bytes + 1e6 or state.status == "cached").status}
    server.speed = 1e9
    seen.add(_wait(lambda state: state.status != "downloading").status)
    assert seen == {"downloading", "cached"}
    assert load(DataSpec(source=KerasSource())).x["test"].shape == (10_000, 28, 28, 1)


@pytest.mark.slow
def test_without_a_network_the_page_learns_why(keras_home: Path, no_download_left):
    start(replace(MNIST, mirror="http://127.0.0.1:9"))
    state = _wait(lambda state: state.status != "downloading")
    assert state.status == "failed"
    assert "MNIST is not on this machine and cannot be downloaded" in state.error
    assert "digits, iris, wine, breast cancer and diabetes" in state.error
