"""MediaPipe wants to send metrics to its maker as it is closed: confined, it cannot, and detection goes on."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from edge.eye.drawn_face import drawn_faces

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="seccomp is Linux's")

# The second detector works after the first one's attempt.
_TWO_DETECTORS = """
import json, pathlib, sys, time
import numpy as np
from mien.eye.faces import MediaPipeFaces, shipped_detector
from mien.eye.sandbox import confine
from mien.types import Frame

assert confine().network_refused
shown = Frame(np.load(sys.argv[1]), 0.0)
found, closing_seconds = [], []
for _ in range(2):
    detector = MediaPipeFaces(shipped_detector(), 0.5)
    found.append(len(detector.detect(shown)))
    sys.stderr.write(f"found {found[-1]}\\n")
    begin = time.monotonic()
    detector.close()
    closing_seconds.append(time.monotonic() - begin)
open_files = [str(file.readlink()) for file in pathlib.Path("/proc/self/fd").iterdir() if file.is_symlink()]
print(json.dumps([found, max(closing_seconds), [name for name in open_files if name.startswith("socket:")]]))
"""


def run(folder: Path, *tracer: str) -> tuple[list[int], float, list[str]]:
    np.save(folder / "shown.npy", drawn_faces((320, 200, 160)).image)
    command = [*tracer, sys.executable, "-c", _TWO_DETECTORS, str(folder / "shown.npy")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    found, closing_seconds, sockets = json.loads(done.stdout)
    return found, closing_seconds, sockets


def test_it_closes_at_once_and_leaves_no_socket(tmp_path: Path) -> None:
    found, closing_seconds, sockets = run(tmp_path)
    assert found == [1, 1]
    assert closing_seconds < 1  # with a network that does not answer it takes 10 s
    assert sockets == []


@pytest.mark.slow
def test_its_attempt_is_refused_by_the_kernel_and_detection_goes_on(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not on this machine")
    trace = tmp_path / "trace"
    run(tmp_path, "strace", "-f", "-qq", "-e", "trace=socket,write", "-e", "signal=none", "-o", str(trace))
    _, between, _ = trace.read_text().split('"found 1\\n"')
    assert re.search(r"socket\(AF_INET6?,.*EACCES", between)
    calls = re.findall(r"socket\((AF_\w+),.* = (-?\d+)", trace.read_text())
    assert {family for family, result in calls if int(result) >= 0} <= {"AF_UNIX"}
