"""Our side of the store's figures: `python -m benchmarks.store_ours FOLDER`."""

from pathlib import Path

from benchmarks.store_work import NUM_EPOCHS, NUM_READ, NUM_RUNS, SERIES, serve, value
from models.spec import ModelSpec
from pipelines.runs.facts import MetricPoint
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


def _prepare(folder: Path):
    store = RunStore(folder)
    runs = store.create_all([RunSpec(name=f"run {i}", model=ModelSpec()) for i in range(NUM_RUNS)])
    for i, run in enumerate(runs):
        store.log_epoch(
            run.uid,
            [
                MetricPoint(name, split, epoch, epoch, value(i, epoch, series))
                for epoch in range(NUM_EPOCHS)
                for series, (split, name) in enumerate(SERIES)
            ],
        )
    uids = [run.uid for run in runs[:NUM_READ]]
    return store.frame, lambda: store.history(uids)


if __name__ == "__main__":
    serve(_prepare)
