"""Starting when forking does not work any more: what hangs is given up, in time, and the logs say so."""

import logging
import os
import signal
from multiprocessing import forkserver

import psutil
import pytest

from pipelines.launch import child
from pipelines.launch.launchers import ForkedChild

pytestmark = pytest.mark.slow


def warm(lab) -> bool:
    return bool(lab.store.services("supervisor")[-1].info["warm"])


def test_forked_processes_that_hang_in_a_row_are_given_up(lab, caplog) -> None:
    lab.forked.start_timeout_s = 2
    supervisor = lab.supervisor(cpu_slots=1)
    for do, still_warm in (
        ("hang when forked", True),
        ("finish", True),  # which clears the one before
        ("hang when forked", True),
        ("hang when forked", False),
    ):
        uid = lab.queue(do)
        if do == "finish":
            lab.until_status(supervisor, uid, "finished")
            continue
        lab.until_it_works(supervisor, uid)
        assert "The forked process showed no sign of life and was killed." in lab.log(uid)
        assert warm(lab) is still_warm
        lab.store.request(uid, "kill")
        lab.until_status(supervisor, uid, "stopped")
    assert "2 forked processes in a row showed no sign of life: runs start cold from now on" in caplog.text


def test_a_forkserver_that_does_not_answer_is_given_up_and_nothing_trains_twice(lab, caplog) -> None:
    caplog.set_level(logging.INFO)
    supervisor = lab.supervisor()
    lab.until_status(supervisor, lab.queue(), "finished")
    lab.forked._fork_timeout_s = 0.5
    server = psutil.Process(forkserver._forkserver._forkserver_pid)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        uid = lab.queue("stay")
        cold = lab.until_it_works(supervisor, uid)
        assert "The forkserver does not answer: this run starts cold." in lab.log(uid)
        assert not warm(lab)
        assert "did not fork within 0.5 s): runs start cold from now on" in caplog.text
    finally:
        os.kill(server.pid, signal.SIGCONT)
    lab.drive(supervisor, lambda: not server.children())  # what it forks so late goes at once
    lab.drive(supervisor, lambda: lab.run(uid).progress.epoch > cold.progress.epoch + 5)
    assert (lab.run(uid).pid, lab.run(uid).attempt) == (cold.pid, 1)
    assert lab.log(uid).count("tiny worker") == 1
    lab.store.request(uid, "kill")
    lab.until_status(supervisor, uid, "stopped")


def test_a_forked_process_that_comes_too_late_is_no_death_of_its_run(lab, monkeypatch) -> None:
    def start(home, uid) -> ForkedChild:
        process = lab.forked._context.Process(target=child.main, args=(str(home), uid, 0.0, "tiny_worker:train"))
        process.start()
        return ForkedChild(process)

    monkeypatch.setattr(lab.forked, "start", start)
    uid = lab.queue()
    run = lab.until_status(lab.supervisor(), uid, "finished")
    assert (run.attempt, run.error) == (1, None)
    assert "program True" in lab.log(uid)


def test_a_run_on_another_backend_starts_cold_and_is_told_which(lab) -> None:
    supervisor = lab.supervisor()
    other, usual = lab.queue(backend="jax"), lab.queue()
    for uid in (other, usual):
        lab.until_status(supervisor, uid, "finished")
    assert "backend jax, program True" in lab.log(other)
    assert "program False" in lab.log(usual)


def test_a_process_that_cannot_be_started_at_all_is_no_end_of_the_supervisor(lab, monkeypatch) -> None:
    def start(*_, **__):
        raise OSError("no memory to fork")

    monkeypatch.setattr(lab.cold, "start", start)
    run = lab.until_status(lab.supervisor(cold=True), lab.queue(), "lost")
    assert "it could not be started (no memory to fork)" in run.error
