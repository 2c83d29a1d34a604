from pathlib import Path

import pytest
import vlc
from edge.music.sound_files import write_tone

from mien.config import load
from mien.music.playing.vlc_output import VlcOutput


@pytest.mark.parametrize("module", ["alsa", "auto"])
def test_the_device_of_the_settings_is_the_one_that_libvlc_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    """The card is not there, which libVLC finds out only when it plays."""
    players: list[vlc.MediaPlayer] = []
    make = vlc.Instance.media_player_new

    def make_and_keep(instance: vlc.Instance) -> vlc.MediaPlayer:
        players.append(make(instance))
        return players[-1]

    monkeypatch.setattr(vlc.Instance, "media_player_new", make_and_keep)
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    settings = load(None, {"audio": {"output": module, "device": "plughw:CARD=Nowhere"}}).audio
    output = VlcOutput(settings, module, None)
    deck = output.load(write_tone(tmp_path / "tone.wav", 440, 0.1), 0.0, lambda: None)
    try:
        assert [player.audio_output_device_get() for player in players] == ["plughw:CARD=Nowhere"]
    finally:
        deck.unload()
        output.close()
