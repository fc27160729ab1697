"""The watch over runs, on a page that is about something else."""

import pytest

from pages.ui import watch
from pipelines.runs.facts import MetricPoint


@pytest.fixture
def home_page(open_page):
    return lambda: open_page("home.py")


def links(page) -> list[str]:
    return [link.label for link in page.sidebar.get("page_link")]


def words(page) -> str:
    return " ".join(block.value for block in (*page.sidebar.markdown, *page.sidebar.caption))


def test_where_nothing_trains_nothing_is_said(home_page, make_run):
    make_run("long ago")
    page = home_page()
    assert not page.exception and not links(page) and not page.toast


def test_what_trains_has_a_line_each_and_the_rest_is_counted(home_page, make_run, store):
    for name in "abcd":
        make_run(name, "running", epochs=2)
    make_run("e", "queued")
    store.hold(make_run("f", "queued").uid, True)
    page = home_page()
    assert len(links(page)) == 3 and set(links(page)) < set("abcd")
    assert [bar.proto.text for bar in page.sidebar.get("progress")] == ["Epoch 3 of 40"] * 3
    assert "1 more trains · 1 waits" in words(page), "a held run does not wait for a place"


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        ("finished", None, "**digits** has finished: test accuracy 0.93."),
        ("paused", None, "**digits** is paused after epoch 2 of 40."),
        ("failed", "The disk is full.", "**digits** has failed. The disk is full."),
        ("lost", None, "**digits** was lost."),
    ],
)
def test_the_end_of_a_run_is_told_once_and_stays_as_a_badge(home_page, make_run, store, status, error, told):
    run = make_run(status="running", epochs=2)
    page = home_page()
    if status == "finished":
        store.log_epoch(run.uid, [MetricPoint("accuracy", "test", 1, 80, 0.93)])
    store.finish(run.uid, status, error=error)
    page.run()
    assert [toast.value.replace("\\", "") for toast in page.toast] == [told]
    assert f"1 {status}" in words(page) and links(page) == ["See it"]
    page.run()
    assert not page.toast and f"1 {status}" in words(page)


def test_looking_at_the_runs_takes_the_badge_away(home_page, make_run, store):
    runs = [make_run(name, "running", epochs=1) for name in "ab"]
    page = home_page()
    for run in runs:
        store.finish(run.uid, "finished")
    page.run()
    assert len(page.toast) == 2 and "2 finished" in words(page) and links(page) == ["See them"]
    page.switch_page("runs.py").run()
    assert not links(page)
    page.switch_page("home.py").run()
    assert not links(page)


def test_a_run_that_is_held_or_deleted_has_not_ended(home_page, make_run, store):
    held, gone = make_run("a", "queued"), make_run("b", "running")
    page = home_page()
    store.hold(held.uid, True)
    store.finish(gone.uid, "stopped")
    store.delete([gone.uid])
    page.run()
    assert not page.exception and not page.toast and not links(page)


def test_there_is_no_clock_before_anything_trains(home_page, make_run, monkeypatch):
    clocks, fragment = [], watch.st.fragment

    def noted(function, *, run_every=None):
        clocks.append((function.__name__, run_every))
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(watch.st, "fragment", noted)
    home_page()
    make_run(status="running")
    home_page()
    assert clocks == [("_tick", watch.TICK_S)]
