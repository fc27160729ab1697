"""The frame around the pages, in a browser: navigation, fonts, both themes, and who may not come in."""

import http.client

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
PAGES = {
    "Start": "Netloom",
    "Data": "Data",
    "Design": "Design",
    "Train": "Train",
    "Runs": "Runs",
    "Compare": "Compare",
    "Inspect": "Inspect",
    "Export": "Export",
}


def test_every_page_is_a_click_away_and_fits_a_narrow_window(app):
    app.goto()
    for link, title in PAGES.items():
        with app.rerun():
            app.page.get_by_test_id("stSidebarNavLink").filter(has_text=link).click()
        expect(app.page.get_by_role("heading", level=1, name=title)).to_be_visible()
    for path in ("", "data", "design", "train"):
        app.page.set_viewport_size({"width": 420, "height": 900})
        app.goto(path)
        main = app.page.get_by_test_id("stMain")
        assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), path


def test_back_leads_to_the_page_before(app):
    app.goto("data")
    with app.rerun():
        app.page.get_by_test_id("stSidebarNavLink").filter(has_text="Design").click()
    with app.rerun():
        app.page.go_back()
    expect(app.page.get_by_role("heading", level=1, name="Data")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_browser_and_the_font_is_our_own(app, scheme):
    app.page.emulate_media(color_scheme=scheme)
    app.goto("data")
    background = app.page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(19, 22, 28)"}[scheme]
    assert app.page.evaluate("document.fonts.check('15px Inter')")


@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 101), ("localhost", 101), ("evil.example", 403)])
def test_only_this_machine_s_own_names_open_a_session(server, host, status):
    port = int(server.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest("GET", "/_stcore/stream", skip_host=True)
    for name, value in {
        "Host": f"{host}:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()
