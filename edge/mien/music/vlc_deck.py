"""libVLC behind a few plain calls."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from mien.config import AudioSettings
from mien.errors import AudioError
from mien.music.sound_output import SILENT, choose_output, libvlc_options
from mien.music.wav_sink import CHANNELS, RATE, WavSink

log = logging.getLogger(__name__)

_INSTALL = "install it with `sudo apt install libvlc5 vlc-plugin-base` or run ./requirements.sh"


class VlcDeck:
    """Plays one file at a time. Each gets a libVLC player of its own, since a stopped one keeps no volume.

    To be used from one thread.
    """

    def __init__(self, settings: AudioSettings, audio_file: Path | None) -> None:
        """Start libVLC.

        Raises:
            AudioError: libVLC is not installed, has no such output, or the audio file cannot be written.
        """
        self._settings = settings
        self._output = choose_output(settings.output)
        self._vlc, self._instance = _start_libvlc(libvlc_options(self._output))
        self._check_output(settings.output)
        self._sink = WavSink(audio_file, self.now()) if audio_file is not None else None
        if self._sink is None:
            self._tell_output()
        self._player: Any = None
        self._volume_percent = 0  # what libVLC was told last
        self._callbacks: tuple[object, ...] = ()  # which must live as long as the player

    def now(self) -> float:
        """Return seconds of libVLC's clock, the one that its time stamps use."""
        return float(self._vlc.libvlc_clock()) / 1e6

    def load(self, path: Path, tell_end: Callable[[bool], None]) -> None:
        """Play a file from its beginning, silent until the volume is set.

        Args:
            path: an absolute path.
            tell_end: told whether the file failed, when it failed or was decoded to its end. It runs in a thread of
                libVLC, where a call of this deck deadlocks.
        """
        if self._sink is None and self._output == SILENT != choose_output(self._settings.output):
            self._follow_output()  # a sound card or server came
        self._player = self._instance.media_player_new()
        self._callbacks = (self._listen(tell_end), self._connect_sink())
        if self._settings.device:
            module = None if self._settings.output == "auto" else self._settings.output
            self._player.audio_output_device_set(module, self._settings.device)
        media = self._instance.media_new_location(path.as_uri())  # a URI carries names that are not UTF-8
        self._player.set_media(media)
        media.release()
        # A sound server begins a stream at full volume, unless another one was set before.
        self._player.audio_set_volume(0)
        self._volume_percent = 0
        if self._player.play() != 0:
            tell_end(True)

    def unload(self) -> bool:
        """Stop what was loaded, and return whether any of it was decoded."""
        if self._player is None:
            return False
        self._player.stop()
        if self._sink is not None:
            self._sink.cut()
        media, statistics = self._player.get_media(), self._vlc.MediaStats()
        media.get_stats(statistics)
        media.release()
        self._player.release()
        self._player, self._callbacks = None, ()
        return bool(statistics.decoded_audio > 0)

    def pause(self, paused: bool) -> None:
        """Hold what plays, or go on."""
        # The audio file is held here and not by libVLC's callbacks, which do not come once it has decoded all. It goes
        # on before libVLC does, whose next samples are dated behind the pause already.
        if self._sink is not None and not paused:
            self._sink.resume(self.now())
        self._player.set_pause(int(paused))
        if self._sink is not None and paused:
            self._sink.pause(self.now())

    def position_seconds(self) -> float:
        """Return how far into the file it is."""
        return 0.0 if self._player is None else max(0.0, float(self._player.get_time()) / 1000.0)

    def remaining_seconds(self) -> float:
        """Return how long what was decoded will still sound."""
        return 0.0 if self._sink is None else self._sink.remaining_seconds(self.now())

    def set_volume(self, percent: float) -> None:
        """Set the volume; libVLC and the audio file both take the cube of the share as the factor of the samples.

        Equal steps of the percentage then sound about equally large, as in PulseAudio.
        """
        if self._sink is not None:
            self._sink.advance(self.now(), (percent / 100.0) ** 3)
        elif self._player is not None and round(percent) != self._volume_percent:
            self._volume_percent = round(percent)
            self._player.audio_set_volume(self._volume_percent)

    def close(self) -> None:
        """Give libVLC and the audio file back."""
        self.unload()
        self._instance.release()
        self.finish_audio_file()

    def finish_audio_file(self) -> None:
        """Close the audio file; safe from any thread, for the case that libVLC hangs."""
        if self._sink is not None:
            self._sink.close()

    def _tell_output(self) -> None:
        if self._output == SILENT and self._settings.output == "auto":
            log.warning("There is no sound card and no sound server: it plays silently until there is one.")
        else:
            log.info("The sound output is %s.", self._output)

    def _follow_output(self) -> None:
        """Start libVLC anew with the sound that there is now: it takes its output once, at its start."""
        self._instance.release()
        self._output = choose_output(self._settings.output)
        self._vlc, self._instance = _start_libvlc(libvlc_options(self._output))
        self._tell_output()

    def _check_output(self, output: str) -> None:
        if output in ("auto", "silent", SILENT):
            return
        known: list[str] = []
        first = entry = self._vlc.libvlc_audio_output_list_get(self._instance)
        while entry:
            known.append(entry.contents.name.decode())
            entry = entry.contents.next
        self._vlc.libvlc_audio_output_list_release(first)
        if output not in known:
            raise AudioError(
                f"This libVLC has no sound output '{output}': "
                f"set audio.output to auto, silent or one of {', '.join(known)}."
            )

    def _listen(self, tell_end: Callable[[bool], None]) -> object:
        # Not through MediaPlayer.event_manager(), which remembers every player there ever was.
        events = self._vlc.libvlc_media_player_event_manager(self._player)
        events.event_attach(self._vlc.EventType.MediaPlayerEndReached, lambda _event: tell_end(False))
        events.event_attach(self._vlc.EventType.MediaPlayerEncounteredError, lambda _event: tell_end(True))
        return events

    def _connect_sink(self) -> object:
        """Have libVLC hand its samples to the audio file, if there is one."""
        if self._sink is None:
            return None
        sink = self._sink

        @self._vlc.CallbackDecorators.AudioPlayCb  # type: ignore[untyped-decorator]
        def play(_data: object, samples: int, count: int, at: int) -> None:
            block = np.frombuffer(ctypes.string_at(samples, 2 * CHANNELS * count), np.int16)
            sink.play(block.reshape(-1, CHANNELS), at / 1e6)

        self._player.audio_set_callbacks(play, None, None, None, None, None)
        self._player.audio_set_format("S16N", RATE, CHANNELS)
        return play


def _start_libvlc(options: tuple[str, ...]) -> tuple[ModuleType, Any]:
    """Return the module `vlc` and a libVLC instance."""
    try:
        import vlc

        instance = vlc.Instance(options)
    # python-vlc has many ways to miss it; with a wrong PYTHON_VLC_LIB_PATH it would even end the program.
    except (ImportError, NotImplementedError, OSError, NameError, SystemExit) as error:
        raise AudioError(f"libVLC is not installed: {_INSTALL}.") from error
    if instance is None:
        raise AudioError(f"libVLC cannot start, its plugins are missing or do not fit: {_INSTALL}.")
    return vlc, instance
