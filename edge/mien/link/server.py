"""The player's end of the socket: it listens, one eye connects, and connects again after a restart."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mien.errors import LinkError, PictureError
from mien.link.lines import (
    LARGEST_PHOTO_BYTES,
    LONGEST_LINE_BYTES,
    EyeCondition,
    EyeState,
    PhotoAnswer,
    PhotoRequest,
    WatchRequest,
    decode,
    encode,
)
from mien.link.pace import Pace
from mien.link.sockets import eye_users, limit_sending, shut, user_of
from mien.types import Judgement, Observation

_LOG = logging.getLogger(__name__)
_PROBE_SECONDS = 1.0
_RETRY_SECONDS = 1.0
# An eye tells of up to 120 pictures a second, and after a pause of this process all that has waited comes at once.
_LINES_AT_ONCE, _LINES_PER_SECOND = 1000, 250.0


class EyeServer:
    """Listens on a Unix socket and hands on what the eye says.

    Args:
        path: where the socket is made; its folder is made too. The eye's user must be able to write to it.
        on_message: called on the server's thread with each observation and state.
        on_connection: called on the server's thread when an eye comes (True) or goes (False).
        photo_timeout_seconds: how long the eye may take for a photo.
        users: the user ids that are listened to; None for those that an eye may run under.
        connections: how fast connections may follow one another.
        rest_seconds: how long the eye may take to say that its camera is closed.
    """

    def __init__(  # noqa: PLR0913 - what it tells, and how patient it is
        self,
        path: Path,
        on_message: Callable[[Observation | EyeState], None],
        on_connection: Callable[[bool], None],
        *,
        photo_timeout_seconds: float = 20.0,
        users: frozenset[int] | None = None,
        connections: Pace | None = None,
        rest_seconds: float = 3.0,
    ) -> None:
        self._path, self._rest_seconds = path, rest_seconds
        self._photo_timeout_seconds = photo_timeout_seconds
        self._on_message, self._on_connection = on_message, on_connection
        self._users = eye_users() if users is None else users
        self._watching = True
        self._resting = threading.Condition()
        self._may_look = False  # an eye that was not told to close its camera, or has not yet said that it did
        self._turned_away: set[int] = set()
        self._connections = connections or Pace(at_once=10, per_second=0.2)
        self._closing = threading.Event()
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
            self._listener = self._listen()
        except OSError as error:
            raise LinkError(f"The socket {self._path} cannot be made: {error.strerror or error}.") from error
        self._thread = threading.Thread(target=self._serve, args=(self._listener,), name="eye-link", daemon=True)
        self._thread.start()

    def _listen(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(str(self._path))
            self._path.chmod(0o660)
            listener.listen(1)
        except OSError:
            listener.close()
            raise
        return listener

    def _remove_stale(self) -> None:
        """Remove the socket of a player that died; one that answers belongs to a living one."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(_PROBE_SECONDS)
            try:
                probe.connect(str(self._path))
            except (ConnectionRefusedError, FileNotFoundError):
                self._path.unlink(missing_ok=True)
                return
            except (BlockingIOError, TimeoutError):
                _LOG.debug("Many wait for the socket already.")
        raise LinkError(f"Another mien already runs and listens on {self._path}; stop it first.")

    def _serve(self, listener: socket.socket) -> None:
        while not self._closing.is_set():
            try:
                eye, _ = listener.accept()
            except OSError as error:
                if not self._closing.wait(_RETRY_SECONDS):
                    _LOG.warning("No eye can connect for the moment: %s.", error.strerror)
                continue
            with eye:
                if self._is_welcome(eye):
                    self._serve_one(eye)
            self._closing.wait(self._connections.wait_seconds(time.monotonic()))

    def _is_welcome(self, eye: socket.socket) -> bool:
        user = user_of(eye)
        if user in self._users:
            return True
        if user not in self._turned_away:
            self._turned_away.add(user)
            _LOG.warning(
                "A process of the user %d wanted to be the eye; it is turned away, now and from here on.", user
            )
        return False

    def _serve_one(self, eye: socket.socket) -> None:
        self._on_connection(True)
        self._note_look(True)
        try:
            limit_sending(eye, self._photo_timeout_seconds)
            with self._sending, suppress(OSError):  # an eye that is gone already may have said something
                self._eye = eye
                eye.sendall(encode(WatchRequest(self._watching)))
            if not self._closing.is_set():  # `close` may have come before it could see this eye
                self._read(eye)
            self._note_end(eye)
        except ConnectionResetError:
            _LOG.debug("The eye went before it read what it was told.")
            self._note_end(eye)
        except (LinkError, OSError) as error:
            _LOG.warning("%s The eye's connection is closed.", error)
        finally:
            self._eye = None
            self._fail_waiting()
            self._on_connection(False)

    def _read(self, eye: socket.socket) -> None:
        pace = Pace(_LINES_AT_ONCE, _LINES_PER_SECOND)
        with eye.makefile("rb") as lines:
            while line := lines.readline(LONGEST_LINE_BYTES):
                if not line.endswith(b"\n"):
                    what = f"over {LONGEST_LINE_BYTES} bytes" if len(line) == LONGEST_LINE_BYTES else "no end"
                    raise LinkError(f"The eye sent a line of {what}.")
                message = decode(line)
                if isinstance(message, PhotoAnswer):
                    self._take_answer(message)
                else:
                    if isinstance(message, EyeState):
                        self._note_look(message.condition not in (EyeCondition.RESTING, EyeCondition.ENDED))
                    self._on_message(message)
                self._closing.wait(pace.wait_seconds(time.monotonic()))

    def set_watching(self, watching: bool) -> None:
        """Tell this eye, and every later one, whether its camera shall be open; wait until it is closed.

        An eye that does not say so in time is dropped, since one without a player rests, and told when it comes again.

        Raises:
            LinkError: nobody knows whether the camera is closed.
        """
        deadline = time.monotonic() + self._rest_seconds
        self._watching = watching
        if watching and self._eye is not None:
            self._note_look(True)
        self._tell_watching(watching, deadline)
        if not watching:
            self._wait_for_rest(deadline)

    def _tell_watching(self, watching: bool, deadline: float) -> None:
        taken = self._sending.acquire(timeout=max(0.0, deadline - time.monotonic()))  # a photo may be under way
        eye = self._eye  # it may go meanwhile
        try:
            if eye is not None and taken:
                eye.sendall(encode(WatchRequest(watching)))
            elif eye is not None:
                self._drop(eye)
        except ConnectionError:
            _LOG.debug("The eye went just now; the thread that reads notes it.")
        except OSError:
            self._drop(eye)
        finally:
            if taken:
                self._sending.release()

    def _wait_for_rest(self, deadline: float) -> None:
        with self._resting:
            if self._resting.wait_for(lambda: not self._may_look, max(0.0, deadline - time.monotonic())):
                return
        self._drop(self._eye)
        raise LinkError(
            "The eye does not answer, so its camera may still be open; unplug it, or start mien and its eye again."
        )

    def _drop(self, eye: socket.socket | None) -> None:
        """End an eye's connection; that it is gone says nothing of its camera."""
        self._eye = None
        if eye is not None:
            shut(eye)

    def _note_end(self, eye: socket.socket) -> None:
        """Take an eye that went by itself for one that ended, and its camera with it."""
        if self._eye is eye:
            self._note_look(False)

    def _note_look(self, may_look: bool) -> None:
        with self._resting:
            self._may_look = may_look
            self._resting.notify_all()

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
            if not isinstance(error, ConnectionError):  # then it went by itself
                self._drop(eye)  # a part of the photo may be under way: only a new connection is clean again
            raise LinkError(f"The eye did not take the photo ({error}); try again in a few seconds.") from error
        finally:
            with self._answered:
                self._answers.pop(request, None)
        if answer.judgement is None:
            raise PictureError(answer.error)
        return answer.judgement

    def _wait_for(self, request: int) -> PhotoAnswer:
        with self._answered:
            self._answered.wait_for(
                lambda: request not in self._answers or self._answers[request] is not None, self._photo_timeout_seconds
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
        self._closing.set()
        listener, self._listener = self._listener, None
        if listener is None:
            return
        for part in (listener, self._eye):
            if part is not None:
                shut(part)
        listener.close()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._path.unlink(missing_ok=True)
