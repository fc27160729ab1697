"""Steering a run in a browser: live figures, pause, fork, news of it elsewhere in the app, looking back, deletion."""

import re

import pytest
from playwright.sync_api import expect

from pipelines.examples import EXAMPLES
from pipelines.launch.submit import submit
from pipelines.spec import SnapshotSpec

pytestmark = pytest.mark.e2e
TRAINED_MS = 180_000


def test_a_run_is_watched_paused_forked_heard_of_looked_back_at_and_deleted(app, e2e_store):
    example = EXAMPLES["digits-cnn"]
    fit = example.train.replace(epochs=100_000, early_stopping=None, snapshots=SnapshotSpec(most=4))
    parent = submit(e2e_store, example.replace(name="parent", train=fit))

    # It is drawn live, by itself.
    app.goto(f"runs?run={parent.uid}")
    for words in ("Learning rate", "Time left", "Speed"):
        expect(app.page.get_by_text(words, exact=True)).to_be_visible(timeout=TRAINED_MS)
    expect(app.page.get_by_text(re.compile(r"CPU \d+ %"))).to_be_visible(timeout=TRAINED_MS)
    expect(app.page.locator(".js-plotly-plot")).to_have_count(3, timeout=TRAINED_MS)

    # It is paused, and says after which epoch.
    app.page.get_by_role("button", name="Pause").click()
    expect(app.page.get_by_text("Paused after epoch")).to_be_visible(timeout=TRAINED_MS)
    paused = e2e_store.get(parent.uid)
    assert paused.status == "paused"

    # Forked for one more epoch; its end reaches another page.
    app.press("runs.fork")
    app.fill("runs.fork.epochs", paused.progress.epoch + 1)
    app.page.get_by_role("dialog").get_by_role("button", name="Fork").click()
    app.page.wait_for_url(re.compile(rf"run=(?!{parent.uid})[a-z0-9]{{12}}"))
    fork = e2e_store.get(app.run_uid)
    expect(app.page.get_by_text("Forked from parent after epoch")).to_be_visible()
    app.page.get_by_role("link", name="Export", exact=True).first.click()
    expect(app.page.get_by_test_id("stToast").filter(has_text="has finished")).to_be_visible(timeout=TRAINED_MS)
    expect(app.page.get_by_test_id("stSidebar").get_by_text("1 finished")).to_be_visible()
    assert e2e_store.get(fork.uid).status == "finished"

    # A paused run has left no network, but its snapshots can be looked at.
    app.goto(f"inspection?run={parent.uid}&epoch=0")
    expect(app.page.get_by_test_id("stSliderThumbValue")).to_have_text("Before training")
    expect(app.page.locator(".js-plotly-plot").first).to_be_visible(timeout=TRAINED_MS)

    # Both are ticked in the table, and deleted for good.
    app.goto("runs")
    app.fill("runs.search", "parent")
    table = app.page.get_by_test_id("stDataFrame").bounding_box()
    assert table
    for row in (0, 1):
        with app.rerun():
            app.page.mouse.click(table["x"] + 18, table["y"] + 35 + 35 * row + 17)
    app.press("runs.delete")
    app.page.get_by_role("button", name="Delete 2 runs").click()
    expect(app.page.get_by_test_id("stToast").filter(has_text="2 runs deleted")).to_be_visible()
    assert not e2e_store.find(uids=[parent.uid, fork.uid])
    assert not e2e_store.run_dir(parent.uid).exists()
