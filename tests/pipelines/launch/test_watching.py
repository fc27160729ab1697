"""What becomes of processes under watch: those that are asked to pause, that end, and that die."""

import os
import signal
import time
from dataclasses import replace

import pytest

from pipelines.launch import causes
from pipelines.launch.slots import Inventory

pytestmark = pytest.mark.slow


def test_a_pause_is_left_to_the_worker(lab) -> None:
    supervisor, uid = lab.supervisor(), lab.queue("stay")
    lab.until_it_works(supervisor, uid)
    lab.store.request(uid, "pause")
    assert lab.until_status(supervisor, uid, "paused").error is None
    lab.drive(supervisor, lambda: not supervisor.has_work())


def test_a_worker_that_dies_while_it_is_asked_to_pause_is_paused(lab) -> None:
    supervisor, uid = lab.supervisor(), lab.queue("ignore")
    pid = lab.until_it_works(supervisor, uid).pid
    lab.store.request(uid, "pause")
    os.kill(pid, signal.SIGKILL)
    run = lab.until_status(supervisor, uid, "paused")
    assert run.attempt == 1
    assert "Resume goes on from the last epoch" in run.error


def test_a_pause_that_nothing_is_heard_of_becomes_a_kill(lab) -> None:
    supervisor, uid = lab.supervisor(), lab.queue("ignore")
    lab.until_it_works(supervisor, uid)
    lab.store.request(uid, "pause")
    run = lab.until_status(supervisor, uid, "paused")
    assert "asked to pause, it showed no sign of life for 0.5 s" in run.error


def test_a_pause_waits_for_a_long_epoch_and_a_stop_does_not(lab) -> None:
    lab.patience = replace(lab.patience, stop_s=0.3, save_s=0.6)
    supervisor, uid = lab.supervisor(), lab.queue("beat on")
    lab.until_it_works(supervisor, uid)
    lab.store.request(uid, "pause")
    end = time.monotonic() + 1.5
    lab.drive(supervisor, lambda: time.monotonic() > end)
    assert lab.run(uid).status == "running"
    lab.store.request(uid, "stop")
    assert "asked to stop, it was not done after 0.6 s" in lab.until_status(supervisor, uid, "stopped").error


def test_a_run_that_the_system_ended_for_memory_says_so_to_the_pages(lab, monkeypatch) -> None:
    supervisor, uid = lab.supervisor(), lab.queue("stay")
    killed = iter(range(100))
    monkeypatch.setattr(causes, "oom_kills", lambda: next(killed))  # the kernel's counter, which grows
    for attempt in (1, 2):
        lab.drive(supervisor, lambda attempt=attempt: lab.run(uid).attempt == attempt and lab.run(uid).progress.epoch)
        os.kill(lab.until_it_works(supervisor, uid).pid, signal.SIGKILL)
        if attempt == 1:
            lab.drive(supervisor, lambda: lab.run(uid).attempt == 2 and lab.run(uid).pid is not None)
    run = lab.until_status(supervisor, uid, "lost")
    assert run.cause == "memory"
    assert "memory ran out" in run.error


def test_a_run_whose_work_is_done_makes_room_on_the_cpu_while_its_process_goes(lab) -> None:
    lab.patience = replace(lab.patience, linger_s=20)
    supervisor = lab.supervisor(cpu_slots=1)
    lingers, follows = lab.queue("linger"), lab.queue()
    lab.until_status(supervisor, follows, "finished")
    assert lab.run(lingers).status == "finished"


def test_a_clock_that_is_set_back_ends_no_run(lab) -> None:
    supervisor, uid = lab.supervisor(inventory=Inventory(cpu_slots=1)), lab.queue("stay")
    lab.until_it_works(supervisor, uid)
    with lab.store._db.write() as connection:  # what it last said was said in what is the future now
        connection.exec_driver_sql("UPDATE runs SET heartbeat_at = heartbeat_at + 3600 WHERE uid = ?", (uid,))
    supervisor.step()
    assert (lab.run(uid).status, lab.run(uid).attempt) == ("running", 1)
    lab.store.request(uid, "kill")
    lab.until_status(supervisor, uid, "stopped")
