import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipelines.data.downloads import NotOnThisMachine
from pipelines.data.sources.mnist import MNIST


def test_without_a_copy_one_sentence_names_the_offline_sets(keras_home: Path):
    with pytest.raises(NotOnThisMachine) as caught:
        MNIST.read()
    assert "digits, iris, breast cancer and diabetes" in caught.value.message


def test_read_gives_what_the_facts_say(mnist_home: Path):
    x, y = MNIST.read()
    assert x.shape == (70_000, 28, 28, 1)
    assert (x.dtype, x.min(), x.max()) == (np.uint8, 0, 255)
    assert (y.shape, y.dtype) == ((70_000,), np.int64)
    assert np.array_equal(np.unique(y), np.arange(10))


@pytest.mark.parametrize("damage", ["short", "changed"])
def test_a_damaged_copy_is_never_taken_for_the_whole(mnist_home: Path, damage: str):
    path = mnist_home / "datasets/mnist.npz"
    if damage == "short":
        with path.open("r+b") as stream:
            stream.truncate(path.stat().st_size // 2)
    else:
        with path.open("r+b") as stream:
            stream.seek(5_000_000)
            stream.write(b"something else")
    with pytest.raises(NotOnThisMachine):
        MNIST.read()


@pytest.mark.slow
def test_keras_reads_the_same_arrays(mnist_home: Path, tmp_path: Path):
    script = (
        "import sys, keras, numpy as np\n"
        "(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()\n"
        "np.savez(sys.argv[1], x=np.concatenate([x, x_test]), y=np.concatenate([y, y_test]))\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "out.npz")], check=True, capture_output=True)
    x, y = MNIST.read()
    with np.load(tmp_path / "out.npz") as arrays:
        np.testing.assert_array_equal(x[..., 0], arrays["x"])
        np.testing.assert_array_equal(y, arrays["y"])
