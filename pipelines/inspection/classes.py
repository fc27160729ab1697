"""From a classifier's outputs to classes: one unit is the probability of class 1, several are one a class."""

import numpy as np

from pipelines.data.facts import DataFacts


def predicted_classes(outputs: np.ndarray) -> np.ndarray:
    """Class ids, int64 `(rows,)`, from outputs `(rows, units)`.

    One unit is class 1 above a half, as Keras's binary accuracy counts.

    >>> predicted_classes(np.array([[0.5], [0.51]])).tolist()
    [0, 1]
    """
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0.5).astype(np.int64)
    return outputs.argmax(axis=1)


def class_probabilities(outputs: np.ndarray) -> np.ndarray:
    """One column a class: `(rows, max(units, 2))`."""
    return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs


def class_names(facts: DataFacts, num_units: int) -> tuple[str, ...]:
    """Names by class id; a network with more units than there are classes gets numbers for the others."""
    num_classes = max(num_units, 2, facts.num_classes)
    return facts.class_names + tuple(str(n) for n in range(len(facts.class_names), num_classes))
