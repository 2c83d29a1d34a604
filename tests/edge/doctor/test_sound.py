"""The sound check: made-up cards and servers, and a real PulseAudio."""

import os
import wave
from pathlib import Path

import numpy as np
import pytest
from edge.music import pulse
from numpy.typing import NDArray

from mien.config import load
from mien.doctor import sound
from mien.doctor.cards import Card, SoundAround, look_around, playing_cards
from mien.doctor.finding import State
from mien.doctor.player import Running
from mien.doctor.tone import Played, write_tone
from mien.sections.playing import AudioSettings

CARDS = """\
 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones
                      bcm2835 Headphones
 1 [Webcam         ]: USB-Audio - HD Webcam
                      a microphone alone
 2 [Device         ]: USB-Audio - USB Audio Device
                      C-Media USB Audio Device at usb-1, full speed
"""
JACK = Card(0, "Headphones", "bcm2835 Headphones", True, "")
STICK = Card(2, "Device", "USB Audio Device", True, "")
SILENCE = Played(False, "alsa", ())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine with a jack, a webcam's microphone, and a USB card that VLC plays on."""
    for number, name, status in ((0, "pcm0p", "closed"), (1, "pcm0c", "closed"), (2, "pcm0p", "owner_pid   : 77")):
        folder = tmp_path / f"proc/asound/card{number}/{name}/sub0"
        folder.mkdir(parents=True)
        (folder / "status").write_text(f"state: RUNNING\n{status}\n" if "pid" in status else f"{status}\n")
    (tmp_path / "proc/asound/cards").write_text(CARDS)
    (tmp_path / "proc/77").mkdir()
    (tmp_path / "proc/77/comm").write_text("vlc\n")
    nodes = tmp_path / "dev/snd"
    nodes.mkdir(parents=True)
    for node in ("pcmC0D0p", "pcmC2D0p"):
        (nodes / node).touch()
    return tmp_path


def audio(output: str = "auto", device: str = "") -> AudioSettings:
    return load(None, {"audio": {"output": output, "device": device}}).audio


def around(*cards: Card, own_server: bool = False, servers_of: tuple[str, ...] = ()) -> SoundAround:
    return SoundAround(cards, own_server, servers_of)


def test_the_cards_that_play_are_listed_by_their_lasting_names(root: Path) -> None:
    jack, stick = playing_cards(root)
    assert (jack, stick) == (JACK, Card(2, "Device", "USB Audio Device", True, "vlc (process 77)"))
    finding = sound.cards_finding(around(jack, stick))
    assert finding.state is State.NOTE
    assert finding.message == (
        "Sound cards, as audio.device names them: plughw:CARD=Headphones (bcm2835 Headphones), plughw:CARD=Device (USB "
        "Audio Device)."
    )


def test_a_card_whose_file_is_not_this_user_s_is_not_allowed(root: Path) -> None:
    (root / "dev/snd/pcmC0D0p").unlink()
    assert playing_cards(root)[0].allowed is False


def test_sound_servers_are_found_the_own_one_and_those_of_others(root: Path) -> None:
    (root / f"run/user/{os.getuid()}/pulse").mkdir(parents=True)
    (root / f"run/user/{os.getuid()}/pulse/native").touch()
    (root / "run/user/123456/pulse").mkdir(parents=True)
    found = look_around({}, root)
    assert (found.own_server, found.servers_of) == (True, ("number 123456",))
    assert look_around({}, root / "nowhere") == SoundAround((), False, ())
    assert look_around({"PULSE_SERVER": "unix:/x"}, root / "nowhere").own_server


