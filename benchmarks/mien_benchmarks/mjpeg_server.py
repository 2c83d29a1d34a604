"""A network camera to measure with: a process of its own that sends coded pictures at a steady rate, as a webcam does.

Run as a program, `mjpeg_server.py RATE FOLDER` prints its address and shows the JPEG pictures of the folder in the
order of their names, forward and backward for ever. Each line that it reads names another folder to be shown from then
on. It ends with its standard input.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class NetworkCamera:
    """The camera as whoever started it sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None
        self.address = process.stdout.readline().strip()
        """What to give as camera.source."""

    def show(self, folder: Path) -> None:
        """Show the pictures of another folder from now on."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()


@contextmanager
def network_camera(folder: Path, pictures_per_second: float) -> Iterator[NetworkCamera]:
    """Run a network camera on a free port of this machine.

    Args:
        folder: of its JPEG pictures.
        pictures_per_second: that it sends to each reader.
    """
    command = [sys.executable, "-P", __file__, str(pictures_per_second), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        yield NetworkCamera(process)  # leaving closes its standard input, and waits for it


class _Show:
    """What is shown now."""

    def __init__(self, folder: Path) -> None:
        self.change(folder)

    def change(self, folder: Path) -> None:
        pictures = [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]
        self.pictures = pictures + pictures[-2:0:-1]


def _handler(show: _Show, period_seconds: float) -> type[BaseHTTPRequestHandler]:
    class Stream(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
            self.end_headers()
            due, count = time.monotonic(), 0
            while True:
                pictures = show.pictures
                picture = pictures[count % len(pictures)]
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                self.wfile.write(head.encode() + picture + b"\r\n")
                due, count = max(due + period_seconds, time.monotonic()), count + 1
                time.sleep(max(0.0, due - time.monotonic()))

        def log_message(self, *_: object) -> None:
            """Say nothing: what fails is seen at the other end."""

    return Stream


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Say nothing of a reader that went away."""


def _main() -> None:
    rate, folder = sys.argv[1:]
    show = _Show(Path(folder))
    server = _Server(("127.0.0.1", 0), _handler(show, 1 / float(rate)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)  # noqa: T201
    for line in sys.stdin:
        show.change(Path(line.rstrip("\n")))


if __name__ == "__main__":
    _main()
