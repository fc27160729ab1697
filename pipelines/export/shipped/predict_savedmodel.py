"""Predictions of this SavedModel, with plain TensorFlow.

python predict.py ROWS.npy OUTPUTS.npy

ROWS.npy: raw inputs of shape (rows, ...) in any number type; scaling is inside the model.
OUTPUTS.npy: float32 of shape (rows, outputs); labels.json says what the outputs mean.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

BATCH_ROWS = 1024

if __name__ == "__main__":
    rows = np.load(sys.argv[1], allow_pickle=False)
    model = tf.saved_model.load(Path(__file__).resolve().parent)
    outputs = [
        model.serve(rows[start : start + BATCH_ROWS].astype("float32")) for start in range(0, len(rows), BATCH_ROWS)
    ]
    np.save(sys.argv[2], np.concatenate(outputs))
