"""libVLC behind a few plain calls. One thread uses a deck; libVLC's own threads only report through `tell`."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from mien.config import AudioSettings
from mien.errors import AudioError
from mien.music.sound_output import SILENT, libvlc_options
from mien.music.wav_sink import CHANNELS, RATE, WavSink

_INSTALL = "install it with `sudo apt install libvlc5 vlc-plugin-base` or run ./requirements.sh"


@dataclass(frozen=True, slots=True)
class Started:
    """Sound begins, or goes on after a pause."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What was loaded came to its end; `failed` when libVLC could not play it."""

    failed: bool


class VlcDeck:
    """One libVLC player that plays one file at a time.

    No call may be made from within `tell`: it runs in libVLC's threads, where stopping or loading deadlocks.
    """

    def __init__(
        self, settings: AudioSettings, tell: Callable[[Started | Ended], None], audio_file: Path | None
    ) -> None:
        """Start libVLC.

        Raises:
            AudioError: libVLC is not installed, has no such output, or the audio file cannot be written.
        """
        self._vlc = _import_vlc()
        options = libvlc_options(settings)
        instance = self._vlc.Instance(options)
        if instance is None:
            raise AudioError(f"libVLC cannot start, its plugins are missing or do not fit: {_INSTALL}.")
        self._instance = instance
        self._check_output(settings.output)
        self._player = instance.media_player_new()
        if settings.device:
            module = None if settings.output == "auto" else settings.output
            self._player.audio_output_device_set(module, settings.device)
        self._attach(tell)
        self._sink: WavSink | None = None
        if audio_file is not None:
            self._sink = WavSink(audio_file, self.now())
            self._callback = self._connect(self._sink)

    def now(self) -> float:
        """Return seconds of libVLC's clock, the one that its time stamps use."""
        return float(self._vlc.libvlc_clock()) / 1e6

    def load(self, path: Path) -> bool:
        """Play a file from its beginning; False when libVLC refuses it at once."""
        media = self._instance.media_new_location(path.as_uri())  # a URI carries names that are not UTF-8
        if media is None:
            return False
        self._player.set_media(media)
        media.release()
        return bool(self._player.play() == 0)

    def unload(self) -> bool:
        """Stop, and return whether anything was decoded since `load`."""
        self._player.stop()
        if self._sink is not None:
            self._sink.cut()
        media = self._player.get_media()
        if media is None:
            return False
        statistics = self._vlc.MediaStats()
        known = media.get_stats(statistics)
        media.release()
        return bool(known) and statistics.decoded_audio > 0

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
        return max(0.0, float(self._player.get_time()) / 1000.0)

    def remaining_seconds(self) -> float:
        """Return how long what was decoded will still sound."""
        return 0.0 if self._sink is None else self._sink.remaining_seconds(self.now())

    def set_volume(self, percent: float) -> None:
        """Set the volume; libVLC and the audio file both take the cube of the share as the factor of the samples.

        Equal steps of the percentage then sound about equally large, as in PulseAudio.
        """
        if self._sink is None:
            self._player.audio_set_volume(round(percent))
        else:
            self._sink.advance(self.now(), (percent / 100.0) ** 3)

    def close(self) -> None:
        """Give libVLC and the audio file back."""
        self._player.stop()
        self._player.release()
        self._instance.release()
        self.finish_audio_file()

    def finish_audio_file(self) -> None:
        """Close the audio file; safe from any thread, for the case that libVLC hangs."""
        if self._sink is not None:
            self._sink.close()

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

    def _attach(self, tell: Callable[[Started | Ended], None]) -> None:
        kinds = self._vlc.EventType
        events = self._player.event_manager()
        events.event_attach(kinds.MediaPlayerPlaying, lambda _event: tell(Started()))
        events.event_attach(kinds.MediaPlayerEndReached, lambda _event: tell(Ended(failed=False)))
        events.event_attach(kinds.MediaPlayerEncounteredError, lambda _event: tell(Ended(failed=True)))

    def _connect(self, sink: WavSink) -> object:
        """Have libVLC hand its samples to the sink; return the callback, which must live as long as the player."""

        @self._vlc.CallbackDecorators.AudioPlayCb  # type: ignore[untyped-decorator]
        def play(_data: object, samples: int, count: int, at: int) -> None:
            block = np.frombuffer(ctypes.string_at(samples, 2 * CHANNELS * count), np.int16)
            sink.play(block.reshape(-1, CHANNELS), at / 1e6)

        self._player.audio_set_callbacks(play, None, None, None, None, None)
        self._player.audio_set_format("S16N", RATE, CHANNELS)
        return play


def _import_vlc() -> ModuleType:
    try:
        import vlc
    except (ImportError, NotImplementedError, OSError) as error:
        raise AudioError(f"libVLC is not installed: {_INSTALL}.") from error
    library: ModuleType = vlc
    return library
