"""Fixtures that every test may use."""

import gc
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A shell that starts the tests in the background has them, and all that they start, ignore Ctrl-C, which some test.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Property tests draw the same examples each time, equal on every machine, and a busy machine fails none.
settings.register_profile(
    "netloom", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("netloom")

# Of few tests that take long each: begun first, so that no worker is alone with one at the end.
HERE = Path(__file__).parent
LONG = (
    "pipelines/export/test_exporter.py",
    "pipelines/export/test_real_data.py",
    "pipelines/launch/test_faults.py",
    "pipelines/test_main.py",
    "pipelines/training/test_resume.py",
    "models/architectures/test_every_architecture.py",
    "pages/test_inspection_tasks.py",
    "pipelines/export/test_several_outputs.py",
    "pages/test_export.py",
    "pipelines/data/downloads",
    "pipelines/data/sources/test_downloaded.py",
    "pipelines/test_examples.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long first; all else keeps its order."""
    items.sort(key=lambda item: not item.path.relative_to(HERE).as_posix().startswith(LONG))


@pytest.fixture(scope="module", autouse=True)
def _frozen() -> None:
    """Spares the collector what was imported: where keras is, Streamlit has it collect after each run of a page.

    Looking through all of keras took longer than the page.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty NETLOOM_HOME of this test's own; processes started by the test inherit it."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("NETLOOM_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real data sets; skips the test, saying so, where there is none."""
    folder = os.environ.get("NETLOOM_TEST_DATA")
    if not folder:
        pytest.skip("NETLOOM_TEST_DATA names no folder of test data")
    return Path(folder).resolve(strict=True)
