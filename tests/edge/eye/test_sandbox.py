"""The eye's confinement, each time in a child process: there is no way back from it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from development_data import development_data
from edge.command_line import COMMAND, mien, surroundings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="seccomp and Landlock are Linux's")

_REFUSED = "Permission denied"

_SOCKETS = """
import json, socket, subprocess, sys, threading
from mien.eye.sandbox import confine

results = []
def attempt(family, kind):
    try:
        socket.socket(family, kind).close()
        results.append("made")
    except OSError as error:
        results.append(error.strerror)

started, go = threading.Event(), threading.Event()
def late():
    started.set(); go.wait(); attempt(socket.AF_INET, socket.SOCK_STREAM)
earlier_thread = threading.Thread(target=late); earlier_thread.start(); started.wait()
assert confine(writes=True).network_refused
go.set(); earlier_thread.join()
attempt(socket.AF_INET, socket.SOCK_DGRAM)
attempt(socket.AF_INET6, socket.SOCK_STREAM)
attempt(socket.AF_NETLINK, socket.SOCK_RAW)
attempt(socket.AF_UNIX, socket.SOCK_STREAM)
code = "import socket; socket.socket(socket.AF_INET)"
results.append(subprocess.run([sys.executable, "-c", code], capture_output=True).returncode)
print(json.dumps(results))
"""

_WRITES = """
import ctypes, json, os, pathlib, socket, subprocess, sys, threading
{confine}

def link_across(): os.link("folder/file", "link")
def rename_across(): os.rename("folder/file", "moved")
def bind(): socket.socket(socket.AF_UNIX).bind("socket")
def attach(): os.setxattr("folder/file", "user.picture", b"pixels")
def descend():
    os.chdir("folder"); pathlib.Path("new").write_text("")

results = {{}}
def attempt(name, change):
    try:
        change()
        results[name] = "done"
    except OSError as error:
        results[name] = os.strerror(error.errno)

attempts = {{
    "write": lambda: open("folder/file", "r+"),
    "append": lambda: open("folder/file", "a"),
    "overwrite": lambda: open("folder/file", "w"),
    "empty by opening": lambda: os.open("folder/file", os.O_RDONLY | os.O_TRUNC),
    "truncate": lambda: os.truncate("folder/file", 0),
    "make": lambda: open("new", "w"),
    "make without a name": lambda: os.open(".", os.O_TMPFILE | os.O_RDWR),
    "make a folder": lambda: os.mkdir("made"),
    "make a pipe": lambda: os.mkfifo("pipe"),
    "make a link": lambda: os.symlink("folder", "link"),
    "make a second name": link_across,
    "bind a socket": bind,
    "rename": lambda: os.rename("folder/file", "folder/moved"),
    "rename across": rename_across,
    "remove": lambda: os.unlink("folder/file"),
    "remove a folder": lambda: os.rmdir("empty"),
    "attach": attach,
    "make shared memory": lambda: open(f"/dev/shm/mien-{{os.getpid()}}", "w"),
    "from another folder": descend,
}}
for name, change in attempts.items():
    attempt(name, change)
os.chdir(sys.argv[1])
thread = threading.Thread(target=attempt, args=("in a thread", attempts["make"])); thread.start(); thread.join()
code = "open('new', 'w')"
results["in a child"] = subprocess.run([sys.executable, "-c", code], capture_output=True).returncode
attempt("read", lambda: open("folder/file").read())
attempt("list", lambda: os.listdir("folder"))
attempt("write to a device", lambda: open("/dev/null", "w").write("pixels"))
print(json.dumps(results))
"""


def run(code: str, folder: Path) -> Any:
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder/file").write_text("as it was")
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text() if path.suffix == "" and path.is_file() else ""
        for path in folder.rglob("*")
    }


def has_landlock() -> bool:
    code = "from mien.eye.landlock import refuse_writing; print(int(refuse_writing()))"
    return bool(run(code, Path.cwd()))


@pytest.fixture(scope="module")
def landlock() -> None:
    if not has_landlock():
        pytest.skip("this kernel has no Landlock")


def test_every_socket_but_a_unix_one_is_refused_in_old_threads_and_children_too(tmp_path: Path) -> None:
    assert run(_SOCKETS, tmp_path) == [_REFUSED, _REFUSED, _REFUSED, _REFUSED, "made", 1]


@pytest.mark.usefixtures("landlock")
def test_every_change_to_a_disk_is_refused_and_reading_goes_on(folder: Path) -> None:
    confine = "from mien.eye.sandbox import confine; assert confine().writing_refused"
    before = contents(folder)
    results = run(_WRITES.format(confine=confine), folder)
    allowed = {name: results.pop(name) for name in ("read", "list", "write to a device")}
    assert set(allowed.values()) == {"done"}
    assert results.pop("in a child") == 1
    assert results == dict.fromkeys(results, _REFUSED)
    assert contents(folder) == before


@pytest.mark.usefixtures("landlock")
@pytest.mark.parametrize("version", [1, 2, 3, 99])
def test_an_older_kernel_refuses_what_it_can_and_a_newer_one_no_less(folder: Path, version: int) -> None:
    confine = f"from mien.eye.landlock import refuse_writing_as; assert refuse_writing_as({version})"
    results = run(_WRITES.format(confine=confine), folder)
    done = {name for name, result in results.items() if result == "done"} - {"read", "list", "write to a device"}
    assert done - {"attach"} == ({"empty by opening", "truncate"} if version < 3 else set())
    assert (folder / "folder/file").read_text() == ("" if version < 3 else "as it was")


@pytest.mark.usefixtures("landlock")
@pytest.mark.parametrize(("kept", "made", "written"), [("network", True, False), ("writes", False, True)])
def test_what_is_needed_can_be_kept(folder: Path, kept: str, made: bool, written: bool) -> None:
    code = f"""
