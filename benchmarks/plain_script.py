"""What a Keras user would write for the digits: a script, to be started cold. It stores nothing and saves nothing."""

import os
import subprocess
import sys
from pathlib import Path

from models.code import model_code
from pipelines.spec import RunSpec

# It prints when its first epoch was finished, validation included.
SCRIPT = """import time
{model}
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32").reshape(-1, 8, 8, 1)
x, x_test, y, y_test = train_test_split(x, y, test_size={test}, random_state=0, stratify=y)
x, x_val, y, y_val = train_test_split(x, y, test_size={val}, random_state=0, stratify=y)
keras.utils.set_random_seed(0)
model.compile(keras.optimizers.Adam({learning_rate}), "sparse_categorical_crossentropy", metrics=["accuracy"])
told = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print("first", time.time(), flush=True))
model.fit(x, y, batch_size={batch_size}, validation_data=(x_val, y_val), callbacks=[told], verbose=0)
"""


def written(spec: RunSpec, folder: Path) -> Path:
    """A script in `folder` that trains one epoch of a run on the digits."""
    split, train = spec.data.split, spec.train
    script = folder / "script.py"
    script.write_text(
        SCRIPT.format(
            model=model_code(spec.model),
            test=split.test,
            val=split.val / (1 - split.test),
            learning_rate=train.optimizer.config["learning_rate"],
            batch_size=train.batch_size,
        )
    )
    return script


def run(script: Path) -> str:
    """What the script prints, run by a Python of its own with its bytecode compiled."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=True).stdout
