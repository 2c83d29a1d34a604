"""Is libVLC there, and something to sound from?"""

from __future__ import annotations

from contextlib import closing

from mien.config import Settings
from mien.doctor.finding import Finding
from mien.errors import AudioError


def check(settings: Settings) -> Finding:
    """Start the player and look for an output."""
    from mien.music.playing.sound_output import sound_output_available
    from mien.music.playing.vlc_player import VlcPlayer

    try:
        with closing(VlcPlayer(settings.audio, lambda _ended: None)):
            pass
    except AudioError as error:
        return Finding("sound", False, str(error))
    if settings.audio.output == "auto" and not sound_output_available():
        return Finding(
            "sound",
            False,
            "libVLC works, but there is no sound card or sound server: plug one in, or start the server.",
        )
    return Finding("sound", True, f"libVLC plays to the output '{settings.audio.output}'.")
