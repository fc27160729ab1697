"""Drafts survive on disk, match their data, and never overwrite one another."""

import os

import pytest

from pipelines.data.spec import BundledSource, DataSpec, KerasSource
from pipelines.drafts import KEPT, Draft, DraftStore


@pytest.fixture
def drafts(home):
    return DraftStore(home)


def named(name):
    first = Draft()
    return first.replace(spec=first.spec.replace(name=name))


def test_a_saved_draft_is_read_back_whole(drafts):
    draft_id, stamp = drafts.save(named("mine"), drafts.fresh_id(), None)
    assert drafts.load(draft_id) == (named("mine"), stamp)


def test_json_round_trip():
    assert Draft.model_validate_json(Draft().model_dump_json()) == Draft()


def test_saving_again_keeps_the_id(drafts):
    draft_id, stamp = drafts.save(named("one"), drafts.fresh_id(), None)
    assert drafts.save(named("two"), draft_id, stamp)[0] == draft_id
    assert drafts.load(draft_id)[0] == named("two")


def test_two_tabs_on_one_draft_part_ways_when_both_save(drafts):
    draft_id, stamp = drafts.save(named("shared"), drafts.fresh_id(), None)
    os.utime(drafts.folder / f"{draft_id}.json", ns=(stamp, stamp - 10**9))
    stamp -= 10**9
    drafts.save(named("first tab"), draft_id, stamp)
    other_id, _ = drafts.save(named("second tab"), draft_id, stamp)
    assert other_id != draft_id
    assert drafts.load(draft_id)[0] == named("first tab")
    assert drafts.load(other_id)[0] == named("second tab")


@pytest.mark.parametrize("draft_id", ["", "../../../x", "abc", "ABCDEFGH", "12345678"])
def test_an_id_that_names_no_draft_gives_none(drafts, draft_id):
    assert drafts.load(draft_id) is None


def test_no_id_leaves_the_folder(drafts, home):
    with pytest.raises(ValueError, match="8 small letters"):
        drafts.save(named("x"), "../evil0", None)
    assert list(home.iterdir()) == [drafts.folder] and not list(drafts.folder.iterdir())


def test_a_draft_that_cannot_be_read_is_left_where_it_is(drafts):
    drafts.folder.mkdir()
    broken = drafts.folder / "deadbeef.json"
    broken.write_text("{")
    assert drafts.load("deadbeef") is None
    assert drafts.newest() is None
    assert broken.read_text() == "{"


def test_the_newest_is_the_one_saved_last(drafts):
    for index, name in enumerate(["old", "new"]):
        draft_id, _ = drafts.save(named(name), drafts.fresh_id(), None)
        os.utime(drafts.folder / f"{draft_id}.json", (index, index))
    assert drafts.newest() == named("new")


def test_old_drafts_are_dropped(drafts):
    for index in range(KEPT + 3):
        draft_id, _ = drafts.save(named(f"n{index}"), drafts.fresh_id(), None)
        os.utime(drafts.folder / f"{draft_id}.json", (index, index))
    drafts.save(named("last"), drafts.fresh_id(), None)
    assert len(list(drafts.folder.iterdir())) == KEPT
    assert drafts.newest() == named("last")


def test_a_draft_is_matched_to_other_data_only_if_that_is_wanted():
    first = Draft()
    iris = first.replace(spec=first.spec.replace(data=DataSpec(source=BundledSource(name="iris"))))
    assert iris.matched().spec.model.nodes[0].config["shape"] == [4]
    assert iris.replace(match_data=False).matched().spec.model == first.spec.model


def test_a_draft_on_data_that_are_still_to_be_downloaded_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    first = Draft()
    texts = first.replace(spec=first.spec.replace(data=DataSpec(source=KerasSource(name="imdb"))))
    assert texts.matched() == texts
