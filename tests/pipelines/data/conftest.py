"""What the data tests share: a KERAS_HOME of the test's own, empty or with real MNIST in it."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty KERAS_HOME; processes started by the test inherit it."""
    folder = tmp_path / "keras"
    folder.mkdir()
    monkeypatch.setenv("KERAS_HOME", str(folder))
    return folder


@pytest.fixture
def mnist_home(keras_home: Path, data_dir: Path) -> Path:
    """A KERAS_HOME that holds MNIST."""
    (keras_home / "datasets").mkdir()
    shutil.copyfile(data_dir / "keras/datasets/mnist.npz", keras_home / "datasets/mnist.npz")
    return keras_home