import json, os, socket
from mien.eye.sandbox import confine
held = confine({kept}=True)
def works(what):
    try:
        what()
    except PermissionError:
        return False
    return True
made, written = works(lambda: socket.socket(socket.AF_INET)), works(lambda: open("new", "w").write("kept"))
attached = works(lambda: os.setxattr("folder/file", "user.picture", b"kept"))
print(json.dumps([held.network_refused, held.writing_refused, held.complaints, made, written, attached]))
"""
    assert run(code, folder) == [not made, not written, [], made, written, written]


def test_threads_that_are_there_before_are_told_of() -> None:
    code = """
import json, threading
from mien.eye.sandbox import confine
wait = threading.Event()
threading.Thread(target=wait.wait, daemon=True).start()
print(json.dumps(confine().complaints))
"""
    (complaint,) = run(code, Path.cwd())
    assert "could not give up writing to disk" in complaint


def test_a_crash_leaves_no_picture_of_the_memory(tmp_path: Path) -> None:
    code = """
import ctypes, json, os, signal
from mien.eye.sandbox import confine
child = os.fork()
if child == 0:
    confine()
    if ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0:  # PR_GET_DUMPABLE
        os.kill(os.getpid(), signal.SIGABRT)
    os._exit(1)
_, status = os.waitpid(child, 0)
print(json.dumps([os.WIFSIGNALED(status), os.WCOREDUMP(status)]))
"""
    assert run(code, tmp_path) == [True, False]


def test_no_signal_reaches_another_process_but_a_child(tmp_path: Path) -> None:
    code = """
import json, os, signal, subprocess
from mien.eye.landlock import refuse_writing_as
refused = refuse_writing_as(6)
try:
    os.kill(os.getppid(), 0)
    told = "reached"
except PermissionError:
    told = "refused"
child = subprocess.Popen(["sleep", "60"])
child.kill()
print(json.dumps([refused, told, child.wait()]))
"""
    refused, told, child = run(code, tmp_path)
    assert child == -9
    assert told == ("refused" if refused else "reached")


def test_a_folder_of_pictures_is_watched_without_a_trace_on_disk(tmp_path: Path) -> None:
    for name in ("home", "temporary", "pictures"):
        (tmp_path / name).mkdir()
    cv2.imwrite(str(tmp_path / "pictures/one.png"), np.zeros((96, 128, 3), np.uint8))
    done = mien(tmp_path / "home", "watch", tmp_path / "pictures", "--json", TMPDIR=str(tmp_path / "temporary"))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["face"] is None
    assert contents(tmp_path) == {"home": "", "temporary": "", "pictures": "", "pictures/one.png": ""}


@pytest.mark.slow
@pytest.mark.parametrize("detector", ["onnx", "mediapipe"])
def test_during_a_run_no_file_is_written_and_no_socket_but_a_unix_one_is_made(tmp_path: Path, detector: str) -> None:
    """Every system call of a whole run of the eye on a clip that could write or speak."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not on this machine")
    clip = development_data("videos", "pyfeat_WolfgangLanger_Pexels.mp4")
    traced = "open,openat,openat2,creat,socket,/^(rename|link|symlink|mkdir|mknod|truncate|unlink).*"
    (tmp_path / "mien.toml").write_text(f'[eye]\ndetector = "{detector}"\n')
    # A file for each thread, so that no call is torn by another's.
    strace = ["strace", "-ffqq", "-e", f"trace={traced}", "-e", "signal=none", "-o", f"{tmp_path}/trace"]
    done = subprocess.run(
        [*strace, *COMMAND, "eye", "--json", "--source", str(clip), "--config", f"{tmp_path}/mien.toml"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=surroundings(tmp_path, PYTHONDONTWRITEBYTECODE="1"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum(one["face"] is not None for one in seen) > 60
    calls = [call for trace in tmp_path.glob("trace.*") for call in trace.read_text().splitlines()]
    assert {call for call in calls if changes_something(call)} == set()
    refused = [call for call in calls if call.startswith("socket(AF_INET") and "EACCES" in call]
    assert bool(refused) is (detector == "mediapipe"), "MediaPipe alone tries to reach the network"


def changes_something(call: str) -> bool:
    """Say whether a traced call made a socket or wrote to a disk."""
    if "= -1 " in call:
        return False
    if call.startswith("socket("):
        return not call.startswith("socket(AF_UNIX,")
    if call.startswith("open"):
        return re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", call) is not None and '"/dev/' not in call
    return True
