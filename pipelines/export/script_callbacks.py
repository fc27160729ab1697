"""The callbacks of a script: what is logged, and when training stops."""

import json

from pipelines.comparison.measure import higher_is_better
from pipelines.export.script_objectives import logged
from pipelines.spec import RunSpec


def callbacks_code(spec: RunSpec) -> str:
    """Items of the list of callbacks, a line each."""
    lines = ['keras.callbacks.CSVLogger("history.csv"),']
    early = spec.train.early_stopping
    if early is not None:
        lines += [
            "keras.callbacks.EarlyStopping(",
            f"    monitor={json.dumps(f'val_{logged(spec, early.monitor)}')},",
            f'    mode="{"max" if higher_is_better(early.monitor) else "min"}",',
            f"    min_delta={early.min_delta!r},",
            f"    patience={early.patience},",
            f"    restore_best_weights={early.restore_best},",
            "),",
        ]
    return "\n".join(lines)
