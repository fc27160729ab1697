"""Words stay words inside markdown; an error shows what happened and how to mend it."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import text
from pipelines.runs.facts import MetricPoint, Progress
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


def test_markdown_of_a_user_is_taken_literally():
    assert text.escape("**a** [x](y) :red[z] $1$") == r"\*\*a\*\* \[x\]\(y\) \:red\[z\] \$1\$"


def test_an_error_shows_its_hint():
    def app_script() -> None:
        from models.errors import NetloomError
        from pages.ui import text

        text.show_notice(NetloomError("It *broke*.", "Mend it."))
        text.show_notice("Done.")
        text.show_notice(None)

    app = AppTest.from_function(app_script, default_timeout=20).run()
    assert app.error[0].value == "It \\*broke\\*.\n\nMend it."
    assert app.toast[0].value == "Done."


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), None])
def test_a_duration_that_is_not_known_is_a_dash(seconds):
    assert text.duration(seconds) == "–"


def test_time_left_goes_by_the_pace_since_the_start(home):
    now = [100.0]
    store = RunStore(home, clock=lambda: now[0])
    run = store.create(RunSpec(model={}))
    assert text.time_left(run, now[0]) is None
    store.claim(run.uid, "here", "cpu")
    store.started(run.uid, 1, 1.0)
    now[0] = 110.0
    store.beat(run.uid, Progress(epoch=1, epochs=4))
    assert text.time_left(store.get(run.uid), now[0]) == pytest.approx(30.0)
    store.beat(run.uid, Progress(epoch=3, epochs=4, resumed_from=2))
    assert text.time_left(store.get(run.uid), now[0]) == pytest.approx(10.0)
    store.close()


def test_time_left_goes_by_what_the_last_epochs_took(home):
    now = [100.0]
    store = RunStore(home, clock=lambda: now[0])
    uid = store.create(RunSpec(model={}, train={"batch_size": 10})).uid
    store.claim(uid, "here", "cpu")
    store.started(uid, 1, 1.0)
    for epoch, took in enumerate((8.0, 2.0, 2.0, 900.0, 2.0)):  # compiling, then a pause
        now[0] += took
        store.log_epoch(uid, [MetricPoint("loss", "train", epoch, epoch + 1, 1.0)])
    store.beat(uid, Progress(epoch=5, epochs=10, step=5, steps=10, examples_per_s=50.0, resumed_from=3))
    run = store.get(uid)
    assert text.time_left(run, now[0], store.history([uid])) == pytest.approx(4.5 * 2.0)
    assert text.time_left(run, now[0]) == pytest.approx(45 * 10 / 50), "45 batches of 10 rows at 50 rows a second"
    store.close()
