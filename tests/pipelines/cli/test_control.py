"""Verbs that change what becomes of runs."""

import json
from collections.abc import Callable

import pytest

from pipelines.examples import EXAMPLES
from pipelines.runs.facts import MetricPoint, Progress
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(watched_store: RunStore) -> RunStore:
    return watched_store


def run(store: RunStore, status: str = "queued") -> str:
    uid = store.create(EXAMPLES["iris-mlp"]).uid
    if status != "queued":
        store.claim(uid, "here", "cpu")
        store.log_epoch(uid, [MetricPoint("loss", "val", 0, 5, 1.0)], Progress(1, 20))
    if status not in ("queued", "running"):
        store.finish(uid, status)
    return uid


def lines(out: str) -> list[dict]:
    return [json.loads(line, parse_constant=pytest.fail) for line in out.splitlines()]


def spec_of(store: RunStore, uid: str) -> RunSpec:
    return RunSpec.model_validate_json(store.get(uid).spec_json)


def test_pause_asks_holds_and_says_what_cannot_be_paused(cli: Cli, store) -> None:
    works, waits, ended = run(store, "running"), run(store), run(store, "finished")
    code, out, err = cli("pause", works, waits, ended)
    assert code == 2 and f"Run {ended} is finished, so there is nothing to pause." in err
    assert [(told["uid"], told["request"], told["held"]) for told in lines(out)] == [
        (works, "pause", False), (waits, None, True),
    ]  # fmt: skip
    code, out, _ = cli("pause", waits, "--wait")  # a run that is held is not waited for
    assert (code, lines(out)[0]["status"]) == (0, "queued")


def test_stop_and_resume_take_several_runs(cli: Cli, store) -> None:
    first, second, ended = run(store), run(store, "running"), run(store, "finished")
    code, out, _ = cli("stop", first, second, first)
    assert code == 0 and [(told["status"], told["request"]) for told in lines(out)] == [
        ("stopped", None), ("running", "stop"),
    ]  # fmt: skip
    store.finish(second, "stopped")
    code, out, err = cli("resume", first, ended, second)
    assert code == 2 and "has finished, so there is nothing left to resume" in err
    assert [told["status"] for told in lines(out)] == ["queued", "queued"]


def test_one_wrong_name_among_several_does_nothing(cli: Cli, store) -> None:
    waits, ended = run(store), run(store, "finished")
    for verb, uid in (("stop", waits), ("pause", waits), ("delete", ended)):
        code, out, err = cli(verb, uid, "nosuchrun")
        assert (code, out) == (2, "") and "There is no run 'nosuchrun'." in err
    assert (store.get(waits).status, store.get(waits).held, store.get(ended).status) == ("queued", False, "finished")


def test_delete_removes_for_good_what_has_ended(cli: Cli, store) -> None:
    gone, stays, works = run(store, "finished"), run(store, "paused"), run(store, "running")
    code, out, err = cli("delete", gone, works)
    assert (code, out) == (2, "") and f"Run {works} is running, so it cannot be deleted." in err
    code, out, _ = cli("delete", gone[:11])
    told = lines(out)[0]
    assert code == 0 and told["deleted"] == [gone] and told["freed_bytes"] > 100
    assert {known.uid for known in store.find()} == {stays, works}


def test_fork_begins_with_the_state_and_settings_of_its_own(cli: Cli, store) -> None:
    parent = run(store, "stopped")
    code, out, err = cli("fork", parent, "--epoch", "1")
    assert (code, out) == (2, "") and "after epoch 1 is kept" in err
    (store.run_dir(parent) / "backup").mkdir()
    (store.run_dir(parent) / "backup" / "epoch-000001.npz").write_bytes(b"state")
    code, out, _ = cli("fork", parent, "--epoch", "1", "--set", "train.epochs=9", "--set", "seed=4")
    (told,) = lines(out)
    spec = spec_of(store, told["uid"])
    assert (code, told["parent_uid"], spec.seed, spec.train.epochs, spec.start.epoch) == (0, parent, 4, 9, 1)
    assert len(store.history([told["uid"]])) == 1
    code, _, err = cli("fork", parent, "--epoch", "1", "--set", "train.epochz=9")
    assert code == 2 and "train.epochz is not a known key" in err
    code, _, err = cli("fork", parent, "--epoch", "-1")
    assert code == 2 and "Argument --epoch" in err


def test_clone_is_a_new_run_with_changes(cli: Cli, store) -> None:
    parent = run(store, "failed")
    code, out, _ = cli("clone", parent, "--set", "train.batch_size=8")
    (told,) = lines(out)
    assert (code, told["status"], told["parent_uid"]) == (0, "queued", parent)
    assert spec_of(store, told["uid"]) == spec_of(store, parent).replace(
        train=spec_of(store, parent).train.replace(batch_size=8)
    )


def test_the_queue_is_put_in_order(cli: Cli, store) -> None:
    a, b, c = (run(store) for _ in range(3))
    assert cli("move", c, "--before", a)[0] == 0
    assert [known.uid for known in store.queued()] == [c, a, b]
    assert cli("move", c, "--last")[0] == 0
    assert cli("next", b)[0] == 0
    assert [known.uid for known in store.queued()] == [b, a, c]
    code, out, _ = cli("hold", a, b)
    assert code == 0 and [told["held"] for told in lines(out)] == [True, True]
    assert [uid for uid, _, _ in store.pulse()] == [c]
    assert cli("release", a, b)[0] == 0
    assert [uid for uid, _, _ in store.pulse()] == [b, a, c]
    code, _, err = cli("move", a)
    assert code == 2 and "--before" in err
    code, out, err = cli("hold", run(store, "running"), a)
    assert code == 2 and "does not wait in the queue" in err and lines(out)[0]["uid"] == a


def test_submit_queues_seeds_and_holds(cli: Cli, store) -> None:
    code, out, _ = cli("submit", "--example", "iris-mlp", "--seeds", "3", "--hold")
    told = lines(out)
    assert code == 0 and [spec_of(store, run["uid"]).seed for run in told] == [0, 1, 2]
    assert all(run["held"] for run in told) and len({run["tags"]["seeds"] for run in told}) == 1
    code, out, err = cli("submit", "--example", "iris-mlp", "--hold", "--wait")
    assert (code, out) == (2, "") and "do not go together" in err
    code, _, err = cli("submit", "--example", "iris-mlp", "--seeds", "1000")
    assert code == 2 and "1 to 100 seeds" in err
    assert len(store.find()) == 3
