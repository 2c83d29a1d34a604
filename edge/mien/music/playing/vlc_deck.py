"""One file in libVLC, behind a few plain calls."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from mien.music.playing.mixer import End
from mien.music.playing.wav_sink import CHANNELS, RATE, Channel

if TYPE_CHECKING:
    import vlc

_GUESS_SECONDS = 0.5  # how far the position is reckoned on from libVLC's last word; it speaks about each 0.3 s


class VlcDeck:
    """Plays one file once; implements `mixer.Deck`. It has a libVLC player of its own: a stopped one keeps no volume.

    To be used from one thread. What libVLC's threads tell is kept in attributes that are set in one go.
    """

    def __init__(
        self,
        libvlc: ModuleType,
        player: vlc.MediaPlayer,
        start_seconds: float,
        channel: Channel | None,
        wake: Callable[[], None],
    ) -> None:
        """Begin to play, silently.

        Args:
            libvlc: the module `vlc`.
            player: a libVLC player with its media set; it is this deck's own.
            start_seconds: the place that the media begins at.
            channel: the way into the audio file, if the sound goes there.
            wake: called when there is news, in a thread of libVLC.
        """
        self._vlc = libvlc
        self._player = player
        self._channel = channel
        self._wake = wake
        self._begun = False
        self._end: End | None = None
        self._paused = False
        self._start_seconds = start_seconds
        self._told_time = (self._now(), start_seconds)  # libVLC's last word: at this moment it was at this place
        self._callbacks = (self._listen(), self._connect(channel))  # which must live as long as the player
        # A sound server begins a stream at full volume, unless another one was set before.
        player.audio_set_volume(0)
        self._volume_percent = 0  # what libVLC was told last
        if player.play() != 0:
            self._hear_end("failed")

    @property
    def begun(self) -> bool:
        """True once the file is open; it sounds a few hundredths of a second later."""
        return self._begun

    @property
    def end(self) -> End | None:
        """How it ended: decoded to its end, though some of that may still sound, or failed; None before."""
        return self._end

    @property
    def refused(self) -> bool:
        """True while the file is decoded but the sound output takes nothing: ALSA hardware that another deck holds."""
        statistics = self._statistics()
        return bool(statistics.decoded_audio > 0 and statistics.played_abuffers == 0)

    @property
    def sounded(self) -> bool:
        """True once the sound output took something of it."""
        return bool(self._statistics().played_abuffers > 0)

    @property
    def position_seconds(self) -> float:
        """How far into the file it is."""
        told_at, seconds = self._told_time
        if self._paused or not self._begun:
            return seconds
        return seconds + min(_GUESS_SECONDS, self._now() - told_at)

    @property
    def duration_seconds(self) -> float | None:
        """The file's length as libVLC guesses it; None while it does not know."""
        milliseconds = self._player.get_length()
        return milliseconds / 1000.0 if milliseconds > 0 else None

    @property
    def remaining_seconds(self) -> float:
        """How long what was decoded will still sound, where that is known."""
        return 0.0 if self._channel is None else self._channel.remaining_seconds(self._now())

    def set_level(self, percent: float) -> None:
        """Set the volume; libVLC and the audio file both take the cube of the share as the factor of the samples.

        Equal steps of the percentage then sound about equally large, as in PulseAudio.
        """
        if self._channel is not None:
            self._channel.set_gain((percent / 100.0) ** 3)
        elif round(percent) != self._volume_percent:
            self._volume_percent = round(percent)
            self._player.audio_set_volume(self._volume_percent)

    def pause(self, paused: bool) -> None:
        """Hold what plays, or go on."""
        self._told_time = (self._now(), self.position_seconds)
        self._paused = paused
        # The audio file is held here and not by libVLC's callbacks, which do not come once it has decoded all. It goes
        # on before libVLC does, whose next samples are dated behind the pause already.
        if self._channel is not None and not paused:
            self._channel.resume(self._now())
        self._player.set_pause(int(paused))
        if self._channel is not None and paused:
            self._channel.pause(self._now())

    def unload(self) -> bool:
        """Stop and give the player back; return whether anything sounded. The deck is of no use afterwards."""
        self._player.stop()
        if self._channel is not None:
            self._channel.close()
        sounded = self.sounded
        self._player.release()
        return sounded

    def _now(self) -> float:
        return float(self._vlc.libvlc_clock()) / 1e6

    def _statistics(self) -> vlc.MediaStats:
        media, statistics = self._player.get_media(), self._vlc.MediaStats()
        media.get_stats(statistics)
        media.release()
        return statistics

    # What follows runs in threads of libVLC.

    def _hear_end(self, end: End) -> None:
        self._end = end
        self._wake()

    def _hear_begin(self, _event: object) -> None:
        self._told_time = (self._now(), self._told_time[1])
        self._begun = True
        self._wake()

    def _hear_time(self, event: vlc.Event) -> None:
        self._told_time = (self._now(), max(self._start_seconds, event.u.new_time / 1000.0))

    def _listen(self) -> object:
        # Not through MediaPlayer.event_manager(), which remembers every player there ever was.
        events, kinds = self._vlc.libvlc_media_player_event_manager(self._player), self._vlc.EventType
        events.event_attach(kinds.MediaPlayerPlaying, self._hear_begin)
        events.event_attach(kinds.MediaPlayerTimeChanged, self._hear_time)
        events.event_attach(kinds.MediaPlayerEndReached, lambda _event: self._hear_end("reached"))
        events.event_attach(kinds.MediaPlayerEncounteredError, lambda _event: self._hear_end("failed"))
        return events

    def _connect(self, channel: Channel | None) -> object:
        """Have libVLC hand its samples to the audio file, if there is one."""
        if channel is None:
            return None

        @self._vlc.CallbackDecorators.AudioPlayCb  # type: ignore[untyped-decorator]
        def play(_data: object, samples: int, count: int, at: int) -> None:
            block = np.frombuffer(ctypes.string_at(samples, 2 * CHANNELS * count), np.int16)
            channel.play(block.reshape(-1, CHANNELS), at / 1e6)

        self._player.audio_set_callbacks(play, None, None, None, None, None)
        self._player.audio_set_format("S16N", RATE, CHANNELS)
        return play
