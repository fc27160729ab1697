"""A network by clicking: LeNet-5 from nothing, a block, a mistake and its mend, back again, and code that runs."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
LENET = [
    ("conv2d", {"filters": 6, "kernel_size": 5}),
    ("averagepooling2d", {}),
    ("conv2d", {"filters": 16, "kernel_size": 5}),
    ("averagepooling2d", {}),
    ("flatten", {}),
    ("dense", {"units": 120}),
    ("dense", {"units": 84}),
    ("dense", {"units": 10}),
]
COUNT = "import sys; space = {}; exec(open(sys.argv[1]).read(), space); print(space['model'].count_params())"


class Builder:
    """The list and the palette of the Design page."""

    def __init__(self, app):
        self.app, self.page = app, app.page
        self.rows = self.page.locator(".node-list .row:not(.heading)")
        self.words = self.page.locator(".palette input")

    def row(self, name):
        return self.page.locator(f'.node-list .row[data-key="{name}"]')

    def select(self, name, *modifiers):
        with self.app.rerun():
            self.row(name).locator(".kind").click(modifiers=modifiers)
        expect(self.row(name)).to_have_attribute("aria-selected", "true")

    def tool(self, label):
        with self.app.rerun():
            self.page.locator(".node-list").get_by_role("button", name=label).click()

    def press(self, keys):
        with self.app.rerun():
            self.page.keyboard.press(keys)

    def add(self, words):
        """Type what is looked for, and take the first that is found."""
        self.words.fill(words)
        with self.app.rerun():
            self.words.press("Enter")
        return self.page.locator('.node-list .row[aria-selected="true"]').first.get_attribute("data-key")


@pytest.fixture
def builder(app):
    app.goto("design")
    return Builder(app)


def test_lenet_5_by_clicking_a_block_a_mistake_and_its_mend_undo_and_the_code(app, builder, tmp_path):
    # Nothing is left, and nothing follows the data.
    with app.rerun():
        app.keyed("design.match").locator("label").click()
    builder.select("input")
    builder.press("Control+a")
    builder.press("Delete")
    expect(builder.rows).to_have_count(0)

    # LeNet-5, layer by layer.
    name = builder.add("input")
    app.fill(f"design.node.{name}.shape", "32, 32, 1")
    for words, config in LENET:
        name = builder.add(words)
        for field, value in config.items():
            app.fill(f"design.node.{name}.{field}", value)
    expect(builder.rows).to_have_count(9)
    expect(builder.row("conv2d_1").locator(".shape")).to_have_text("10 × 10 × 16")
    expect(builder.page.locator(".node-list .count")).to_have_text("8 layers · 61,706 parameters")

    # A residual block comes in as one, is folded, and is gone again with one undo.
    builder.select("average_pooling2d")
    builder.add("residual basic")
    app.press("design.adder.put")
    heading = builder.page.locator(".node-list .heading")
    expect(heading).to_have_count(1)
    many = builder.rows.count()
    assert many > 12
    heading.locator(".fold").click()
    expect(builder.rows).to_have_count(9)
    heading.locator(".fold").click()
    expect(builder.rows).to_have_count(many)
    app.press("design.undo")
    expect(builder.rows).to_have_count(9)

    # A mistake shows where it is, and is mended at a click.
    builder.select("average_pooling2d")
    builder.add("flatten")
    wrong = builder.row("conv2d_1")
    expect(wrong.locator(".problem")).to_contain_text("Conv2D takes images")
    with app.rerun():
        wrong.locator(".mend").first.click()
    bad = builder.page.locator(".node-list .row.wrong")
    expect(bad).to_have_count(1)
    expect(bad).to_have_attribute("data-key", "input")  # the data at hand are smaller
    app.press("design.undo")
    expect(wrong.locator(".problem")).to_have_count(1)
    builder.row("flatten_1").focus()
    builder.press("Control+z")
    expect(builder.row("flatten_1")).to_have_count(0)

    # A refresh loses nothing, and what was undone can be done again.
    app.reload()
    expect(builder.rows).to_have_count(9)
    app.press("design.redo")
    expect(builder.rows).to_have_count(10)
    app.press("design.undo")

    # The code runs by itself.
    with app.rerun():
        builder.page.get_by_role("tab", name="Code").click()
    expect(builder.page.get_by_test_id("stCode")).to_contain_text(re.compile("keras.Model"))
    with builder.page.expect_download() as download:
        app.keyed("design.code.py").get_by_role("button").click()
    script = tmp_path / "network.py"
    download.value.save_as(script)
    ran = subprocess.run(
        [sys.executable, "-c", COUNT, str(script)],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-1] == "61706"


def test_rows_are_moved_by_dragging_and_by_keys_and_several_at_once(builder):
    names = builder.page.locator(".node-list .row")

    def order():
        return [row.get_attribute("data-key") for row in names.all()]

    with builder.app.rerun():
        builder.row("flatten").drag_to(builder.row("conv2d"), target_position={"x": 60, "y": 3})
    expect(names.nth(1)).to_have_attribute("data-key", "flatten")
    builder.select("conv2d")
    builder.select("max_pooling2d", "Shift")
    expect(builder.page.locator(".node-list .count")).to_have_text("3 selected")
    builder.press("Alt+ArrowUp")
    assert order()[1:5] == ["conv2d", "conv2d_1", "max_pooling2d", "flatten"]
    builder.press("Control+d")
    expect(names).to_have_count(10)
    builder.tool("Remove")
    expect(names).to_have_count(7)
    assert order() == ["input", "conv2d", "conv2d_1", "max_pooling2d", "flatten", "dense", "dense_1"]


def test_a_tap_on_a_narrow_screen_leads_to_the_form(app, builder):
    builder.page.set_viewport_size({"width": 420, "height": 800})
    form = app.keyed("design.form")
    builder.row("dense").locator(".kind").scroll_into_view_if_needed()
    expect(form).not_to_be_in_viewport()
    builder.select("dense")
    expect(form.get_by_label("Name")).to_be_in_viewport()
