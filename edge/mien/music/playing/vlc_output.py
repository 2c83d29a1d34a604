"""libVLC and where its sound goes: the sound output, or an audio file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from mien.errors import AudioError
from mien.music.playing.sound_output import SILENT, libvlc_options
from mien.music.playing.vlc_deck import VlcDeck
from mien.music.playing.wav_sink import WavSink
from mien.sections.playing import AudioSettings

_INSTALL = "install it with `sudo apt install libvlc5 vlc-plugin-base` or run ./requirements.sh"


class VlcOutput:
    """One libVLC for all decks; it mixes nothing itself: a sound server does, or the audio file here.

    To be used from one thread.
    """

    def __init__(self, settings: AudioSettings, module: str, audio_file: Path | None) -> None:
        """Start libVLC with one of its output modules, or `auto`.

        Raises:
            AudioError: libVLC is not installed, has no such output, or the audio file cannot be written.
        """
        self._device = settings.device
        self._module = module
        self._vlc, self._instance = _start_libvlc(libvlc_options(module))
        self._check_output(settings.output)
        self._sink = WavSink(audio_file, self.now()) if audio_file is not None else None

    def now(self) -> float:
        """Return seconds of libVLC's clock, the one that its time stamps use."""
        return float(self._vlc.libvlc_clock()) / 1e6

    def renew(self, module: str) -> None:
        """Start libVLC anew with another module, if it is another one: it takes it once, at its start.

        No deck may be loaded.
        """
        if module != self._module:
            self._instance.release()
            self._module = module
            self._vlc, self._instance = _start_libvlc(libvlc_options(module))

    def load(self, path: Path, start_seconds: float, wake: Callable[[], None]) -> VlcDeck:
        """Begin to play a file, silently until its level is set.

        Args:
            path: an absolute path.
            start_seconds: the place to begin at.
            wake: called when the deck has news, in a thread of libVLC, where a call of the deck deadlocks.
        """
        channel = None if self._sink is None else self._sink.open()
        player = self._instance.media_player_new()
        if self._device and self._module != SILENT:
            # With the module named, libVLC would only note the device for an output that it opens later; it is open.
            player.audio_output_device_set(None, self._device)
        media = self._instance.media_new_location(path.as_uri())  # a URI carries names that are not UTF-8
        if start_seconds > 0:
            # VLC's own readers of MP3 and Ogg come out elsewhere, or nowhere; libavformat's hit the place.
            media.add_option(":demux=avformat,any")
            media.add_option(f":start-time={start_seconds:.3f}")
        player.set_media(media)
        media.release()
        return VlcDeck(self._vlc, player, start_seconds, channel, wake)

    def advance(self) -> None:
        """Write what sounded up to now into the audio file, if there is one."""
        if self._sink is not None:
            self._sink.advance(self.now())

    def close(self) -> None:
        """Give libVLC and the audio file back, once no deck is loaded."""
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
