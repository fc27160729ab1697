"""MLflow's side of the store's figures, with its own client on SQLite: `python -m benchmarks.store_mlflow FOLDER`."""

from pathlib import Path

import mlflow
import pandas as pd
from mlflow.entities import Metric

from benchmarks.store_work import NUM_EPOCHS, NUM_READ, NUM_RUNS, SERIES, serve, value

KEYS = [name if split == "train" else f"{split}_{name}" for split, name in SERIES]


def _prepare(folder: Path):
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    client = mlflow.MlflowClient()
    experiment = client.create_experiment("benchmark", artifact_location=str(folder / "artifacts"))
    run_ids = []
    for i in range(NUM_RUNS):
        run_id = client.create_run(experiment, run_name=f"run {i}").info.run_id
        points = [
            Metric(key, value(i, epoch, series), timestamp=epoch, step=epoch)
            for epoch in range(NUM_EPOCHS)
            for series, key in enumerate(KEYS)
        ]
        client.log_batch(run_id, metrics=points)
        run_ids.append(run_id)

    def list_runs() -> pd.DataFrame:
        return mlflow.search_runs([experiment], max_results=NUM_RUNS)

    def read_histories() -> pd.DataFrame:
        return pd.DataFrame(
            (run_id, point.key, point.step, point.value, point.timestamp)
            for run_id in run_ids[:NUM_READ]
            for key in KEYS
            for point in client.get_metric_history(run_id, key)
        ).set_axis(["run", "name", "step", "value", "time"], axis=1)

    return list_runs, read_histories


if __name__ == "__main__":
    serve(_prepare)
