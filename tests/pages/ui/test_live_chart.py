import json
import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.ui import live_chart
from pages.ui.charts import style

JAVASCRIPT = Path(live_chart.__file__).with_suffix(".js").read_text(encoding="utf-8")
SCRIPT = """
import streamlit as st
from pages.ui import live_chart
from pages.ui.charts import style

curve = {"type": "scatter", "y": list(range(st.session_state.get("points", 1)))}
live_chart.show(style.chart([curve], "Epoch", "Loss"), "test.chart", alt="A test")
"""


def test_plotly_is_served_from_this_machine() -> None:
    answer = live_chart.ROUTE.endpoint(None)
    assert answer.media_type == "text/javascript"
    with open(answer.path, encoding="utf-8") as file:
        assert "plotly.js v" in file.read(200)


def test_the_browser_asks_for_the_route_that_the_app_serves() -> None:
    sent = json.loads(AppTest.from_string(SCRIPT, default_timeout=60).run().get("bidi_component")[0].proto.json)
    assert f"/{sent['source']}" == live_chart.ROUTE.path
    assert "plotly(data.source)" in JAVASCRIPT


def test_every_placeholder_color_is_replaced_in_the_browser() -> None:
    for color in (style.MUTED, style.TEXT, style.BACKGROUND, style.FAINT):
        assert f'"{color}"' in JAVASCRIPT
    palettes = re.search(r"\[theme\.(\w+), theme\.(\w+), theme\.(\w+)\]", JAVASCRIPT)
    assert palettes.groups() == ("series", "sequential", "diverging")
    starts = (style.SERIES[0], style.SEQUENTIAL[0], style.DIVERGING[0])
    assert starts == tuple(f"#{10 * kind + 1:06d}" for kind in range(3))


def test_a_chart_with_new_data_is_the_same_element() -> None:
    page = AppTest.from_string(SCRIPT, default_timeout=60).run()
    first = page.get("bidi_component")[0].proto
    page.session_state["points"] = 2
    second = page.run().get("bidi_component")[0].proto
    assert first.id == second.id
    assert first.json != second.json


def test_colors_are_left_to_the_browser() -> None:
    sent = json.loads(AppTest.from_string(SCRIPT, default_timeout=60).run().get("bidi_component")[0].proto.json)
    assert sent["alt"] == "A test"
    assert "template" not in json.loads(sent["figure"])["layout"]
