"""The player's end of the socket: it listens, one eye connects, and connects again after a restart."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from mien.errors import LinkError, PictureError
from mien.link.lines import (
    LARGEST_PHOTO_BYTES,
    LONGEST_LINE_BYTES,
    EyeState,
    PhotoAnswer,
    PhotoRequest,
    decode,
    encode,
)
from mien.types import Judgement, Observation

_LOG = logging.getLogger(__name__)
_PHOTO_TIMEOUT_SECONDS = 20.0


class EyeServer:
    """Listens on a Unix socket and hands on what the eye says.

    Args:
        path: where the socket is made; its folder is made too. The eye's user must be able to write to it.
        on_message: called on the server's thread with each observation and state.
        on_connection: called on the server's thread when an eye comes (True) or goes (False).
    """

    def __init__(
        self, path: Path, on_message: Callable[[Observation | EyeState], None], on_connection: Callable[[bool], None]
    ) -> None:
        self._path = path
        self._on_message, self._on_connection = on_message, on_connection
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._eye: socket.socket | None = None
        self._sending = threading.Lock()
        self._answered = threading.Condition()
        self._answers: dict[int, PhotoAnswer | None] = {}
        self._last_request = 0

    def start(self) -> None:
        """Listen, and serve on a thread of its own.

        Raises:
            LinkError: the socket cannot be made, or another player listens on it.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._remove_stale()
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(str(self._path))
            self._path.chmod(0o660)
            listener.listen(1)
        except OSError as error:
            raise LinkError(f"The socket {self._path} cannot be made: {error.strerror or error}.") from error
        self._listener = listener
        self._thread = threading.Thread(target=self._serve, name="eye-link", daemon=True)
        self._thread.start()

    def _remove_stale(self) -> None:
        """Remove the socket of a player that died; one that answers belongs to a living one."""
        if not self._path.exists():
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(self._path))
            except OSError:
                self._path.unlink()
                return
        raise LinkError(f"Another mien already runs and listens on {self._path}; stop it first.")

    def _serve(self) -> None:
        assert self._listener is not None
        while True:
            try:
                eye, _ = self._listener.accept()
            except OSError:
                return  # closed
            eye.settimeout(None)
            self._eye = eye
            self._on_connection(True)
            try:
                self._read(eye)
            except (LinkError, OSError) as error:
                _LOG.warning("%s The eye's connection is closed.", error)
            finally:
                self._eye = None
                eye.close()
                self._fail_waiting()
                self._on_connection(False)

    def _read(self, eye: socket.socket) -> None:
        with eye.makefile("rb") as lines:
            while line := lines.readline(LONGEST_LINE_BYTES):
                if not line.endswith(b"\n"):
                    raise LinkError(f"The eye sent a line of over {LONGEST_LINE_BYTES} bytes.")
                message = decode(line)
                if isinstance(message, PhotoAnswer):
                    self._take_answer(message)
                else:
                    self._on_message(message)

    def judge(self, photo: bytes) -> Judgement:
        """Have the eye judge a photo.

        Raises:
            PictureError: the eye cannot read the photo.
            LinkError: no eye is connected, it went away, or it did not answer in time.
        """
        if len(photo) > LARGEST_PHOTO_BYTES:
            raise PictureError(f"The photo has {len(photo)} bytes; {LARGEST_PHOTO_BYTES} are allowed.")
        eye = self._eye
        if eye is None:
            raise LinkError("The eye does not run, so no photo can be judged now; try again in a few seconds.")
        with self._answered:
            self._last_request += 1
            request = self._last_request
            self._answers[request] = None
        try:
            with self._sending:
                eye.sendall(encode(PhotoRequest(request, len(photo))) + photo)
            answer = self._wait_for(request)
        except OSError as error:
            raise LinkError(f"The eye went away while a photo was sent ({error}); try again.") from error
        finally:
            with self._answered:
                self._answers.pop(request, None)
        if answer.judgement is None:
            raise PictureError(answer.error)
        return answer.judgement

    def _wait_for(self, request: int) -> PhotoAnswer:
        with self._answered:
            self._answered.wait_for(
                lambda: request not in self._answers or self._answers[request] is not None, _PHOTO_TIMEOUT_SECONDS
            )
            answer = self._answers.get(request)
        if answer is None:
            raise LinkError("The eye did not answer about the photo; try again in a few seconds.")
        return answer

    def _take_answer(self, answer: PhotoAnswer) -> None:
        with self._answered:
            if answer.request in self._answers:
                self._answers[answer.request] = answer
                self._answered.notify_all()

    def _fail_waiting(self) -> None:
        with self._answered:
            self._answers.clear()
            self._answered.notify_all()

    def close(self) -> None:
        """Stop listening, drop the eye and remove the socket; a second call does nothing."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        for part in (listener, self._eye):
            if part is not None:
                try:
                    part.shutdown(socket.SHUT_RDWR)
                except OSError:
                    _LOG.debug("The socket was already shut.")
        listener.close()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._path.unlink(missing_ok=True)
