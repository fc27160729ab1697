"""The main job by clicking: from one button to a SavedModel that plain TensorFlow loads."""

import json
import re
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from playwright.sync_api import expect

from pipelines.data.loading import load
from pipelines.data.spec import DataSpec

pytestmark = pytest.mark.e2e
TRAINED_MS = 180_000
LOAD = """
import json, sys
import numpy as np, tensorflow as tf
rows = np.load(sys.argv[2])
model = tf.saved_model.load(sys.argv[1])
outputs = model.serve(rows).numpy()
print(json.dumps(outputs.argmax(1).tolist()))
"""


def test_the_main_job_from_one_button_to_a_verified_savedmodel(app, e2e_store, finished, tmp_path):
    # One button, and a real network trains.
    app.goto()
    with app.rerun():
        app.keyed("home.first").get_by_role("button").click()
    app.page.wait_for_url("**/runs?**run=*")
    first = finished(app.run_uid)
    expect(app.page.get_by_text("finished").first).to_be_visible(timeout=TRAINED_MS)
    expect(app.page.locator(".js-plotly-plot").first).to_be_visible()

    # Design another by clicks: fewer filters, and a dropout; a refresh keeps the draft.
    app.goto("design")
    select(app, "conv2d")
    app.fill("design.node.conv2d.filters", 4)
    expect(row(app, "conv2d")).to_contain_text("8 × 8 × 4")
    select(app, "flatten")
    add(app, "dropout")
    expect(row(app, "dropout")).to_be_visible()
    app.reload()
    expect(row(app, "dropout")).to_be_visible()
    expect(row(app, "conv2d")).to_contain_text("8 × 8 × 4")

    # A mistake shows on its layer, and keeps the run from being launched.
    select(app, "flatten")
    with app.rerun():
        app.page.keyboard.press("Delete")
    with app.rerun():
        app.page.get_by_role("link", name="Train", exact=True).click()
    expect(app.page.get_by_text("Not ready to launch")).to_be_visible()
    expect(app.keyed("train.launch").get_by_role("button")).to_be_disabled()
    with app.rerun():
        app.page.get_by_role("link", name="Design", exact=True).click()
    select(app, "max_pooling2d")
    add(app, "flatten")

    # Launch it.
    with app.rerun():
        app.page.get_by_role("link", name="Train", exact=True).click()
    app.fill("train.name", "mine")
    app.fill("train.epochs", 2)
    expect(app.page.get_by_text("Ready to launch", exact=True)).to_be_visible()
    app.press("train.launch")
    app.page.get_by_role("link", name="Launched. Watch it live").click()
    app.page.wait_for_url("**/runs?**run=*")
    second = finished(app.run_uid)
    assert [node.kind for node in spec_of(second).model.nodes].count("Dropout") == 1

    # Compare both.
    app.goto(f"compare?runs={first.uid},{second.uid}")
    expect(app.page.locator(".js-plotly-plot").first).to_be_visible()
    expect(app.page.get_by_text("What differs")).to_be_visible()

    # Does dropout help? Two seeds, an epoch each, say nothing, and the page says so.
    app.goto("compare")
    with app.rerun():
        app.page.get_by_role("tab", name="Does it help?").click()
    for variant in ("Batch normalisation", "Both"):
        with app.rerun():
            app.keyed("compare.study.variants").get_by_role("button", name=variant).click()
    app.fill("compare.study.seeds", 2)
    with app.rerun():
        app.page.locator("[class*=st-key-compare-study-epochs] input").fill("1")
        app.page.keyboard.press("Enter")
    app.press("compare.study.queue")
    study = re.search(r"study=([\w-]+)", app.page.url).group(1)
    queued = [run for run in e2e_store.find() if run.tags.get("study") == study]
    assert len(queued) == 4
    for run in queued:
        finished(run.uid)
    expect(app.page.get_by_text("too few seeds to tell")).to_be_visible(timeout=60_000)

    # Inspect.
    app.goto(f"inspection?run={first.uid}")
    expect(app.page.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)

    # Export, download, and load it with plain TensorFlow.
    app.goto(f"export?run={first.uid}")
    with app.rerun():
        app.keyed("export.start.savedmodel").get_by_role("button").click()
    with app.page.expect_download(timeout=TRAINED_MS) as download:
        app.keyed("export.download.savedmodel").get_by_role("button").click(timeout=TRAINED_MS)
    archive = tmp_path / "export.zip"
    download.value.save_as(archive)
    assert accuracy_of(archive, tmp_path) > 0.8


def row(app, name):
    """A layer in the list of the Design page."""
    return app.page.locator(f'.node-list .row[data-key="{name}"]')


def select(app, name):
    with app.rerun():
        row(app, name).locator(".kind").click()


def add(app, words):
    """Add the first layer that is found."""
    field = app.page.locator(".palette input")
    field.fill(words)
    with app.rerun():
        field.press("Enter")


def spec_of(run):
    from pipelines.spec import RunSpec

    return RunSpec.model_validate_json(run.spec_json)


def accuracy_of(archive, tmp_path):
    """Accuracy on the raw test rows of what plain TensorFlow, in a process of its own, makes of an exported zip."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "model")
    (graph,) = (tmp_path / "model").rglob("saved_model.pb")
    splits = load(DataSpec())
    np.save(tmp_path / "rows.npy", splits.x["test"].astype("float32"))
    ran = subprocess.run(
        [sys.executable, "-c", LOAD, str(graph.parent), str(tmp_path / "rows.npy")],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    predicted = np.array(json.loads(ran.stdout.splitlines()[-1]))
    return (predicted == splits.y["test"]).mean()
