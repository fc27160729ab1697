"""A table of the user's own by clicking: upload, correct a type, train, export, and feed it raw rows."""

import csv
import random
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from playwright.sync_api import expect

from pipelines.drafts import DraftStore
from pipelines.spec import RunSpec

pytestmark = pytest.mark.e2e
TRAINED_MS = 180_000
ROWS = 600


def passengers(path):
    """A table with a rule to learn, that odd lines stay; ages are missing here and there, lines look like numbers."""
    draw = random.Random(0)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "town", "age", "stayed"])
        for row in range(ROWS):
            line, town, age = draw.randint(100, 139), draw.choice(["Rome", "Oslo"]), draw.randint(1, 80)
            writer.writerow([line, town, "" if row % 9 == 0 else age, "yes" if line % 2 else "no"])


def open_section(app, name):
    app.keyed(f"data.section.{name}").locator("summary").click()
    app.settle()  # it unfolds


def test_a_table_is_uploaded_corrected_trained_on_and_exported(app, e2e_home, finished, tmp_path):
    table = tmp_path / "passengers.csv"
    passengers(table)

    # A faulty file is said, and the one after it is taken.
    app.goto("data")
    with app.rerun():
        app.keyed("data.group").get_by_text("Yours", exact=True).click()
    faulty = tmp_path / "page.csv"
    faulty.write_text("<!DOCTYPE html>\n<html><body>Not found</body></html>\n")
    upload(app, faulty, app.keyed("data.incoming.dismiss"))
    upload(app, table, app.page.get_by_text(f"A table of {ROWS} rows"))
    expect(app.keyed("data.incoming.dismiss")).to_have_count(0)

    # What was inferred is corrected: a line is no number.
    open_section(app, "columns")
    app.choose("data.column", "line", "line")
    app.choose("data.column.type", "cat", "Categorical")
    data = DraftStore(e2e_home).newest().spec.data
    assert {column.name: column.type for column in data.source.columns} == {
        "line": "categorical", "town": "categorical", "age": "numeric",
    }  # fmt: skip
    assert data.source.target == ("stayed",)

    # The network that suits it, a few epochs.
    expect(app.keyed("data.fit")).to_be_visible(timeout=60_000)
    app.press("data.fit")
    expect(app.keyed("data.fit")).to_have_count(0)
    with app.rerun():
        app.page.get_by_role("link", name="Train", exact=True).click()
    app.fill("train.name", "passengers")
    app.fill("train.epochs", 30)
    expect(app.page.get_by_text("Ready to launch", exact=True)).to_be_visible(timeout=60_000)
    app.press("train.launch")
    app.page.get_by_role("link", name="Launched. Watch it live").click()
    app.page.wait_for_url("**/runs?**run=*")
    run = finished(app.run_uid)
    assert RunSpec.model_validate_json(run.spec_json).data == data

    # Export it, and feed it raw rows: an age that is missing, a town that it never saw.
    app.goto(f"export?run={run.uid}")
    with app.rerun():
        app.keyed("export.start.savedmodel").get_by_role("button").click()
    with app.page.expect_download(timeout=TRAINED_MS) as download:
        app.keyed("export.download.savedmodel").get_by_role("button").click(timeout=TRAINED_MS)
    archive = tmp_path / "export.zip"
    download.value.save_as(archive)
    raw = [(101, "Rome", ""), (102, "Oslo", 30), (117, "Bern", ""), (118, "Rome", 30), (7, "Bern", "")]
    outputs = predictions(archive, raw, tmp_path)
    assert outputs.shape == (5, 1) and np.isfinite(outputs).all()
    assert (outputs[:4, 0] > 0.5).tolist() == [True, False, True, False]


def upload(app, path, sign):
    """Upload a file, and wait until the page shows that it was read."""
    app.page.locator("input[type=file]").set_input_files(path)
    expect(sign).to_be_visible(timeout=60_000)
    app.settle()


def predictions(archive, raw, tmp_path):
    """What the exported predict.py, in a process of its own, makes of raw rows."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "model")
    (script,) = (tmp_path / "model").rglob("predict.py")
    with (tmp_path / "raw.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("line", "town", "age"), *raw])
    ran = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "raw.csv"), str(tmp_path / "outputs.npy")],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return np.load(tmp_path / "outputs.npy")
