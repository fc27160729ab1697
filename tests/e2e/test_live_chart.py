"""A live chart keeps its zoom while new points arrive, and stands still while Live is off."""

import pytest
from playwright.sync_api import expect

from pipelines.examples import EXAMPLES
from pipelines.launch.submit import submit

pytestmark = pytest.mark.e2e
WAIT_MS = 120_000
POINTS = "(document.querySelector('.js-plotly-plot')?._fullData?.[0]?.x?.length ?? 0)"
STATE = """() => {
  const chart = document.querySelector('.js-plotly-plot')
  chart.mark ??= Math.random()
  return {mark: chart.mark, range: chart.layout.xaxis.range, points: chart._fullData[0].x.length}
}"""


@pytest.fixture
def running(e2e_store):
    example = EXAMPLES["digits-cnn"]
    run = submit(e2e_store, example.replace(train=example.train.replace(epochs=2_000, early_stopping=None)))
    yield run
    e2e_store.request(run.uid, "kill")


def grown(app, by):
    """Wait until the first chart has so many points more, and return what it is then."""
    before = app.page.evaluate(POINTS)
    app.page.wait_for_function(f"before => {POINTS} >= before + {by}", arg=before, timeout=WAIT_MS)
    return app.page.evaluate(STATE)


def test_zoom_survives_live_updates_and_pausing_stops_them(app, running):
    app.page.goto(f"{app.url}/runs?run={running.uid}")
    app.page.wait_for_function(f"{POINTS} >= 4", timeout=WAIT_MS)
    plot = app.page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    app.page.mouse.move(plot["x"] + plot["width"] * 0.3, plot["y"] + plot["height"] * 0.3)
    app.page.mouse.down()
    app.page.mouse.move(plot["x"] + plot["width"] * 0.7, plot["y"] + plot["height"] * 0.7, steps=8)
    app.page.mouse.up()
    zoomed = app.page.evaluate(STATE)
    later = grown(app, by=3)
    assert later["points"] > zoomed["points"]
    assert (later["mark"], later["range"]) == (zoomed["mark"], zoomed["range"])

    app.keyed("runs.live").locator("label").click()
    expect(app.keyed("runs.live").get_by_role("switch")).not_to_be_checked()
    app.page.wait_for_timeout(2_500)  # what was under way has arrived
    paused = app.page.evaluate(STATE)
    app.page.wait_for_timeout(3_000)
    assert app.page.evaluate(STATE) == paused
    app.keyed("runs.live").locator("label").click()
    assert grown(app, by=1)["range"] == zoomed["range"]
