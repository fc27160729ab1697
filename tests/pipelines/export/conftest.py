"""What the tests of exports share: runs that were really trained."""

import zipfile
from pathlib import Path

import pytest

from pipelines.data.spec import DataSpec
from pipelines.examples import EXAMPLES
from pipelines.export.facts import ExportReport
from pipelines.fitting import start_from, suggested
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


class Trainer:
    """Trains runs, and unpacks what is exported of them."""

    def train(self, home: Path, spec: RunSpec) -> Run:
        """The run, trained in this process and finished."""
        from pipelines.training.worker import train

        store = RunStore(home)
        uid = store.create(spec).uid
        assert store.claim(uid, "here", "cpu")
        train(home, uid)
        run = store.get(uid)
        store.close()
        assert run.status == "finished", run.error
        return run

    def train_on(self, home: Path, data: DataSpec, epochs: int = 1) -> Run:
        """A run of the network that is suggested for `data`."""
        train = EXAMPLES["digits-mlp"].train.replace(epochs=epochs, batch_size=16, early_stopping=None)
        return self.train(home, RunSpec(data=data, model=start_from(suggested(data), data), train=train))

    def unpacked(self, report: ExportReport, folder: Path) -> Path:
        """The one folder that a download holds."""
        with zipfile.ZipFile(report.path) as archive:
            archive.extractall(folder)
        (inside,) = folder.iterdir()
        return inside


@pytest.fixture(scope="session")
def trainer() -> Trainer:
    return Trainer()