@pytest.mark.parametrize(
    ("settings", "there", "played", "words"),
    [
        (audio(), around(), SILENCE, "there is no sound card; plug one in"),
        (audio(), around(servers_of=("ann",)), SILENCE, "belongs to the session of ann"),
        (audio("pulse"), around(JACK, servers_of=("ann", "bob")), SILENCE, "belongs to the session of ann and bob"),
        (audio("pulse"), around(JACK), SILENCE, "no sound server runs for this user; start it"),
        (
            audio("alsa", "plughw:CARD=Lost"), around(JACK), SILENCE,
            "there is no sound card 'Lost'; set audio.device to one of plughw:CARD=Headphones",
        ),
        (audio("alsa", "hw:1"), around(JACK), SILENCE, "there is no sound card '1'"),
        (
            audio(), around(Card(0, "Jack", "a jack", False, "")), SILENCE,
            "this user may not use the sound card; add the user to the group 'audio'",
        ),
        (
            audio("alsa", "plughw:CARD=Device"), around(JACK, Card(2, "Device", "", False, "")), SILENCE,
            "this user may not use",
        ),
        (audio(), around(Card(0, "Jack", "", True, "vlc (process 7)")), SILENCE, "vlc (process 7) has the card"),
        (
            audio(), around(Card(0, "Jack", "", True, "pipewire (process 7)")), SILENCE,
            "the sound server pipewire (process 7) of a desktop session has the card",
        ),
        (
            audio("alsa", "hw:0"), around(JACK, STICK),
            Played(False, "alsa", ("module not functional", 'cannot open ALSA device "hw:0": Invalid argument')),
            'libVLC says: cannot open ALSA device "hw:0": Invalid argument; name a card',
        ),
        (audio(), around(JACK), SILENCE, "libVLC says: nothing; name a card"),
        (audio(), around(JACK, own_server=True), SILENCE, "the sound server takes no sound; `pactl list short sinks`"),
        (audio("auto", "hw:Lost"), around(JACK, own_server=True), SILENCE, "there is no sound card 'Lost'"),
    ],
)  # fmt: skip
def test_what_hinders_the_sound_is_named_with_its_cure(
    settings: AudioSettings, there: SoundAround, played: Played, words: str
) -> None:
    finding = sound.judge(settings, there, played, silent=False)
    assert finding.state is State.BAD
    assert words in finding.message


def test_a_tone_that_only_the_silent_output_took_is_no_sound() -> None:
    assert sound.judge(audio(), around(), Played(True, "adummy", ()), silent=False).state is State.BAD


def test_a_player_that_plays_is_not_disturbed() -> None:
    *_, finding = sound.check(load(), Running(7, ("hot",)), silent=False)
    assert finding.state is State.GOOD
    assert "(process 7) has the sound output; no tone is played" in finding.message


def test_silence_by_wish_is_worth_a_note() -> None:
    *_, finding = sound.check(load(None, {"audio": {"output": "silent"}}), Running(7, ("sound_lost",)), silent=False)
    assert finding.state is State.NOTE


def test_an_output_that_does_not_sound_is_bad() -> None:
    changes = {"audio": {"output": "alsa", "device": "plughw:CARD=Nowhere"}}
    *_, finding = sound.check(load(None, changes), None, silent=True)
    assert finding.state is State.BAD
    assert finding.message.startswith("Nothing sounds at plughw:CARD=Nowhere, as the user ")


def written(path: Path) -> NDArray[np.int16]:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


@pytest.mark.slow
@pytest.mark.skipif(not pulse.INSTALLED, reason="there is no PulseAudio here")
def test_a_real_server_hears_silence_and_then_a_tone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load()
    server = pulse.PulseServer(tmp_path)
    server.start()
    try:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        with pulse.recorded(tmp_path / "silence.wav"):
            *_, silence = sound.check(settings, None, silent=True)
        with pulse.recorded(tmp_path / "tone.wav"):
            *_, tone = sound.check(settings, None, silent=False)
    finally:
        server.kill()
    through = "was played through the sound server (PulseAudio or PipeWire), as the user "
    assert (silence.state, silence.message.startswith(f"Silence {through}")) == (State.GOOD, True), silence
    assert (tone.state, tone.message.startswith(f"A tone {through}")) == (State.GOOD, True), tone
    assert np.abs(pulse.heard(tmp_path / "silence.wav")).max() == 0.0
    assert np.abs(pulse.heard(tmp_path / "tone.wav")).max() > 0.01


def test_the_tone_comes_and_goes_softly(tmp_path: Path) -> None:
    write_tone(tmp_path / "tone.wav", 0.2)
    samples = written(tmp_path / "tone.wav")
    assert samples.size == 38_400
    assert abs(samples[:10]).max() < 20
    assert 6_400 < samples.max() < 6_560
    write_tone(tmp_path / "tone.wav", 0.0)
    assert not written(tmp_path / "tone.wav").any()
