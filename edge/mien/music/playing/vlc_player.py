"""The music player: one thread owns libVLC, takes wishes from a queue, and lets the mixer lead to them."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mien.config import AudioSettings
from mien.errors import AudioError
from mien.music.playing.mixer import Deck, Mixer, Wish
from mien.music.playing.vlc_output import VlcOutput
from mien.types import Playback, PlayState, Track, TrackEnded, Trouble

log = logging.getLogger(__name__)

_STEP_SECONDS = 0.04  # of a fade, and of the audio file
_REST_SECONDS = 0.25  # between two looks at the position while nothing fades
_CLOSE_SECONDS = 4.0  # beyond the fade, before a hanging libVLC is left behind


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
        self._output = VlcOutput(settings, audio_file)
        self._writes_file = audio_file is not None
        self._mixer = Mixer(settings, self._load, self._volume_percent)
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="music-player", daemon=True)
        self._thread.start()

    def play(self, track: Track, start_seconds: float = 0.0) -> None:
        """Cross over from what sounds now to this track, from a place in it."""
        self._tell(partial(self._want, track, start_seconds))

    def pause(self) -> None:
        """Fade out and hold the place; does nothing when nothing plays."""
        self._tell(partial(self._mixer.hold, True))

    def resume(self) -> None:
        """Fade in again after `pause`."""
        self._tell(partial(self._mixer.hold, False))

    def stop(self) -> None:
        """Fade out and forget the track."""
        self._tell(partial(self._mixer.want, None))

    def set_volume(self, percent: int) -> None:
        """Set the volume, capped at the settings' maximum."""
        self._volume_percent = self._capped(percent)
        self._wake()

    @property
    def volume_percent(self) -> int:
        """The volume asked for, after the cap."""
        return self._volume_percent

    def playback(self) -> Playback:
        """Say what sounds now; a track that fades in, or waits for that, counts already.

        Raises:
            AudioError: the player's thread died.
        """
        if self._death is not None:
            raise AudioError(f"The music player died ({self._death}): start mien again.") from self._death
        return self._playback

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong with the sound output now; None when all is well."""
        return None

    @property
    def responds(self) -> bool:
        """False while the sound output hangs inside a call that does not return."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Fade out, stop and give the sound device back; a second call does nothing."""
        self._tell(self._want_to_close)
        self._thread.join(self._settings.fade_out_seconds + _CLOSE_SECONDS)
        if self._thread.is_alive():
            log.warning("The sound output does not answer and is left behind.")
            self._output.finish_audio_file()

    def _capped(self, percent: int) -> int:
        return max(0, min(percent, self._settings.maximum_volume_percent))

    def _tell(self, command: Callable[[], None]) -> None:
        self._inbox.put(command)

    def _wake(self) -> None:
        self._tell(lambda: None)

    # What follows runs in the player's thread.

    def _want(self, track: Track, start_seconds: float) -> None:
        self._mixer.want(Wish(track, start_seconds, alone=self._output.outdated))

    def _want_to_close(self) -> None:
        self._mixer.want(None)
        self._closing = True

    def _load(self, wish: Wish) -> Deck:
        if self._output.outdated and self._mixer.silent:
            self._output.renew()
        return self._output.load(wish.track.path, wish.start_seconds, self._wake)

    def _work(self) -> None:
        try:
            while not self._closing or not self._mixer.silent:
                self._take_commands()
                news = self._mixer.step(self._output.now(), self._volume_percent)
                self._output.advance()
                self._playback = self._mixer.playback()
                for event in news:
                    self._on_ended(event)
            self._output.close()
        except Exception as error:  # the thread's boundary: `playback` tells
            log.exception("The music player died.")
            self._death = error
            self._output.finish_audio_file()

    def _take_commands(self) -> None:
        """Wait for a command, no longer than until the next step is due, and follow all there are."""
        try:
            self._inbox.get(timeout=self._patience_seconds())()
            while True:
                self._inbox.get_nowait()()
        except queue.Empty:
            return

    def _patience_seconds(self) -> float | None:
        if self._writes_file:
            return _STEP_SECONDS
        return self._mixer.rest_seconds(self._output.now(), _STEP_SECONDS, _REST_SECONDS)
