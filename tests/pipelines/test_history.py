"""Undo and redo: on disk, never a step too many, right also where the network was changed from elsewhere."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.spec import ModelSpec
from pipelines.drafts import Draft, DraftStore
from pipelines.history import KEPT, History


def net(number):
    return ModelSpec(name=f"net-{number}")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "draft.undo"


def changed(folder, *numbers):
    history = History(folder)
    for before, after in itertools.pairwise(numbers):
        history.push(net(before), net(after))
    return history


def test_an_empty_history_has_no_way_back(folder):
    history = History(folder)
    assert not history.can_undo(net(0)) and not history.can_redo(net(0))
    assert history.undo(net(0)) is None and history.redo(net(0)) is None
    assert not folder.exists()


def test_undo_and_redo_outlive_the_process(folder):
    changed(folder, 0, 1, 2)
    assert History(folder).undo(net(2)) == net(1)
    assert History(folder).undo(net(1)) == net(0)
    assert not History(folder).can_undo(net(0))
    assert History(folder).redo(net(0)) == net(1)
    assert History(folder).redo(net(1)) == net(2)
    assert not History(folder).can_redo(net(2))


def test_a_new_change_forgets_what_was_undone(folder):
    history = changed(folder, 0, 1, 2, 3)
    history.undo(net(3))
    history.undo(net(2))
    history.push(net(1), net(9))
    assert not history.can_redo(net(9))
    assert history.undo(net(9)) == net(1)


def test_a_change_from_elsewhere_is_a_step_of_its_own(folder):
    history = changed(folder, 0, 1)
    assert history.can_undo(net(7)) and not history.can_redo(net(7))
    assert history.undo(net(7)) == net(1)
    assert history.redo(net(1)) == net(7)
    history.push(net(8), net(10))
    assert [history.undo(net(n)) for n in (10, 8, 7, 1)] == [net(8), net(7), net(1), net(0)]


def test_only_so_many_steps_are_kept(folder):
    history = changed(folder, *range(KEPT + 20))
    assert len(list(folder.glob("*.json"))) == KEPT + 1
    now = KEPT + 19
    while history.can_undo(net(now)):
        now -= 1
        assert history.undo(net(now + 1)) == net(now)
    assert now == 19


@pytest.mark.parametrize("broken", ["000000.json", "000001.json", "000002.json", "position"])
def test_a_broken_file_is_a_step_that_cannot_be_gone(folder, broken):
    changed(folder, 0, 1, 2)
    (folder / broken).write_text("{")
    history = History(folder)
    history.undo(net(2))
    history.push(net(2), net(3))
    assert history.undo(net(3)) == net(2)


def test_a_draft_that_goes_on_under_a_new_id_takes_its_history_along(home):
    drafts = DraftStore(home)
    draft_id, _ = drafts.save(Draft(), drafts.fresh_id(), None)
    drafts.history(draft_id).push(net(0), net(1))
    other, _ = drafts.save(Draft(match_data=False), draft_id, stamp=1)
    assert other != draft_id
    assert drafts.history(other).undo(net(1)) == net(0)
    assert drafts.history(draft_id).can_undo(net(1))


@given(st.lists(st.sampled_from(["push", "undo", "redo"]), max_size=30))
def test_is_two_stacks(tmp_path_factory, steps):
    history = History(tmp_path_factory.mktemp("home") / "draft.undo")
    past, now, future, fresh = [], 0, [], 0
    for step in steps:
        assert (history.can_undo(net(now)), history.can_redo(net(now))) == (bool(past), bool(future))
        if step == "push":
            fresh += 1
            history.push(net(now), net(fresh))
            past, now, future = [*past, now], fresh, []
        elif step == "undo":
            found = history.undo(net(now))
            assert found == (net(past[-1]) if past else None)
            if past:
                future, now = [now, *future], past.pop()
        else:
            found = history.redo(net(now))
            assert found == (net(future[0]) if future else None)
            if future:
                past, now = [*past, now], future.pop(0)
