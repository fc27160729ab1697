"""The queue in a browser: runs that are held are put in order by dragging, by buttons and by keys."""

import pytest
from playwright.sync_api import expect

from pipelines.examples import EXAMPLES

pytestmark = pytest.mark.e2e


@pytest.fixture
def held(e2e_store):
    """Four runs that wait until they are released."""
    specs = [EXAMPLES["digits-cnn"].replace(name=name) for name in ("first", "second", "third", "fourth")]
    runs = e2e_store.create_all(specs, held=True)
    yield runs
    for run in runs:
        e2e_store.request(run.uid, "stop")


def test_waiting_runs_are_put_in_order(app, e2e_store, held):
    app.goto("train")
    rows = app.page.locator(".waiting .row")
    names = app.page.locator(".waiting .name")
    expect(names).to_have_text(["first", "second", "third", "fourth"])

    rows.nth(3).locator(".handle").drag_to(rows.nth(1), target_position={"x": 200, "y": 4})
    expect(names).to_have_text(["first", "fourth", "second", "third"])
    rows.nth(0).locator(".handle").drag_to(rows.nth(3), target_position={"x": 200, "y": 30})
    expect(names).to_have_text(["fourth", "second", "third", "first"])

    rows.nth(2).get_by_role("button", name="Earlier").click()
    expect(names).to_have_text(["fourth", "third", "second", "first"])
    app.page.keyboard.press("Alt+ArrowDown")  # the row that was moved still has the keyboard
    expect(names).to_have_text(["fourth", "second", "third", "first"])
    assert [run.name for run in e2e_store.queued()] == ["fourth", "second", "third", "first"]

    rows.nth(3).get_by_role("button", name="Cancel").click()
    expect(names).to_have_text(["fourth", "second", "third"])
    rows.nth(1).get_by_role("combobox").select_option("High")
    expect(names).to_have_text(["second", "fourth", "third"])

    with app.rerun():
        names.nth(2).click()
    expect(app.page.get_by_role("heading", name="third")).to_be_visible()
