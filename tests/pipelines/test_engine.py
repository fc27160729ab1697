"""The engine without keras: real processes, killed for real, running functions of a module written by the test."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from models.errors import NetloomError
from pipelines import engine
from pipelines.data.spec import DataSpec
from pipelines.engine import Engine, EngineError

JOBS = """
import os, subprocess, sys, time
from models.errors import SpecError
def pid(): return os.getpid()
def nap(seconds): time.sleep(seconds); return seconds
def double(x): return 2 * x
def die(status): os._exit(status)
def divide(a, b): return a / b
def refuse(): raise SpecError("The spec is wrong.", "Mend it.")
def closure(): return lambda: 1
def environment(name): return os.environ.get(name)
def child():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid
"""


@pytest.fixture
def warm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    (tmp_path / "jobs.py").write_text(JOBS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = Engine(rooms=("jobs", "pipelines"), preload=())
    yield made
    made.stop()


def gone(pid: int, within_s: float = 10) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_arguments_and_results_are_arrays_and_facts(warm: Engine) -> None:
    array = np.arange(6, dtype="float32").reshape(2, 3)
    np.testing.assert_array_equal(warm.call("jobs.double", x=array), 2 * array)
    assert warm.call("pipelines.data.facts.facts", spec=DataSpec()).num_classes == 10


def test_the_process_stays_between_calls_and_each_lane_has_its_own(warm: Engine) -> None:
    quick, slow = warm.call("jobs.pid"), warm.call("jobs.pid", lane="slow")
    assert warm.call("jobs.pid") == quick
    assert len({os.getpid(), quick, slow}) == 3


def test_a_slow_job_keeps_no_page_waiting(warm: Engine) -> None:
    warm.call("jobs.pid")
    slow = warm.submit("jobs.nap", lane="slow", seconds=30)
    assert warm.call("jobs.nap", seconds=0) == 0
    assert not slow.done()


def test_only_functions_of_the_rooms_can_be_called() -> None:
    for function in ("os.getcwd", "pipelines", "models.spec:Node", "pipelines..tasks", "modelsx.f", ""):
        with pytest.raises(ValueError, match="engine calls functions of"):
            engine.submit(function)


def test_an_error_for_people_arrives_as_it_was(warm: Engine) -> None:
    with pytest.raises(NetloomError) as caught:
        warm.call("jobs.refuse")
    assert (type(caught.value).__name__, caught.value.message, caught.value.hint) == (
        "SpecError",
        "The spec is wrong.",
        "Mend it.",
    )


def test_any_other_error_becomes_one_sentence_and_its_traceback_is_logged(
    warm: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(EngineError, match=r"^divide failed: ZeroDivisionError: "):
        warm.call("jobs.divide", a=1, b=0)
    assert "in divide" in caplog.text


@pytest.mark.parametrize(
    ("function", "sentence"),
    [("jobs.missing", "AttributeError"), ("jobs_too.f", "ModuleNotFoundError"), ("jobs.closure", "pickle")],
)
def test_what_cannot_be_called_or_returned_says_so(warm: Engine, function: str, sentence: str) -> None:
    warm._rooms |= {"jobs_too"}
    with pytest.raises(EngineError, match=sentence):
        warm.call(function)
    assert warm.call("jobs.nap", seconds=0) == 0


def test_a_job_that_takes_too_long_is_killed_and_the_next_call_works(warm: Engine) -> None:
    before = warm.call("jobs.pid")
    with pytest.raises(EngineError, match=r"nap did not answer within 0\.2 s"):
        warm.call("jobs.nap", timeout_s=0.2, seconds=600)
    assert gone(before)
    assert warm.call("jobs.pid") != before


def test_a_killed_process_is_replaced(warm: Engine) -> None:
    before = warm.call("jobs.pid")
    os.kill(before, signal.SIGKILL)
    assert gone(before)
    assert warm.call("jobs.pid") != before


def test_a_process_killed_in_the_middle_of_a_job_says_so_and_is_replaced(warm: Engine) -> None:
    before = warm.call("jobs.pid")
    job = warm.submit("jobs.nap", seconds=600)
    time.sleep(0.1)
    os.kill(before, signal.SIGKILL)
    with pytest.raises(EngineError, match="killed, as happens when memory runs out"):
        job.result(10)
    with pytest.raises(EngineError, match="exit status 3"):
        warm.call("jobs.die", status=3)
    assert warm.call("jobs.nap", seconds=0) == 0


def test_what_a_killed_job_started_ends_too(warm: Engine) -> None:
    child = warm.call("jobs.child")
    with pytest.raises(EngineError, match="did not answer"):
        warm.call("jobs.nap", timeout_s=0.1, seconds=600)
    assert gone(child)


def test_a_waiting_job_can_be_cancelled(warm: Engine) -> None:
    first = warm.submit("jobs.nap", seconds=0.3)
    second = warm.submit("jobs.nap", seconds=600)
    assert second.cancel()
    assert first.result(10) == 0.3
    assert warm.call("jobs.nap", seconds=0) == 0


def test_many_threads_get_their_own_answers(warm: Engine) -> None:
    answers: dict[int, list[int]] = {}

    def ask(thread: int) -> None:
        answers[thread] = [warm.call("jobs.double", x=1000 * thread + n) for n in range(50)]

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {t: [2 * (1000 * t + n) for n in range(50)] for t in range(8)}


def test_stop_ends_what_runs_and_what_waits_and_a_later_call_starts_anew(warm: Engine) -> None:
    before = warm.call("jobs.pid")
    jobs = [warm.submit("jobs.nap", seconds=600) for _ in range(3)]
    time.sleep(0.1)
    warm.stop()
    for job in jobs:
        with pytest.raises(EngineError, match="stopped before it could answer"):
            job.result(10)
    assert gone(before)
    assert warm.call("jobs.pid") != before


def test_warm_starts_a_process_ahead_and_stop_right_after_it_does_no_harm(warm: Engine) -> None:
    warm.warm()
    warm.stop()
    warm.warm()
    assert warm.call("jobs.nap", seconds=0) == 0


def test_an_idle_lane_gives_its_memory_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jobs.py").write_text(JOBS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    idle = Engine(rooms=("jobs",), preload=(), idle_s={"quick": 0.2, "slow": 0.2})
    first = idle.call("jobs.pid")
    assert gone(first)
    assert idle.call("jobs.pid") != first
    idle.stop()


def test_the_process_sees_no_gpu(warm: Engine) -> None:
    assert warm.call("jobs.environment", name="CUDA_VISIBLE_DEVICES") == ""


def test_the_main_module_is_not_run_again_and_no_process_outlives_a_killed_server(warm: Engine, tmp_path: Path) -> None:
    # No `if __name__ == "__main__"`: under multiprocessing this would start servers without end.
    (tmp_path / "server.py").write_text(
        textwrap.dedent("""
            import time
            from pipelines.engine import Engine
            engine = Engine(rooms=("jobs",), preload=())
            idle, busy = engine.call("jobs.pid"), engine.call("jobs.pid", lane="slow")
            child = engine.call("jobs.child", lane="slow")
            engine.submit("jobs.nap", lane="slow", seconds=600)
            time.sleep(0.1)
            print(idle, busy, child, flush=True)
            time.sleep(600)
        """)
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(engine.ROOT), str(tmp_path)])}
    command: list[str] = [sys.executable, str(tmp_path / "server.py")]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pids = [int(pid) for pid in server.stdout.readline().split()]
    assert len(pids) == 3
    server.kill()
    server.wait()
    server.stdout.close()
    assert all(gone(pid) for pid in pids)


@pytest.mark.slow
def test_keras_is_ready_in_the_process(warm: Engine) -> None:
    keras = Engine(rooms=("keras",), preload=("keras",))
    assert keras.call("keras.backend.backend")
    keras.stop()
