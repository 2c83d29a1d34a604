"""The music player: one thread owns libVLC, takes wishes from a queue, and fades from what sounds to what is wished."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from mien.config import AudioSettings
from mien.errors import AudioError
from mien.music.fade import SILENCE
from mien.music.vlc_deck import VlcDeck
from mien.types import Playback, PlayState, Track, TrackEnded

log = logging.getLogger(__name__)

_STEP_SECONDS = 0.04  # of a fade, and of the audio file
_REST_SECONDS = 0.25  # between two looks at the position while nothing fades
_CLOSE_SECONDS = 4.0  # beyond the fade, before a hanging libVLC is left behind


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """A track that should sound. Each `play` makes a new one, so that wishing a track again begins it again."""

    track: Track


class VlcPlayer:
    """Plays through libVLC, or into an audio file, as `ports.MusicPlayer` says. Safe to call from any thread.

    The volume is in percent of what libVLC calls full; the cube of the share is the factor of the samples, so that
    equal steps sound about equally large: 50 % is 18 dB below full. A fade moves the percentage steadily.
    """

    def __init__(
        self, settings: AudioSettings, on_ended: Callable[[TrackEnded], None], audio_file: Path | None = None
    ) -> None:
        """Start libVLC and the thread that owns it.

        Args:
            settings: output, volumes and fades.
            on_ended: told of every track that ended by itself or could not be played, in the player's thread: it must
                return at once, so let it only put the event into a queue.
            audio_file: a WAV file that everything that sounds is written into, instead of the sound output; its first
                sample is the moment of this call.

        Raises:
            AudioError: libVLC is not installed, has no such output, or the audio file cannot be written.
        """
        self._settings = settings
        self._on_ended = on_ended
        self._volume_percent = self._capped(settings.start_volume_percent)
        self._playback = Playback(PlayState.STOPPED, None, 0.0)
        self._death: Exception | None = None
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        # All below is the thread's own, once it runs.
        self._deck = VlcDeck(settings, audio_file)
        self._writes_file = audio_file is not None
        self._wish: _Wish | None = None
        self._held = False
        self._loaded: _Wish | None = None
        self._running = False
        self._end: Literal["reached", "failed"] | None = None
        self._fade = SILENCE
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="music-player", daemon=True)
        self._thread.start()

    def play(self, track: Track) -> None:
        """Fade out what sounds now, then fade this track in."""
        self._tell(partial(self._want, _Wish(track)))

    def pause(self) -> None:
        """Fade out and hold the place; does nothing when nothing plays."""
        self._tell(partial(self._hold, True))

    def resume(self) -> None:
        """Fade in again after `pause`."""
        self._tell(partial(self._hold, False))

    def stop(self) -> None:
        """Fade out and forget the track."""
        self._tell(partial(self._want, None))

    def set_volume(self, percent: int) -> None:
        """Set the volume, capped at the settings' maximum."""
        self._volume_percent = self._capped(percent)
        self._tell(lambda: None)  # wakes the thread

    @property
    def volume_percent(self) -> int:
        """The volume asked for, after the cap."""
        return self._volume_percent

    def playback(self) -> Playback:
        """Say what sounds now; a track that waits for the fade of the one before counts already.

        Raises:
            AudioError: the player's thread died.
        """
        if self._death is not None:
            raise AudioError(f"The music player died ({self._death}): start mien again.") from self._death
        return self._playback

    def close(self) -> None:
        """Fade out, stop and give the sound device back; a second call does nothing."""
        self._tell(self._want_to_close)
        self._thread.join(self._settings.fade_out_seconds + _CLOSE_SECONDS)
        if self._thread.is_alive():
            log.warning("The sound output does not answer and is left behind.")
            self._deck.finish_audio_file()

    def _capped(self, percent: int) -> int:
        return max(0, min(percent, self._settings.maximum_volume_percent))

    def _tell(self, command: Callable[[], None]) -> None:
        self._inbox.put(command)

    # What follows runs in the player's thread.

    def _want(self, wish: _Wish | None) -> None:
        self._wish, self._held = wish, False

    def _hold(self, held: bool) -> None:
        self._held = held and self._wish is not None

    def _want_to_close(self) -> None:
        self._want(None)
        self._closing = True

    def _hear_end(self, wish: _Wish, failed: bool) -> None:
        """Take libVLC's news, unless it is of a track that was unloaded since."""
        if wish is self._loaded:
            self._end = "failed" if failed else "reached"

    def _work(self) -> None:
        try:
            while not self._closing or self._loaded is not None:
                self._take_commands()
                self._step()
            self._deck.close()
        except Exception as error:  # the thread's boundary: `playback` tells
            log.exception("The music player died.")
            self._death = error
            self._deck.finish_audio_file()

    def _take_commands(self) -> None:
        """Wait for a command, no longer than until the next step is due, and follow all there are."""
        try:
            self._inbox.get(timeout=self._patience_seconds())()
            while True:
                self._inbox.get_nowait()()
        except queue.Empty:
            return

    def _patience_seconds(self) -> float | None:
        if self._writes_file or self._fade.level(self._deck.now()) != self._fade.end:
            return _STEP_SECONDS
        return None if self._loaded is None else _REST_SECONDS

    def _step(self) -> None:
        """Bring what sounds nearer to the wish: changes are made in silence, and the fades lead there and back."""
        self._finish_track()
        now = self._deck.now()
        if self._fade.level(now) == 0.0:
            self._change()
        up = self._running and self._loaded is self._wish and not self._held
        seconds = self._settings.fade_in_seconds if up else self._settings.fade_out_seconds
        self._fade = self._fade.towards(1.0 if up else 0.0, now, seconds)
        self._deck.set_volume(self._volume_percent * self._fade.level(now))
        self._playback = self._describe()

    def _change(self) -> None:
        """Load, unload, hold or go on as wished, while nothing can be heard."""
        if self._loaded is not self._wish:
            self._unload()
            if self._wish is not None and not self._held:
                self._load(self._wish)
        elif self._loaded is not None and self._running == self._held:
            self._deck.pause(self._held)
            self._running = not self._held

    def _load(self, wish: _Wish) -> None:
        self._loaded, self._running = wish, True
        self._deck.load(wish.track.path, lambda failed: self._tell(partial(self._hear_end, wish, failed)))

    def _unload(self) -> bool:
        """Unload what is loaded; return whether it ever sounded."""
        self._loaded, self._running, self._end = None, False, None
        return self._deck.unload()

    def _finish_track(self) -> None:
        """Tell of a track that ended, once all of it has sounded."""
        if self._end is None or self._loaded is None:
            return
        if self._end == "reached" and (self._held or self._deck.remaining_seconds() > 0):
            return
        end, loaded = self._end, self._loaded
        sounded = self._unload()
        self._fade = SILENCE
        if self._wish is loaded:
            self._wish = None
            self._playback = self._describe()
            self._on_ended(TrackEnded(loaded.track, failed=end == "failed" or not sounded))

    def _describe(self) -> Playback:
        if self._wish is None:
            return Playback(PlayState.STOPPED, None, 0.0)
        state = PlayState.PAUSED if self._held else PlayState.PLAYING
        position = self._deck.position_seconds() if self._loaded is self._wish else 0.0
        return Playback(state, self._wish.track, position)
