"""The eye's end of the socket: it connects, connects again, sends what it sees and answers about photos."""

from __future__ import annotations

import logging
import queue
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mien.errors import LinkError, PictureError
from mien.link.lines import EyeState, Message, PhotoAnswer, PhotoRequest, WatchRequest, decode_request, encode
from mien.link.sockets import limit_sending, shut
from mien.types import Judgement

_LOG = logging.getLogger(__name__)
_RECONNECT_SECONDS = 1.0
_SEND_SECONDS = 5
_LONGEST_REQUEST_BYTES = 1024
_MOST_PHOTOS = 8  # wait


@dataclass(frozen=True, slots=True)
class _Photo:
    """A photo to judge for a player."""

    connection: socket.socket
    request: PhotoRequest
    content: bytes


class PlayerLink:
    """A connection to the player that comes back by itself. What is sent while there is none is lost: it is old news.

    Args:
        path: the player's socket.
        judge: called with a photo's bytes, on a thread of its own, since a word about the camera must not wait behind
            photos; a PictureError becomes its answer.
        on_lost: called on the link's thread when the player went away.
        on_watch: called on one of the link's threads when the player says whether the camera shall be open, which is
            its first word to every eye; and with False when no player said a word for long since one went away.
        alone_seconds: how long that is.
    """

    def __init__(
        self,
        path: Path,
        judge: Callable[[bytes], Judgement],
        on_lost: Callable[[], None],
        on_watch: Callable[[bool], None] = lambda _: None,
        alone_seconds: float = 10.0,
    ) -> None:
        self._path, self._judge, self._on_lost, self._on_watch = path, judge, on_lost, on_watch
        self._state: EyeState | None = None  # told again to a player that was started later
        self._connected = threading.Event()
        self._socket: socket.socket | None = None
        self._sending = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_connected, name="player-link", daemon=True)
        self._photos: queue.Queue[_Photo | None] = queue.Queue(_MOST_PHOTOS)
        self._judging = threading.Thread(target=self._judge_photos, name="photos", daemon=True)
        self._alone_seconds = alone_seconds
        self._leading = threading.Lock()  # of what is told to `on_watch`
        self._alone: threading.Timer | None = None  # runs from when a player went until one says a word

    def start(self) -> None:
        """Connect and judge on threads of their own."""
        self._thread.start()
        self._judging.start()

    def send(self, message: Message) -> bool:
        """Send a message; False when the player is not there."""
        with self._sending:
            if isinstance(message, EyeState):
                self._state = message
            return self._send_now(message)

    def _send_now(self, message: Message) -> bool:
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
                self._begin_alone()
                self._on_lost()
                self._closing.wait(_RECONNECT_SECONDS)  # a player that turns the eye away is not hammered

    def _answer_requests(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as requests:
            while line := requests.readline(_LONGEST_REQUEST_BYTES):
                request = decode_request(line)
                if isinstance(request, WatchRequest):
                    self._be_led(request.watching)
                    continue
                photo = requests.read(request.size_bytes)
                if len(photo) < request.size_bytes:
                    return  # the player went away
                self._put(_Photo(connection, request, photo))

    def _be_led(self, watching: bool) -> None:
        with self._leading:
            if self._alone is not None:
                self._alone.cancel()
                self._alone = None
            self._on_watch(watching)

    def _begin_alone(self) -> None:
        with self._leading:
            if self._alone is None:
                self._alone = threading.Timer(self._alone_seconds, self._rest_alone)
                self._alone.daemon = True
                self._alone.start()

    def _rest_alone(self) -> None:
        with self._leading:
            if self._alone is threading.current_thread():  # no player spoke in this very moment
                self._on_watch(False)

    def _put(self, photo: _Photo) -> None:
        try:
            self._photos.put_nowait(photo)
        except queue.Full:
            self.send(PhotoAnswer(photo.request.request, None, "The eye judges other photos; try again in a moment."))

    def _judge_photos(self) -> None:
        while (photo := self._photos.get()) is not None and not self._closing.is_set():
            if self._socket is photo.connection:
                answer = self._answer(photo.request.request, photo.content)
                with self._sending:
                    if self._socket is photo.connection:  # another player counts its requests anew
                        self._send_now(answer)

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
        with suppress(queue.Full):  # then there is enough to wake it
            self._photos.put_nowait(None)
        with self._leading:
            if self._alone is not None:
                self._alone.cancel()
        for thread in (self._thread, self._judging):
            if thread.ident is not None:
                thread.join(timeout=5)
