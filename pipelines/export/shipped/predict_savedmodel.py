"""Predictions of this SavedModel, with plain TensorFlow.

python predict.py ROWS OUTPUTS.npy

ROWS: raw rows: a table as .csv, arrays as .npy, or pictures (a file, a folder, or .npz); see rows.py. What was done to
prepare them for training is inside the model.
OUTPUTS.npy: float32 of shape (rows, ...); of a model with several outputs OUTPUTS.npz, one array each by its name.
labels.json says what the outputs mean.
"""

import sys
from pathlib import Path

import tensorflow as tf

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
from rows import batches, save  # noqa: E402

if __name__ == "__main__":
    model = tf.saved_model.load(FOLDER)
    given = (model.serve(tf.nest.map_structure(tf.constant, inputs)) for inputs in batches(sys.argv[1]))
    save(sys.argv[2], [tf.nest.map_structure(lambda output: output.numpy(), outputs) for outputs in given])
