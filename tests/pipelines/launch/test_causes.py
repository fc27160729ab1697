"""What the end of a process says."""

from pathlib import Path

import pytest

from pipelines.launch.causes import cause, hint, oom_counters, oom_kills


@pytest.mark.parametrize(
    ("exitcode", "out_of_memory", "told"),
    [
        (-9, False, "it was killed (SIGKILL), as when memory runs out"),
        (-9, True, "the system ended it because memory ran out (SIGKILL)"),
        (-11, False, "it crashed in native code (SIGSEGV)"),
        (-15, False, "it was ended by SIGTERM"),
        (-63, False, "it was ended by signal 63"),
        (3, False, "it ended with exit status 3 before the run was done"),
        (0, False, "it ended with exit status 0 before the run was done"),
        (None, False, "nobody was watching when it ended"),
        (None, True, "the system ended it because memory ran out"),
    ],
)
def test_cause(exitcode: int | None, out_of_memory: bool, told: str) -> None:
    assert cause(exitcode, out_of_memory) == told
    assert ("smaller batch" in hint(exitcode, out_of_memory)) == (out_of_memory or exitcode == -9)


def test_the_nearest_counter_that_tells_counts(tmp_path: Path) -> None:
    container, machine = tmp_path / "memory.events", tmp_path / "vmstat"
    machine.write_text("nr_free_pages 1\noom_kill 12\n")
    assert oom_kills((str(container), str(machine))) == 12
    container.write_text("oom 5\noom_kill 2\noom_group_kill 0\n")
    assert oom_kills((str(container), str(machine))) == 2
    assert oom_kills(()) == 0
    assert oom_kills() >= 0


def test_the_group_that_this_process_is_in_comes_before_those_around_it() -> None:
    hybrid = oom_counters("9:cpu,cpuacct:/a\n4:memory:/jobs/7:b\n0::/\n")
    assert hybrid[:2] == ("/sys/fs/cgroup/memory/jobs/7:b/memory.oom_control", "/sys/fs/cgroup//memory.events")
    assert oom_counters("0::/user.slice/x.scope\n")[0] == "/sys/fs/cgroup/user.slice/x.scope/memory.events"
    assert oom_counters("")[-1] == "/proc/vmstat"
