"""`python -m benchmarks.claims.patience_work HOME UID`: prints the validation loss of the network that a run saved."""

import sys
from pathlib import Path

from pipelines.inspection.trained import rows_of, trained


def main() -> None:
    """Load and evaluate, as training does."""
    subject = trained(Path(sys.argv[1]), sys.argv[2])
    x, y = rows_of(subject, "val")
    # Not from what it predicts: Keras takes the logits behind a softmax where it can, and those know no bounds.
    subject.model.compile(loss="sparse_categorical_crossentropy")
    loss = subject.model.evaluate(subject.preparation.apply(x), y, batch_size=1024, verbose=0)
    print(f"val_loss={loss:.8f}")


if __name__ == "__main__":
    main()
