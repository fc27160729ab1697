"""Where benchmarks take MNIST from: the folder of test data, else where Keras keeps it, which downloads it once."""

import os
from pathlib import Path


def environment() -> dict[str, str]:
    """What a process that trains on MNIST is given beside its own environment.

    `NETLOOM_TEST_DATA` names the folder; MNIST lies in it as `keras/datasets/mnist.npz`.
    """
    folder = os.environ.get("NETLOOM_TEST_DATA")
    return {"KERAS_HOME": str(Path(folder) / "keras")} if folder else {}
