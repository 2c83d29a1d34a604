"""Runs inside a machine of the bench: takes one command a line, as JSON, and answers with its status and output."""

import json
import os
import socket
import subprocess
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

PORT = Path("/dev/virtio-ports/bench")  # of a virtual machine
SOCKET = Path("/bench/agent.sock")  # of a container


def run(command: str, seconds: float) -> dict[str, object]:
    try:
        done = subprocess.run(
            ["/bin/bash", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return {"status": 124, "output": f"did not end within {seconds:g} s"}
    return {"status": done.returncode, "output": (done.stdout + done.stderr).decode(errors="replace")}


def fetch(method: str, address: str, seconds: float) -> dict[str, object]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method=method), timeout=seconds) as answered:
            return {"status": 0, "output": answered.read().decode()}
    except OSError as error:
        return {"status": 1, "output": str(error)}


def act(request: dict[str, Any]) -> dict[str, object]:
    if "address" in request:
        return fetch(request["method"], request["address"], request["seconds"])
    return run(request["command"], request["seconds"])


def answer(requests: Iterable[bytes], answers: BinaryIO) -> None:
    for line in requests:
        request = json.loads(line)
        answers.write(json.dumps({"number": request["number"], **act(request)}).encode() + b"\n")
        answers.flush()


def main() -> None:
    if PORT.exists():
        descriptor = os.open(PORT, os.O_RDWR)
        with os.fdopen(descriptor, "rb") as requests, os.fdopen(os.dup(descriptor), "wb") as answers:
            answer(requests, answers)
        return
    SOCKET.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(SOCKET))
        listener.listen()
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as requests, connection.makefile("wb") as answers:
                answer(requests, answers)


if __name__ == "__main__":
    main()
