"""Whether a process lives."""

import subprocess
import sys
import time

from pipelines.launch import liveness

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_process_lives_until_it_is_killed_and_a_zombie_is_dead() -> None:
    process = subprocess.Popen(SLEEPS)
    since = liveness.created(process.pid)
    assert since is not None and abs(since - time.time()) < 30
    assert liveness.alive(process.pid, since)
    liveness.kill(process.pid, since)
    end = time.monotonic() + 10
    while liveness.alive(process.pid, since):  # nobody has waited for it: it ends as a zombie
        assert time.monotonic() < end
    assert process.wait() == -9


def test_another_process_with_the_same_pid_is_another_process() -> None:
    process = subprocess.Popen(SLEEPS)
    since = liveness.created(process.pid) or 0
    assert not liveness.alive(process.pid, since - 60)
    liveness.kill(process.pid, since - 60)
    assert liveness.alive(process.pid, since)
    process.kill()
    process.wait()


def test_a_group_is_killed_whole() -> None:
    code = f"import subprocess; print(subprocess.Popen({SLEEPS!r}).pid, flush=True); import time; time.sleep(60)"
    leader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    child = int(leader.stdout.readline())
    since = liveness.created(child)
    liveness.kill(leader.pid, liveness.created(leader.pid))
    leader.wait()
    leader.stdout.close()
    end = time.monotonic() + 10
    while liveness.alive(child, since):
        assert time.monotonic() < end


def test_what_was_never_known_does_not_live() -> None:
    assert not liveness.alive(None, None)
    assert liveness.created(2**22 + 1) is None
    liveness.kill(None, None)
