"""The eye's end of the socket: it connects, connects again, sends what it sees and answers about photos."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from mien.errors import LinkError, PictureError
from mien.link.lines import EyeState, Message, PhotoAnswer, WatchRequest, decode_request, encode
from mien.link.sockets import limit_sending, shut
from mien.types import Judgement

_LOG = logging.getLogger(__name__)
_RECONNECT_SECONDS = 1.0
_SEND_SECONDS = 5
_LONGEST_REQUEST_BYTES = 1024


class PlayerLink:
    """A connection to the player that comes back by itself. What is sent while there is none is lost: it is old news.

    Args:
        path: the player's socket.
        judge: called on the link's thread with a photo's bytes; a PictureError becomes its answer.
        on_lost: called on the link's thread when the player went away.
        on_watch: called on the link's thread when the player says whether the camera shall be open, which is its first
            word to every eye.
    """

    def __init__(
        self,
        path: Path,
        judge: Callable[[bytes], Judgement],
        on_lost: Callable[[], None],
        on_watch: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._path, self._judge, self._on_lost, self._on_watch = path, judge, on_lost, on_watch
        self._state: EyeState | None = None  # told again to a player that was started later
        self._connected = threading.Event()
        self._socket: socket.socket | None = None
        self._sending = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_connected, name="player-link", daemon=True)

    def start(self) -> None:
        """Connect on a thread of its own."""
        self._thread.start()

    def send(self, message: Message) -> bool:
        """Send a message; False when the player is not there."""
        with self._sending:
            if isinstance(message, EyeState):
                self._state = message
            if self._socket is None:
                return False
            try:
                self._socket.sendall(encode(message))
            except OSError:
                shut(self._socket)  # a part of the line may be under way: only a new connection is clean again
                return False
            return True

    def wait_connected(self, timeout_seconds: float) -> bool:
        """Wait for the player; False when it did not come in time."""
        return self._connected.wait(timeout_seconds)

    def _keep_connected(self) -> None:
        while not self._closing.is_set():
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.connect(str(self._path))
            except OSError:
                connection.close()
                self._closing.wait(_RECONNECT_SECONDS)
                continue
            try:
                limit_sending(connection, _SEND_SECONDS)
                with self._sending:
                    self._socket = connection
                    if self._state is not None:
                        connection.sendall(encode(self._state))
                self._connected.set()
                self._answer_requests(connection)
            except (LinkError, OSError) as error:
                _LOG.warning("The connection to the player was lost: %s", error)
            finally:
                with self._sending:
                    self._socket = None
                connection.close()
            if not self._closing.is_set():
                self._on_lost()
                self._closing.wait(_RECONNECT_SECONDS)  # a player that turns the eye away is not hammered

    def _answer_requests(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as requests:
            while line := requests.readline(_LONGEST_REQUEST_BYTES):
                request = decode_request(line)
                if isinstance(request, WatchRequest):
                    self._on_watch(request.watching)
                    continue
                photo = requests.read(request.size_bytes)
                if len(photo) < request.size_bytes:
                    return  # the player went away
                self.send(self._answer(request.request, photo))

    def _answer(self, request: int, photo: bytes) -> PhotoAnswer:
        try:
            return PhotoAnswer(request, self._judge(photo), "")
        except PictureError as error:
            return PhotoAnswer(request, None, str(error))
        except Exception:  # boundary: photos come from outside, and an odd one must not blind the eye
            _LOG.exception("A photo could not be judged.")
            return PhotoAnswer(request, None, "The photo could not be judged; choose another one.")

    def close(self) -> None:
        """Disconnect; a second call does nothing."""
        self._closing.set()
        with self._sending:
            if self._socket is not None:
                shut(self._socket)
        if self._thread.ident is not None:
            self._thread.join(timeout=5)
