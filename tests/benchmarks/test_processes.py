import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mien_benchmarks.processes import cost_of, end

STATUS = """Name:\ta (b) c
VmHWM:\t  200000 kB
VmRSS:\t  100000 kB
Threads:\t2
voluntary_ctxt_switches:\t{switches}
nonvoluntary_ctxt_switches:\t9
"""


def test_the_kernels_words_are_understood_whatever_the_name(tmp_path: Path) -> None:
    process = tmp_path / str(os.getpid())
    for task, switches in (("7", 3), ("8", 40)):
        (process / "task" / task).mkdir(parents=True)
        (process / "task" / task / "status").write_text(STATUS.format(switches=switches))
    (process / "status").write_text(STATUS.format(switches=3))
    (process / "stat").write_text("7 (a (b) c) S 1 7 7 0 -1 4194304 100 0 0 0 150 50 9 9 20 0 2 0 100 1 1\n")
    cost = cost_of(os.getpid(), tmp_path)
    assert cost.children_cpu_seconds == pytest.approx(18 / os.sysconf("SC_CLK_TCK"))
    assert (cost.resident_megabytes, cost.peak_megabytes) == (102.4, 204.8)
    assert (cost.threads, cost.wakeups) == (2, 43)


def test_this_process_costs_what_its_own_clock_says() -> None:
    before, cost, after = time.process_time(), cost_of(os.getpid()), time.process_time()
    assert before < cost.cpu_seconds < after
    assert cost.peak_megabytes >= cost.resident_megabytes > 5


def test_a_child_costs_what_it_says_of_itself() -> None:
    working = "import time\nwhile time.process_time() < 0.1: pass\nprint(time.process_time(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", working], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        said = float(child.stdout.readline())
        assert said <= cost_of(child.pid).cpu_seconds < said + 0.05
        child.communicate(b"\n")


def test_a_process_that_is_ended_may_say_its_last_word() -> None:
    waiting = "import signal, sys; signal.signal(15, lambda *_: sys.exit(3)); print(flush=True); signal.pause()"
    child = subprocess.Popen([sys.executable, "-c", waiting], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"\n"
    end(child)
    assert child.returncode == 3
    with pytest.raises(FileNotFoundError):
        cost_of(child.pid)
