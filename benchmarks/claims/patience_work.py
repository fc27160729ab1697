"""`python -m benchmarks.claims.patience_work HOME UID`: prints the validation loss of the network that a run saved."""

import sys
from pathlib import Path

import keras

from pipelines.inspection.trained import rows_of, trained


def main() -> None:
    """Load, predict, measure."""
    subject = trained(Path(sys.argv[1]), sys.argv[2])
    x, y = rows_of(subject, "val")
    losses = keras.losses.sparse_categorical_crossentropy(y, subject.predict(x))
    print(f"val_loss={float(keras.ops.mean(losses)):.8f}")


if __name__ == "__main__":
    main()
