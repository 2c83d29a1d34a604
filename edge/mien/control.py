"""The page's and the bridges' way into the player: what they ask goes through its inbox."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import partial
from pathlib import Path
from typing import TypeVar

from mien.board import Board
from mien.errors import LinkError, MienError, SettingsError
from mien.hands import Hands
from mien.inbox import Inbox
from mien.mood.override import check_minutes
from mien.music.cover import cover_of
from mien.music.jukebox import Jukebox
from mien.ports import MusicPlayer
from mien.trace_lines import Asked
from mien.types import BaselineState, Choice, Emotion, Judgement, Mood, PolicyName, Snapshot, Verdict

_ANSWER_SECONDS = 10.0
_MOST_WAITING = 50  # of what is asked; what the eye and VLC tell is never refused

Answer = TypeVar("Answer")


class PlayerControl:
    """Implements `ports.Control`; safe to call from any thread but the player's own.

    Args:
        inbox: the player's.
        board: shows the player.
        hands: what is asked, on the player's thread.
        jukebox: plays, on the player's thread.
        music: makes it sound.
        judge: has a photo judged in the eye's process.
        watch: tells the eye whether its camera shall be open, and returns once it is closed; a LinkError where the eye
            does not say so.
        may_watch: False where the settings say that no camera may be opened.
    """

    def __init__(  # noqa: PLR0913 - the parts it asks
        self,
        *,
        inbox: Inbox,
        board: Board,
        hands: Hands,
        jukebox: Jukebox,
        music: MusicPlayer,
        judge: Callable[[bytes], Judgement],
        watch: Callable[[bool], None],
        may_watch: bool = True,
    ) -> None:
        self._inbox, self._board, self._hands = inbox, board, hands
        self._jukebox, self._music = jukebox, music
        self._judge, self._watch, self._may_watch = judge, watch, may_watch
        self._turning, self._counting = threading.Lock(), threading.Lock()
        self._waiting, self._skip_waits = 0, False

    def snapshot(self) -> Snapshot:
        """Say what is seen, decided and played now."""
        return self._board.snapshot()

    def wait(self, version: int, timeout_seconds: float) -> Snapshot:
        """Return the first snapshot newer than `version`, or the present one after the timeout."""
        return self._board.wait(version, timeout_seconds)

    def judge(self, photo: bytes) -> Judgement:
        """Have a photo judged in the eye's process."""
        return self._judge(photo)

    def recommend(self, mood: Mood, count: int) -> tuple[Choice, ...]:
        """Return the best tracks for a mood, the best first."""
        return self._ask(lambda: self._jukebox.recommend(mood, count))

    def play(self, path: Path) -> None:
        """Play a track of the library."""
        self._ask(lambda: self._hands.play(path))

    def skip(self) -> None:
        """Go to the next track for the present mood; while one skip waits, another adds nothing."""
        with self._counting:
            if self._skip_waits:
                return
            self._skip_waits = True
        try:
            self._put(self._skip)
        except LinkError:
            self._skip_waits = False
            raise

    def _skip(self) -> None:
        self._skip_waits = False
        self._jukebox.skip()

    def rate(self, path: Path, verdict: Verdict) -> None:
        """Take what somebody says of the track that plays."""
        self._ask(lambda: self._hands.rate(path, verdict))

    def pause(self) -> None:
        """Pause the music until `resume`."""
        self._put(self._jukebox.pause)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._put(self._jukebox.resume)

    def set_volume(self, percent: int) -> None:
        """Set the volume, capped at the settings' maximum."""
        self._put(lambda: self._music.set_volume(percent))

    def override(self, emotion: Emotion, minutes: float) -> None:
        """Play for an emotion, whatever is seen, for so long."""
        check_minutes(minutes)
        self._put(lambda: self._hands.begin_override(emotion, minutes))

    def end_override(self) -> None:
        """Play again for what is seen."""
        self._put(self._hands.end_override)

    def set_policy(self, policy: PolicyName) -> None:
        """Choose from now on by another policy."""
        self._put(lambda: self._hands.set_policy(policy))

    def set_watching(self, watching: bool) -> None:
        """Have the camera given back or opened again."""
        if watching and not self._may_watch:
            raise SettingsError("No camera may be opened here: set eye.enabled = true in the settings, and start anew.")
        with self._turning:  # one after the other, so that what is told last is shown last
            try:
                self._watch(watching)  # on the caller's thread: an eye that hangs does not hold up the player's
            finally:  # the wish holds, whatever the eye does
                self._ask(lambda: self._hands.set_watching(watching))

    def cover(self, path: Path) -> bytes | None:
        """Return the picture of a track of the library."""
        return cover_of(self._ask(lambda: self._hands.find(path)).path)

    def learn_baseline(self) -> BaselineState:
        """Begin to learn the face at rest of the person followed."""
        return self._ask(lambda: self._hands.on_asked(Asked.LEARN))

    def forget_baseline(self) -> BaselineState:
        """Forget the face at rest."""
        return self._ask(lambda: self._hands.on_asked(Asked.FORGET))

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Have the player's thread answer, and wait until the board shows what that changed."""
        future: Future[Answer] = Future()

        def answer() -> None:
            try:
                self._inbox.put(partial(future.set_result, question()))
            except MienError as error:
                self._inbox.put(partial(future.set_exception, error))

        self._put(answer)
        try:
            return future.result(_ANSWER_SECONDS)
        except FutureTimeoutError as error:
            raise _busy() from error

    def _put(self, action: Callable[[], object]) -> None:
        """Have the player's thread do something, unless too much waits for it already."""
        with self._counting:
            if self._waiting >= _MOST_WAITING:
                raise _busy()
            self._waiting += 1

        def act() -> None:
            with self._counting:
                self._waiting -= 1
            action()

        self._inbox.put(act)


def _busy() -> LinkError:
    return LinkError("The player is busy or stops; try again in a few seconds.")
