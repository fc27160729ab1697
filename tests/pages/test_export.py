"""Export: every format of a network that was really trained, and what is said where there is none."""

import io
import time
import zipfile

import pytest

from pages.ui import export_jobs
from pipelines.export.registry import FORMATS
from pipelines.export.reports import reports


def said(page) -> str:
    blocks = (*page.markdown, *page.caption, *page.info, *page.warning, *page.error)
    return " ".join(block.value for block in blocks).replace("\\", "")


def exported(page, format: str, patience_s: float = 300):
    """Press Export and wait for the card to say what came of it."""
    page.button(key=f"export.start.{format}").click().run()
    end = time.monotonic() + patience_s
    while page.button(key=f"export.start.{format}").disabled:
        assert time.monotonic() < end
        time.sleep(0.5)
        page.run()
    assert not page.exception
    return page


def test_without_a_trained_network_it_says_where_to_start(open_page):
    page = open_page("export.py")
    assert not page.exception
    assert "There is no trained network yet" in said(page)


@pytest.mark.parametrize(
    ("status", "words"),
    [("queued", "has not started yet"), ("running", "is still training"), ("failed", "left no trained network")],
)
def test_a_run_without_a_network_says_why(open_page, make_run, status, words):
    page = open_page("export.py", run=make_run("some run", status).uid)
    assert not page.exception
    assert words in said(page)
    assert not page.button


def test_an_unknown_run_is_one_sentence(open_page):
    page = open_page("export.py", run="nosuchrun000")
    assert not page.exception
    assert "There is no run 'nosuchrun000'." in said(page)


@pytest.mark.slow
def test_every_format_is_offered(trained_runs, open_page):
    page = open_page("export.py", run=trained_runs["digits-cnn"])
    assert not page.exception and not page.error
    assert [heading.value for heading in page.subheader] == [format.title for format in FORMATS.values()]
    assert not page.get("download_button")


@pytest.mark.slow
def test_an_export_is_reported_and_can_be_downloaded(trained_runs, open_page, store):
    page = open_page("export.py", run=trained_runs["iris-mlp"], timeout_s=60)
    exported(page, "keras")
    assert not page.error
    shown = {metric.label: metric.value for metric in page.metric}
    assert float(shown["Largest difference"]) < 1e-4
    assert int(shown["Rows compared"]) == 22
    assert {"Test accuracy", "Size"} <= set(shown)
    assert "keras.saving.load_model" in page.code[0].value
    again = open_page("export.py", run=trained_runs["iris-mlp"])
    assert again.button(key="export.start.keras").label == "Export again"
    assert len(again.get("download_button")) == 1
    report = reports(store.home, trained_runs["iris-mlp"])["keras"]
    zipped = zipfile.ZipFile(io.BytesIO(export_jobs.reader(report.path)()))
    assert any(name.endswith("/model.keras") for name in zipped.namelist())


@pytest.mark.slow
def test_an_export_that_fails_says_why(trained_runs, open_page, store):
    uid = trained_runs["iris-mlp"]
    (store.run_dir(uid) / "model.keras").write_bytes(b"not a network")
    page = exported(open_page("export.py", run=uid, timeout_s=60), "keras")
    assert "cannot be read" in page.error[0].value
    assert not page.get("download_button")
