"""The supervisor against real processes: tiny workers that behave well or badly."""

import os
import signal
import time
from concurrent.futures import Future
from dataclasses import replace

import pytest

from pipelines.launch import liveness
from pipelines.launch.watching import KILLED

pytestmark = pytest.mark.slow


def test_a_queued_run_is_started_and_its_slot_is_freed(lab) -> None:
    supervisor = lab.supervisor()
    uids = [lab.queue() for _ in range(3)]
    for uid in uids:
        assert lab.until_status(supervisor, uid, "finished").device == "cpu"
    assert "leader True" in lab.log(uids[0])
    lab.drive(supervisor, lambda: not supervisor.has_work())


def test_runs_start_in_the_order_of_priority_and_wait_for_a_slot(lab) -> None:
    supervisor = lab.supervisor(cpu_slots=1)
    later, first = lab.queue("stay"), lab.queue("stay", priority=1)
    lab.until_it_works(supervisor, first)
    assert lab.run(later).status == "queued"
    lab.store.request(first, "stop")
    lab.until_it_works(supervisor, later)
    assert lab.run(first).status == "stopped"


def test_a_run_whose_device_is_not_there_fails_and_holds_up_no_other(lab) -> None:
    missing, fine = lab.queue(device="gpu:7", priority=5), lab.queue()
    supervisor = lab.supervisor()
    lab.until_status(supervisor, fine, "finished")
    assert lab.run(missing).status == "failed"
    assert lab.run(missing).error == (
        "The run asks for gpu:7, but this machine has no GPU that its driver tells of. Choose the device auto or cpu."
    )


def test_a_spec_that_cannot_be_read_fails_and_holds_up_no_other(lab) -> None:
    broken, fine = lab.queue(), lab.queue()
    with lab.store._db.write() as connection:
        connection.exec_driver_sql("UPDATE runs SET spec = '{\"model' WHERE uid = ?", (broken,))
    lab.until_status(lab.supervisor(), fine, "finished")
    assert lab.run(broken).status == "failed"
    assert "The spec of run" in lab.run(broken).error


def test_a_killed_worker_is_noticed_at_once_and_started_once_more(lab) -> None:
    supervisor = lab.supervisor()
    uid = lab.queue("stay")
    os.kill(lab.until_it_works(supervisor, uid).pid, signal.SIGKILL)
    began = time.monotonic()
    lab.drive(supervisor, lambda: lab.run(uid).attempt == 2)
    assert time.monotonic() - began < 2
    assert lab.run(uid).error is None
    assert "in epoch" in lab.log(uid) and "killed (SIGKILL)" in lab.log(uid)


@pytest.mark.parametrize(("do", "why"), [("crash", "it crashed in native code (SIGSEGV)"), ("leave", "exit status 3")])
def test_a_run_that_dies_twice_is_lost_and_says_why(lab, do: str, why: str) -> None:
    run = lab.until_status(lab.supervisor(), lab.queue(do), "lost")
    assert (run.attempt, run.cause) == (2, "died")
    assert "for the second time" in run.error
    assert why in run.error


def test_kill_ends_a_run_at_once_and_says_so(lab) -> None:
    supervisor = lab.supervisor()
    uid = lab.queue("ignore")
    before = lab.until_it_works(supervisor, uid)
    lab.store.request(uid, "kill")
    assert lab.until_status(supervisor, uid, "stopped", timeout_s=3).error == KILLED
    assert not liveness.alive(before.pid, before.pid_created)


def test_stop_is_left_to_the_worker(lab) -> None:
    supervisor = lab.supervisor()
    uid = lab.queue("stay")
    lab.until_it_works(supervisor, uid)
    lab.store.request(uid, "stop")
    assert lab.until_status(supervisor, uid, "stopped").error is None


def test_a_stop_that_is_not_obeyed_becomes_a_kill(lab) -> None:
    supervisor = lab.supervisor()
    uid = lab.queue("ignore")
    lab.until_it_works(supervisor, uid)
    lab.store.request(uid, "stop")
    assert "no sign of life for 0.5 s" in lab.until_status(supervisor, uid, "stopped").error


def test_a_worker_that_dies_while_it_is_asked_to_stop_is_not_started_again(lab) -> None:
    supervisor = lab.supervisor()
    uid = lab.queue("ignore")
    pid = lab.until_it_works(supervisor, uid).pid
    lab.store.request(uid, "stop")
    os.kill(pid, signal.SIGKILL)
    assert lab.until_status(supervisor, uid, "stopped").attempt == 1


def test_a_process_that_stays_after_its_run_has_ended_is_killed(lab) -> None:
    supervisor = lab.supervisor()
    uid = lab.queue("linger")
    run = lab.until_status(supervisor, uid, "finished")
    lab.drive(supervisor, lambda: not supervisor.has_work(), timeout_s=5)
    assert lab.run(uid).status == "finished"
    assert not liveness.alive(run.pid, run.pid_created)


