"""Real HTTP servers that a network camera's faults are made with."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import cv2
import numpy as np
import pytest

from mien import config
from mien.errors import SettingsError, SourceError
from mien.eye.camera import open_camera
from mien.eye.pace import steady
from mien.eye.stream import StreamCamera
from mien.types import Fault


def stream(source: str) -> StreamCamera:
    return StreamCamera(config.load(changes={"camera": {"source": source}}).camera, steady(None))


@contextmanager
def served(send: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Serve an answer on a free port and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            send(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send_pictures(request: BaseHTTPRequestHandler) -> None:
    """Send ten pictures as a network camera does, and hang up."""
    request.send_response(200)
    request.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
    request.end_headers()
    for number in range(10):
        picture = cv2.imencode(".jpg", np.full((48, 64, 3), 20 * number, np.uint8))[1].tobytes()
        head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
        request.wfile.write(head.encode() + picture + b"\r\n")


def test_a_stream_gives_pictures_until_it_stops() -> None:
    with served(send_pictures) as host:
        frames = stream(f"http://me:secret@{host}/video").frames()
        first = next(frames)
        assert first.image.shape == (48, 64, 3)
        with pytest.raises(SourceError, match="stopped giving pictures; check the camera and the network") as lost:
            list(frames)
    assert lost.value.fault is Fault.CAMERA_LOST
    assert "secret" not in str(lost.value)
    assert host in str(lost.value)


def test_a_stream_that_does_not_answer_is_named() -> None:
    settings = config.load(changes={"camera": {"source": "http://127.0.0.1:9/stream"}}).camera
    with pytest.raises(SourceError, match=r"127\.0\.0\.1:9/.* cannot be opened") as missing:
        next(open_camera(settings, steady(None), paced=True).frames())
    assert missing.value.fault is Fault.CAMERA_MISSING


@pytest.mark.parametrize(
    "source",
    [
        "http://me:secret@127.0.0.1:9/stream",
        "http://me:sec/secret@127.0.0.1:9/stream",
        "http://me:s@secret@127.0.0.1:9/stream",
        "HTTP://me:secret@127.0.0.1:9/stream",
        "http://127.0.0.1:9/video.cgi?user=me&pwd=secret",
        "http://127.0.0.1:9?pwd=secret",
        "http://127.0.0.1:9/user=me&password=secret&channel=1",
        "http://127.0.0.1:9/stream#secret",
        "htp://me:secret@127.0.0.1:9/stream",
    ],
)
def test_a_password_is_shown_nowhere(source: str) -> None:
    settings = config.load(changes={"camera": {"source": source}}).camera
    assert "secret" not in settings.shown_source
    assert "127.0.0.1:9" in settings.shown_source
    with pytest.raises(SourceError) as refused:
        next(open_camera(settings, steady(None), paced=True).frames())
    assert "secret" not in str(refused.value)


def test_an_address_that_cannot_be_used_is_not_shown_either() -> None:
    with pytest.raises(SettingsError, match=r"camera\.source: no control characters") as refused:
        config.load(changes={"camera": {"source": "http://me:secret@127.0.0.1:9/stream\n"}})
    assert "secret" not in str(refused.value)
