"""Predictions of this Keras model.

python predict.py ROWS.npy OUTPUTS.npy

ROWS.npy: raw inputs of shape (rows, ...) in any number type; scaling is inside the model.
OUTPUTS.npy: float32 of shape (rows, outputs); labels.json says what the outputs mean.
"""

import sys
from pathlib import Path

import keras
import numpy as np

BATCH_ROWS = 1024

if __name__ == "__main__":
    rows = np.load(sys.argv[1], allow_pickle=False)
    model = keras.saving.load_model(Path(__file__).resolve().parent / "model.keras", safe_mode=True)
    np.save(sys.argv[2], model.predict(rows.astype("float32"), batch_size=BATCH_ROWS, verbose=0))