def test_the_next_supervisor_adopts_what_lives_and_queues_what_died(lab) -> None:
    lives, dies = lab.queue("stay"), lab.queue("stay")
    before = lab.until_it_works(lab.supervisor(), lives, dies)
    os.kill(lab.run(dies).pid, signal.SIGKILL)
    after = lab.supervisor()
    lab.drive(after, lambda: lab.run(dies).attempt == 2)
    assert (lab.run(lives).pid, lab.run(lives).attempt) == (before.pid, 1)
    lab.store.request(lives, "kill")
    lab.until_status(after, lives, "stopped")


def test_runs_of_another_machine_are_left_alone(lab) -> None:
    uid = lab.queue()
    assert lab.store.claim(uid, "another-host", "cpu")
    lab.store.placed(uid, 1, 1.0)
    supervisor = lab.supervisor()
    for _ in range(3):
        supervisor.step()
    assert lab.run(uid).status == "running"
    assert not supervisor.has_work()


def test_a_run_of_another_machine_whose_heart_stopped_is_taken_over(lab) -> None:
    uid = lab.queue()
    assert lab.store.claim(uid, "another-host", "cpu")
    with lab.store._db.write() as connection:
        connection.exec_driver_sql("UPDATE runs SET heartbeat_at = heartbeat_at - 61 WHERE uid = ?", (uid,))
    supervisor = lab.supervisor()
    assert lab.until_status(supervisor, uid, "finished").attempt == 2
    assert "nothing was heard of it on another-host" in lab.log(uid)


def test_cold_workers_do_the_same(lab) -> None:
    supervisor = lab.supervisor(cold=True)
    fine, dies = lab.queue(), lab.queue("crash")
    lab.until_status(supervisor, fine, "finished")
    assert "finish, attempt 1, leader True" in lab.log(fine)
    assert lab.store.services("supervisor")[0].info["warm"] is False
    assert "SIGSEGV" in lab.until_status(supervisor, dies, "lost").error


def test_a_forked_worker_that_hangs_at_its_start_is_started_cold(lab) -> None:
    lab.forked.start_timeout_s = 1
    supervisor = lab.supervisor()
    uid = lab.queue("hang when forked")
    assert lab.until_it_works(supervisor, uid).attempt == 1
    assert "showed no sign of life" in lab.log(uid)
    lab.store.request(uid, "kill")
    assert lab.until_status(supervisor, uid, "stopped").error == KILLED


def test_a_forkserver_that_is_not_ready_in_time_is_given_up(lab, monkeypatch) -> None:
    monkeypatch.setattr(lab.forked, "warm", Future)
    lab.patience = replace(lab.patience, warm_s=0.2)
    lab.until_status(lab.supervisor(), lab.queue(), "finished")
    assert lab.store.services("supervisor")[0].info["warm"] is False


def test_a_start_that_fails_is_made_cold(lab, monkeypatch) -> None:
    def start(home, uid):
        raise EOFError  # as when the forkserver dies

    monkeypatch.setattr(lab.forked, "start", start)
    assert lab.until_status(lab.supervisor(), lab.queue(), "finished").attempt == 1


def test_a_live_run_is_adopted_though_the_clock_was_set(lab) -> None:
    uid = lab.queue("stay")
    before = lab.until_it_works(lab.supervisor(), uid)
    lab.store.placed(uid, before.pid, before.pid_created - 3600)
    after = lab.supervisor()
    for _ in range(20):
        after.step()
    assert (lab.run(uid).status, lab.run(uid).attempt) == ("running", 1)
    lab.store.request(uid, "kill")
    lab.until_status(after, uid, "stopped")


def test_a_step_that_fails_does_not_end_it(lab, monkeypatch) -> None:
    supervisor, uid = lab.supervisor(), lab.queue()
    version, failures = lab.store.version, [OSError("the disk is full")]

    def once() -> int:
        if failures:
            raise failures.pop()
        return version()

    monkeypatch.setattr(lab.store, "version", once)
    supervisor.serve()
    assert lab.run(uid).status == "finished"


def test_it_ends_when_nothing_is_left_and_no_app_lives(lab) -> None:
    lab.store.register_service("app", 2**22 - 1, 1.0)  # killed before it could say goodbye
    uid = lab.queue()
    lab.supervisor().serve()
    assert lab.run(uid).status == "finished"


def test_it_stays_while_an_app_lives(lab) -> None:
    supervisor = lab.supervisor()
    lab.store.register_service("app", os.getpid(), liveness.created(os.getpid()) or 0)

    def done() -> bool:
        supervisor._look_at = 0
        return supervisor._done()

    assert not any(done() for _ in range(3))
    lab.store.unregister_service("app", os.getpid())
    assert any(done() for _ in range(3))


def test_a_supervisor_that_starts_removes_what_a_killed_delete_has_left(lab) -> None:
    left = lab.home / "trash" / "aaaaaaaaaaaa"
    left.mkdir(parents=True)
    (left / "model.keras").write_bytes(b"x")
    lab.supervisor(cold=True)
    assert not left.exists()
