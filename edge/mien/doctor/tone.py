"""Plays a short tone as the player would, and takes down what libVLC says of it."""

from __future__ import annotations

import array
import math
import re
import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path

from mien.music.playing.sound_cards import named_card
from mien.sections.playing import AudioSettings

_RATE = 48_000
_TONE_SECONDS, _FADE_SECONDS = 0.8, 0.05
_HERTZ, _SHARE_OF_FULL = 660.0, 0.2
_PATIENCE_SECONDS = 8.0
_STEP_SECONDS = 0.05
# What libVLC notes of itself: which output it took, and its errors.
_MODULE = re.compile(r'using audio output module "(\w+)"')
_ERROR = re.compile(r"^\w+ error: (.+)$", re.M)


@dataclass(frozen=True, slots=True)
class Played:
    """Whether the output took the tone, which output that was, and what libVLC said was wrong."""

    sounded: bool
    output: str
    errors: tuple[str, ...]


def play_tone(settings: AudioSettings, *, silent: bool) -> Played:
    """Play a tone, or as much silence, which opens the output just the same. libVLC must be there."""
    is_card_of_alsa = settings.output == "auto" and named_card(settings.device) is not None
    output = "alsa" if is_card_of_alsa else settings.output
    with tempfile.TemporaryDirectory() as folder:
        sound, log = Path(folder, "tone.wav"), Path(folder, "vlc.log")
        write_tone(sound, 0.0 if silent else _SHARE_OF_FULL)
        sounded = _play(settings, output, sound, log)
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    modules = _MODULE.findall(text)
    return Played(sounded, modules[-1] if modules else output, tuple(dict.fromkeys(_ERROR.findall(text))))


def write_tone(path: Path, share_of_full: float) -> None:
    """Write a tone that comes and goes softly."""
    count = int(_TONE_SECONDS * _RATE)
    fade = _FADE_SECONDS * _RATE
    samples = array.array("h")
    for index in range(count):
        level = share_of_full * min(1.0, index / fade, (count - index) / fade)
        samples.append(round(32767 * level * math.sin(2 * math.pi * _HERTZ * index / _RATE)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes())


def _play(settings: AudioSettings, output: str, sound: Path, log: Path) -> bool:
    import vlc

    options = ["--intf=dummy", "--no-video", "--quiet", "--file-logging", f"--logfile={log}", "--log-verbose=2"]
    instance = vlc.Instance([*options, *([] if output == "auto" else [f"--aout={output}"])])
    player, media = instance.media_player_new(), instance.media_new_path(str(sound))
    try:
        if settings.device:
            player.audio_output_device_set(None, settings.device)
        player.set_media(media)
        player.play()
        statistics = vlc.MediaStats()
        ends = time.monotonic() + _PATIENCE_SECONDS
        while player.get_state() not in (vlc.State.Ended, vlc.State.Error) and time.monotonic() < ends:
            time.sleep(_STEP_SECONDS)
            player.audio_set_volume(min(settings.start_volume_percent, settings.maximum_volume_percent))
        media.get_stats(statistics)
        return bool(statistics.played_abuffers > 0)
    finally:
        player.stop()
        player.release()
        media.release()
        instance.release()  # which writes the log to its end
