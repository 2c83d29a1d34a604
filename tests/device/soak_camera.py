"""A network camera for the soak: clips in an endless loop as Motion JPEG over HTTP, which can fail on purpose."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2

_WIDTH = 640


def read_clips(clips: list[Path], frames_per_second: float) -> list[bytes]:
    """Return the clips' pictures at a steady rate, as JPEG."""
    pictures = []
    for clip in clips:
        capture = cv2.VideoCapture(str(clip))
        step = max(round((capture.get(cv2.CAP_PROP_FPS) or 25.0) / frames_per_second), 1)
        count = 0
        while capture.grab():
            if count % step == 0:
                _, image = capture.retrieve()
                height = round(image.shape[0] * _WIDTH / image.shape[1])
                pictures.append(cv2.imencode(".jpg", cv2.resize(image, (_WIDTH, height)))[1].tobytes())
            count += 1
        capture.release()
    return pictures


class NetworkCamera:
    """Serves pictures to whoever asks, at a steady rate, until it is closed.

    While `dropped` is set it ends its streams and refuses new ones; while `stalled` is set, it sends nothing.
    """

    def __init__(self, pictures: list[bytes], frames_per_second: float) -> None:
        """Begin to serve on a free port."""
        self.dropped, self.stalled = threading.Event(), threading.Event()
        self.served = 0
        camera = self

        class Stream(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if camera.dropped.is_set():
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                while not camera.dropped.is_set():
                    time.sleep(1.0 / frames_per_second)
                    if not camera.stalled.is_set():
                        picture = pictures[camera.served % len(pictures)]
                        camera.served += 1
                        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                        self.wfile.write(head.encode() + picture + b"\r\n")

            def log_message(self, *_arguments: object) -> None:
                """Say nothing: what fails is seen at the other end."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_arguments: object) -> None:
                """Say nothing of a reader that went away."""

        self._server = Server(("127.0.0.1", 0), Stream)
        threading.Thread(target=self._server.serve_forever, name="camera", daemon=True).start()

    @property
    def address(self) -> str:
        """What to give as camera.source."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        """End all streams."""
        self.dropped.set()
        self._server.shutdown()
        self._server.server_close()
