"""Start: one button to a training network, and the way to everything else."""

import pytest

from pipelines.examples import EXAMPLES


def test_an_empty_home_shows_the_button_and_the_way(open_page):
    page = open_page()
    assert not page.exception
    assert page.button(key="home.first").label == "Train a first network"
    assert [heading.value for heading in page.subheader] == ["See one learn", "Build", "Understand", "Take home"]


def test_recent_runs_are_listed_with_their_status(open_page, store):
    done = store.create(EXAMPLES["digits-cnn"].replace(name="done *one*"))
    store.finish(done.uid, "finished")
    store.create(EXAMPLES["iris-mlp"])
    page = open_page()
    assert "Recent runs" in [heading.value for heading in page.subheader]
    assert not page.exception
    said = " ".join(block.value for block in page.markdown)
    assert "queued" in said and "finished" in said


@pytest.mark.slow
def test_the_button_queues_the_first_network_and_leads_to_it(open_page, store):
    page = open_page()
    page.button(key="home.first").click().run()
    (run,) = store.find()
    assert run.name == "digits-cnn"
    assert page.query_params["run"] in (run.uid, [run.uid])
