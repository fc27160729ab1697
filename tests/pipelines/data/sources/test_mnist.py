import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipelines.data.downloads.downloads import NotOnThisMachine
from pipelines.data.source import Source
from pipelines.data.sources.mnist import FASHION_MNIST, MNIST

BOTH = pytest.mark.parametrize("source", [MNIST, FASHION_MNIST], ids=lambda source: source.name)


@BOTH
def test_without_a_copy_one_sentence_names_the_offline_sets(keras_home: Path, source: Source):
    with pytest.raises(NotOnThisMachine) as caught:
        source.read()
    assert "digits, iris, wine, breast cancer and diabetes" in caught.value.message


@BOTH
def test_read_gives_what_the_facts_say(mnist_home: Path, source: Source):
    data = source.read()
    assert data.x.shape == (source.num_rows, *source.input_shape) == (70_000, 28, 28, 1)
    assert (data.x.dtype, data.x.min(), data.x.max()) == (np.uint8, 0, 255)
    assert (data.y.shape, data.y.dtype) == ((70_000,), np.int64)
    assert np.array_equal(np.unique(data.y), np.arange(10))


@pytest.mark.parametrize("damage", ["short", "changed"])
@pytest.mark.parametrize(
    "source, name", [(MNIST, "mnist.npz"), (FASHION_MNIST, "fashion-mnist/t10k-labels-idx1-ubyte.gz")]
)
def test_a_damaged_copy_is_never_taken_for_the_whole(mnist_home: Path, source: Source, name: str, damage: str):
    path = mnist_home / "datasets" / name
    with path.open("r+b") as stream:
        if damage == "short":
            stream.truncate(path.stat().st_size // 2)
        else:
            stream.seek(path.stat().st_size // 2)
            stream.write(b"something else")
    with pytest.raises(NotOnThisMachine):
        source.read()


@pytest.mark.slow
def test_keras_reads_the_same_arrays(mnist_home: Path, tmp_path: Path):
    codes = [source.code for source in (MNIST, FASHION_MNIST)]
    script = (
        "import sys, keras, numpy as np\n"
        "for number, code in enumerate(sys.argv[2:]):\n"
        "    exec(code)\n"
        "    np.savez(f'{sys.argv[1]}/{number}.npz', x=x, y=y)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path), *codes], capture_output=True, text=True)
    assert (done.returncode, "Downloading" in done.stdout) == (0, False), done.stderr
    for number, source in enumerate((MNIST, FASHION_MNIST)):
        data = source.read()
        with np.load(tmp_path / f"{number}.npz") as arrays:
            for ours, theirs in ((data.x, arrays["x"]), (data.y, arrays["y"])):
                assert ours.dtype == theirs.dtype
                np.testing.assert_array_equal(ours, theirs)
