"""The graph of a network: a click opens a layer's form, arrow keys go on, blocks fold, and it is taken home as SVG."""

import xml.etree.ElementTree as ElementTree

import pytest
from playwright.sync_api import expect

from models.architectures import ARCHITECTURES
from models.exchange.link import pack

pytestmark = pytest.mark.e2e
RESNET = ARCHITECTURES["cifar-resnet-20"].default()


def test_the_graph_is_a_way_to_the_layers(app):
    app.goto(f"design?model={pack(RESNET)}")
    graph = app.page.locator(".graph-view")
    blocks = {node.block for node in RESNET.nodes if node.block}
    expect(graph.locator(".frame")).to_have_count(len(blocks) if len(RESNET.nodes) <= 80 else 0)

    with app.rerun():
        graph.get_by_role("button", name="Fold or unfold all blocks").click()
    folded = graph.locator(".box").count()
    with app.rerun():
        graph.locator(".box.block").first.click()
    expect(graph.locator(".frame")).to_have_count(1)
    assert graph.locator(".box").count() > folded

    with app.rerun():
        graph.locator(".box").nth(1).click()
    expect(graph.locator(".box.selected")).to_have_count(1)
    chosen = graph.locator(".box.selected").get_attribute("data-id")
    expect(app.keyed(f"design.node.{chosen}.name").locator("input")).to_have_value(chosen)
    app.page.keyboard.press("ArrowDown")
    with app.rerun():
        app.page.keyboard.press("Enter")
    below = graph.locator(".box.selected").get_attribute("data-id")
    assert below != chosen
    expect(app.keyed(f"design.node.{below}.name").locator("input")).to_have_value(below)

    with app.page.expect_download() as download:
        graph.get_by_role("button", name="Download as SVG").click()
    picture = ElementTree.parse(download.value.path()).getroot()  # noqa: S314  # our own file
    assert picture.tag.endswith("svg") and "var(--" not in ElementTree.tostring(picture, encoding="unicode")
