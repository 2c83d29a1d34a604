"""In a child process: there is no way back from the filter."""

import subprocess
import sys

import pytest

_PROBE = """
import socket, subprocess, sys, threading
from mien.eye.sandbox import refuse_network

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
assert refuse_network()
go.set(); earlier_thread.join()
attempt(socket.AF_INET, socket.SOCK_DGRAM)
attempt(socket.AF_INET6, socket.SOCK_STREAM)
attempt(socket.AF_NETLINK, socket.SOCK_RAW)
attempt(socket.AF_UNIX, socket.SOCK_STREAM)
code = "import socket; socket.socket(socket.AF_INET)"
results.append(str(subprocess.run([sys.executable, "-c", code], capture_output=True).returncode))
print(";".join(results))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="seccomp is Linux's")
def test_every_socket_but_a_unix_one_is_refused_in_old_threads_and_children_too() -> None:
    done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=True, timeout=60)
    refused = "Permission denied"
    assert done.stdout.strip().split(";") == [refused, refused, refused, refused, "made", "1"]
