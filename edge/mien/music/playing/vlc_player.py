"""The music player: one thread owns libVLC, takes wishes from a queue, and lets the mixer lead to them."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mien.errors import AudioError
from mien.music.playing.mixer import Deck, Mixer, Wish
from mien.music.playing.outlet import Outlets, vlc_module
from mien.music.playing.sound_cards import advice_on_number
from mien.music.playing.sound_ladder import Move, SoundLadder
from mien.music.playing.sound_server import SoundServer
from mien.music.playing.vlc_output import VlcOutput
from mien.sections.playing import AudioSettings
from mien.types import Playback, PlayState, Track, TrackEnded, Trouble

log = logging.getLogger(__name__)

_STEP_SECONDS = 0.04  # of a fade, and of the audio file
_REST_SECONDS = 0.25  # between two looks at the position while nothing fades
_CLOSE_SECONDS = 4.0  # beyond the fade, before a hanging libVLC is left behind
_LOOK_SECONDS = 0.5  # between two looks at what sound can go to
_HANG_SECONDS = 20.0  # a thread that did not go round for so long hangs inside libVLC
_LONGEST_REST_SECONDS = 1.0  # so that a thread with nothing to do is seen to live


class VlcPlayer:
    """Plays through libVLC, or into an audio file, as `ports.MusicPlayer` says. Safe to call from any thread.

    The volume is in percent of what libVLC calls full; the cube of the share is the factor of the samples, so that
    equal steps sound about equally large: 50 % is 18 dB below full. A fade moves the percentage steadily.

    An output that goes away and comes back is followed, as `SoundLadder` says.
    """

    def __init__(
        self,
        settings: AudioSettings,
        on_ended: Callable[[TrackEnded], None],
        audio_file: Path | None = None,
        *,
        outlets: Outlets | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start libVLC and the thread that owns it.

        Args:
            settings: output, volumes and fades.
            on_ended: told of every track that ended by itself or could not be played, in the player's thread: it must
                return at once, so let it only put the event into a queue.
            audio_file: a WAV file that everything that sounds is written into, instead of the sound output; its first
                sample is the moment of this call.
            outlets: looks for what sound can go to; None looks at this machine.
            clock: tells how long the thread took for a round, in seconds.

        Raises:
            AudioError: libVLC is not installed, has no such output, or the audio file cannot be written.
        """
        self._settings = settings
        self._on_ended = on_ended
        self._volume_percent = self._capped(settings.start_volume_percent)
        self._playback = Playback(PlayState.STOPPED, None, 0.0)
        self._death: Exception | None = None
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._trouble: Trouble | None = None
        self._clock = clock
        self._round_at = clock()
        # All below is the thread's own, once it runs.
        self._writes_file = audio_file is not None
        self._outlets = outlets or Outlets(settings, SoundServer())
        self._ladder = SoundLadder(None if self._writes_file else self._outlets.look())
        module = settings.output if self._writes_file else vlc_module(self._outlets.module, self._ladder.outlet)
        self._output = VlcOutput(settings, module, audio_file)
        self._looked_at = self._output.now()
        if not self._writes_file:
            self._greet()
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
        return self._trouble

    @property
    def responds(self) -> bool:
        """False while the sound output hangs inside a call that does not return."""
        return self._thread.is_alive() and self._clock() - self._round_at < _HANG_SECONDS

    def close(self) -> None:
        """Fade out, stop and give the sound device back; a second call does nothing."""
        self._tell(self._want_to_close)
        self._thread.join(self._settings.fade_out_seconds + _CLOSE_SECONDS if self.responds else 0.0)
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
        self._mixer.want(Wish(track, start_seconds))

    def _want_to_close(self) -> None:
        self._mixer.want(None)
        self._closing = True

    def _load(self, wish: Wish) -> Deck:
        return self._output.load(wish.track.path, wish.start_seconds, self._wake)

    def _work(self) -> None:
        try:
            while not self._closing or not self._mixer.silent:
                self._take_commands()
                self._round_at = self._clock()
                self._follow_output(self._output.now())
                news = self._mixer.step(self._output.now(), self._volume_percent)
                self._output.advance()
                self._playback = self._mixer.playback()
                for event in news:
                    self._on_ended(event)
            self._output.close()
            self._outlets.close()
        except Exception as error:  # the thread's boundary: `playback` tells
            log.exception("The music player died.")
            self._death = error
            self._output.finish_audio_file()

    def _follow_output(self, now: float) -> None:
        """Look whether the sound output went away, came, or takes nothing."""
        if self._writes_file or not self._outlets.is_looked_at or now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        move = self._ladder.look(now, self._outlets.look(), self._mixer.takes_sound)
        if move is not Move.STAY:
            self._mixer.break_off()
        if move is Move.BEGIN_AGAIN:
            self._output.renew(vlc_module(self._outlets.module, self._ladder.outlet))
            self._mixer.go_on()
        self._tell_of_output()

    def _greet(self) -> None:
        if (advice := advice_on_number(self._settings.device)) is not None:
            log.warning("%s", advice)
        self._tell_of_output()
        if self._trouble is None and self._ladder.outlet is not None:
            log.info("Sound goes to %s.", self._ladder.outlet.name)

    def _tell_of_output(self) -> None:
        """Find what is wrong, for `trouble`; say where sound goes once that is over."""
        before, self._trouble = self._trouble, self._ladder.trouble(self._outlets.missing)
        if self._trouble is None and before is not None and self._ladder.outlet is not None:
            log.info("Sound goes to %s again.", self._ladder.outlet.name)

    def _take_commands(self) -> None:
        """Wait for a command, no longer than until the next step is due, and follow all there are."""
        try:
            self._inbox.get(timeout=self._patience_seconds())()
            while True:
                self._inbox.get_nowait()()
        except queue.Empty:
            return

    def _patience_seconds(self) -> float:
        if self._writes_file:
            return _STEP_SECONDS
        longest = _LOOK_SECONDS if self._outlets.is_looked_at else _LONGEST_REST_SECONDS
        rest = self._mixer.rest_seconds(self._output.now(), _STEP_SECONDS, _REST_SECONDS)
        return longest if rest is None else min(rest, longest)
