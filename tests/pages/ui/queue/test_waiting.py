"""The list of waiting runs: what it shows of each, and what is done when something is done there."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.queue.running import progress_words
from pages.ui.queue.slots import words
from pages.ui.queue.waiting import row
from pipelines.examples import EXAMPLES
from pipelines.launch.gpus import Gpu
from pipelines.launch.slots import Inventory
from pipelines.runs.facts import Progress
from pipelines.runs.forecast import Forecast
from pipelines.runs.store import RunStore

SPEC = EXAMPLES["digits-cnn"]


@pytest.fixture
def store(home):
    opened = RunStore(home)
    yield opened
    opened.close()


@pytest.fixture
def uids(store):
    return [run.uid for run in store.create_all([SPEC.replace(name=name) for name in "abcd"])]


def did(**event):
    """Do in a tab what an event of the list asks for; what the tab then has to say."""

    def app(event):
        from pages.ui import state
        from pages.ui.queue import waiting

        waiting.carry_out(event)
        state.remember("said", str(state.pop_notice()))

    tab = AppTest.from_function(app, kwargs={"event": event}, default_timeout=20).run()
    assert not tab.exception
    return tab.session_state["said"]


def order(store):
    return "".join(run.name for run in store.queued())


def test_runs_are_put_in_order(store, uids):
    did(type="move", uid=uids[3], before=uids[1])
    assert order(store) == "adbc"
    did(type="move", uid=uids[0], before=None)
    assert order(store) == "dbca"
    did(type="next", uid=uids[2])
    assert order(store) == "cdba"
    did(type="priority", uid=uids[0], priority=1)
    assert order(store) == "acdb"


def test_runs_are_held_released_and_cancelled(store, uids):
    did(type="hold", uid=uids[1])
    assert [run.held for run in store.queued()] == [False, True, False, False]
    did(type="release", uid=uids[1])
    assert not any(run.held for run in store.queued())
    did(type="cancel", uid=uids[1])
    assert order(store) == "acd" and store.get(uids[1]).status == "stopped"


def test_a_run_that_began_meanwhile_is_told(store, uids):
    store.claim(uids[0], "here", "cpu")
    assert "does not wait" in did(type="move", uid=uids[0], before=uids[2])
    assert order(store) == "bcd" and store.get(uids[0]).status == "running"


def test_what_is_said_of_a_run(store, uids):
    run = store.get(uids[0])
    said = row(run, 3, run.created_at + 120, Forecast(2.0, 5.0, 4))
    assert (said["place"], said["name"], said["priority"]) == (3, "a", 0)
    assert said["about"] == "40 epochs · about 1 min 25 s · submitted 2 min ago"
    assert "about" not in row(run, 1, run.created_at, None)["about"]


def test_a_run_whose_spec_cannot_be_read_is_still_in_the_list(store, uids):
    from dataclasses import replace

    run = replace(store.get(uids[0]), spec_json='{"schema_version": 9}')
    assert "cannot be read" in row(run, 1, run.created_at, None)["about"]


def test_progress_in_a_line():
    assert progress_words(Progress(), None) == "Starting"
    now = Progress(epoch=9, epochs=10, step=0, steps=40)
    assert progress_words(now, None, "pause") == "Pausing · Epoch 10 of 10"


def test_the_machine_in_a_line():
    gpu = Gpu(0, "H200", 2**37, slots=4)
    assert words(Inventory((gpu,), 1)) == "gpu:0 (H200), 4 runs at a time · CPU, 1 run at a time"
