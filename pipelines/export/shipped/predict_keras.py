"""Predictions of this Keras model.

python predict.py ROWS OUTPUTS.npy

ROWS: raw rows: a table as .csv, arrays as .npy, or pictures (a file, a folder, or .npz); see rows.py. What was done to
prepare them for training is inside the model.
OUTPUTS.npy: float32 of shape (rows, ...); of a model with several outputs OUTPUTS.npz, one array each by its name.
labels.json says what the outputs mean.
"""

import importlib
import sys
from pathlib import Path

import keras

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
from rows import batches, save  # noqa: E402

if __name__ == "__main__":
    if (FOLDER / "netloom_layers.py").exists():
        importlib.import_module("netloom_layers")  # from here on Keras knows them
    model = keras.saving.load_model(FOLDER / "model.keras", safe_mode=True)
    given = (model(inputs, training=False) for inputs in batches(sys.argv[1]))
    save(sys.argv[2], [keras.tree.map_structure(keras.ops.convert_to_numpy, outputs) for outputs in given])
