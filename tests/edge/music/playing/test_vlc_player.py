"""libVLC for real: what it writes into the audio file is measured."""

import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from edge.music.recording import NEAR_HERTZ, STEP_SECONDS, Recording, audio, full_level, track
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until
from numpy.typing import NDArray

from mien.errors import AudioError
from mien.music.playing.vlc_player import VlcPlayer
from mien.types import PlayState, Track, TrackEnded


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Recording]:
    recording = Recording(tmp_path, audio())
    yield recording
    recording.player.close()


def test_two_tracks_sound_in_order_with_fades(recording: Recording, tmp_path: Path) -> None:
    low = track(write_tone(tmp_path / "low.wav", 440, 20.0))
    high = track(write_tone(tmp_path / "high.wav", 880, 20.0))

    recording.play_until(low, 1.0)
    recording.play_until(high, 1.0)
    level, hertz = recording.finish()

    sounding = level > 0.001
    switch = int(np.argmax(sounding & (hertz > 700)))
    first, second = slice(0, switch), slice(switch, None)
    assert (np.abs(hertz[first][sounding[first]] - 440) <= NEAR_HERTZ).all()
    assert (np.abs(hertz[second][sounding[second]] - 880) <= NEAR_HERTZ).all()
    assert level.max() == pytest.approx(full_level(55), rel=0.02)
    full = np.flatnonzero(level[first] > 0.98 * full_level(55))[-1]
    gone = full + int(np.argmin(sounding[full:]))
    assert (np.diff(level[full:gone]) < 0).all()
    assert 0.3 < (gone - full) * STEP_SECONDS < 0.7  # of a fade of 0.6 s; its last steps lie below what counts
    assert level[gone:switch].min() < 1e-4
    assert (np.diff(level[switch : switch + 6]) > 0).all()
    assert level[switch + 9] == pytest.approx(full_level(55), rel=0.02)


def power_of(samples: NDArray[np.float64], hertz: float) -> NDArray[np.float64]:
    """Return the power of one tone in each 50 ms."""
    parts = samples[: len(samples) // 2205 * 2205].reshape(-1, 2205)
    shares = np.abs(parts @ np.exp(-2j * np.pi * hertz * np.arange(2205) / 44_100)) / 2205
    return np.asarray(2 * shares**2)


def test_two_tracks_cross_with_one_power(tmp_path: Path) -> None:
    recording = Recording(tmp_path, audio(crossfade_seconds=1.0))
    low = track(write_tone(tmp_path / "low.wav", 440, 20.0))
    high = track(write_tone(tmp_path / "high.wav", 880, 20.0))

    recording.play_until(low, 1.0)
    recording.play_until(high, 1.5)
    samples = recording.samples()

    whole = full_level(55) ** 2
    falling, rising = (power_of(samples, hertz) / whole for hertz in (440, 880))
    crossing = np.flatnonzero((falling > 0.02) & (rising > 0.02))
    assert len(crossing) * STEP_SECONDS == pytest.approx(0.8, abs=0.15)  # its ends lie below what counts
    span = slice(crossing[0] - 3, crossing[-1] + 6)
    assert (np.diff(falling[span]) <= 0.01).all()
    assert (np.diff(rising[span]) >= -0.01).all()
    assert falling[span] + rising[span] == pytest.approx(np.ones(span.stop - span.start), abs=0.08)


def test_the_next_track_begins_a_crossfade_before_the_end(tmp_path: Path) -> None:
    recording = Recording(tmp_path, audio(crossfade_seconds=1.0, fade_in_seconds=0.1))
    low = track(write_tone(tmp_path / "low.wav", 440, 3.0))
    high = track(write_tone(tmp_path / "high.wav", 880, 20.0))

    recording.player.play(low)
    assert recording.news.get(timeout=10) == TrackEnded(low, failed=False)
    recording.play_until(high, 1.5)
    samples = recording.samples()

    audible = 0.01 * full_level(55) ** 2
    began_at, crossed_at = (np.argmax(power_of(samples, hertz) > audible) * STEP_SECONDS for hertz in (440, 880))
    assert crossed_at - began_at == pytest.approx(3.0 - 1.0, abs=0.2)
    assert recording.news.empty()


def test_a_pause_is_silent_and_goes_on_where_it_was(recording: Recording, tmp_path: Path) -> None:
    time_steps = np.arange(20 * 44_100) / 44_100
    sweep = np.rint(16_000 * np.sin(2 * np.pi * (400 * time_steps + 50 * time_steps**2))).astype("<i2")
    with wave.open(str(tmp_path / "sweep.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(sweep.tobytes())
    rising = track(tmp_path / "sweep.wav")

    recording.play_until(rising, 1.2)
    recording.player.pause()
    wait_until(lambda: recording.player.playback().state is PlayState.PAUSED)
    paused_at = recording.seconds()
    wait_until(lambda: recording.seconds() > paused_at + 2.0)
    position = recording.player.playback().position_seconds
    recording.player.resume()
    recording.wait_for(rising, position + 1.0)
    level, hertz = recording.finish()

    began = int(np.argmax(level > 1e-3))
    first = began + int(np.argmax(level[began:] < 1e-5))
    last = first + int(np.argmax(level[first:] > 1e-5))
    assert (last - first) * STEP_SECONDS > 1.0
    heard = hertz[level > 1e-4]
    assert (np.diff(heard) >= -20).all()
    assert hertz[last + 1] - hertz[first - 2] < 60  # the sweep rises 100 Hz a second


def test_the_whole_track_sounds_before_its_end_is_told(recording: Recording, tmp_path: Path) -> None:
    short = track(write_tone(tmp_path / "short.wav", 440, 2.0))

    recording.player.play(short)
    assert recording.news.get(timeout=10) == TrackEnded(short, failed=False)
    level, _ = recording.finish()

    assert (level > 0.001).sum() * STEP_SECONDS == pytest.approx(2.0, abs=0.25)


def test_a_torn_file_between_two_tracks_leaves_no_mark(recording: Recording, tmp_path: Path) -> None:
    good = track(write_tone(tmp_path / "good.wav", 440, 1.0))
    noise = tmp_path / "noise.mp3"
    noise.write_bytes(np.random.default_rng(1).bytes(40_000))

    for playing, failed in ((good, False), (track(noise), True), (good, False)):
        recording.player.play(playing)
        assert recording.news.get(timeout=10) == TrackEnded(playing, failed)
    level, hertz = recording.finish()

    assert (np.abs(hertz[level > 0.001] - 440) <= NEAR_HERTZ).all()


def test_nobody_gets_beyond_the_cap(tmp_path: Path) -> None:
    recording = Recording(tmp_path, audio(start_volume_percent=100, maximum_volume_percent=60, fade_in_seconds=0.1))
    loud = track(write_tone(tmp_path / "loud.wav", 440, 20.0))

    recording.play_until(loud, 0.6)
    recording.player.set_volume(100)
    recording.wait_for(loud, 1.2)
    level, _ = recording.finish()

    assert level.max() == pytest.approx(full_level(60), rel=0.02)


def test_a_name_that_is_not_utf8_is_played(recording: Recording, tmp_path: Path) -> None:
    odd = track(write_tone(tmp_path / "caf\udce9 #1 100%?.wav", 440, 0.5))

    recording.player.play(odd)

    assert recording.news.get(timeout=10) == TrackEnded(odd, failed=False)


def test_commands_from_many_threads_end_well(tmp_path: Path) -> None:
    recording = Recording(tmp_path, audio(fade_in_seconds=0.02, fade_out_seconds=0.02))
    tracks = [track(write_tone(tmp_path / f"{i}.wav", 400 + 100 * i, 5.0)) for i in range(3)]

    def bother(own: Track) -> None:
        for i in range(30):
            recording.player.play(own)
            recording.player.pause() if i % 2 else recording.player.resume()
            recording.player.set_volume(i)

    threads = [threading.Thread(target=bother, args=(own,)) for own in tracks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recording.player.play(tracks[0])
    recording.wait_for(tracks[0], 0.2)
    began_at = time.monotonic()
    recording.player.close()

    assert time.monotonic() - began_at < 2.0
    assert recording.news.empty()


def test_an_unknown_output_is_named() -> None:
    with pytest.raises(AudioError, match=r"no sound output 'gramophone': .* alsa"):
        VlcPlayer(audio(output="gramophone"), lambda _event: None)


@pytest.mark.parametrize(
    "python_vlc",  # what it does without libVLC, with and without a C library that it takes for it
    [
        'raise NotImplementedError("Cannot find libvlc lib")',
        "def Instance(options): raise NameError(\"no function 'libvlc_new'\")",
    ],
)
def test_a_missing_libvlc_says_what_to_install(tmp_path: Path, python_vlc: str) -> None:
    (tmp_path / "vlc.py").write_text(python_vlc)
    program = """
import sys
sys.path.insert(0, sys.argv[1])
from mien.config import load
from mien.errors import AudioError
from mien.music.playing.vlc_player import VlcPlayer
try:
    VlcPlayer(load().audio, print)
except AudioError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)

    assert "libVLC is not installed: install it with `sudo apt install libvlc5 vlc-plugin-base`" in run.stdout


def test_libvlc_says_nothing(tmp_path: Path) -> None:
    noise = tmp_path / "noise.mp3"
    noise.write_bytes(b"no music\n" * 1000)
    tone = write_tone(tmp_path / "tone.wav", 440, 0.3)
    program = """
import queue, sys
from pathlib import Path
from mien.config import load
from mien.music.playing.vlc_player import VlcPlayer
from mien.types import Affect, Track
news = queue.SimpleQueue()
player = VlcPlayer(load(None, {"audio": {"output": "silent"}}).audio, news.put)
for path in sys.argv[1:]:
    player.play(Track(Path(path), "t", None, None, None, Affect(0, 0), "prior"))
    news.get(timeout=10)
player.close()
"""
    run = subprocess.run([sys.executable, "-c", program, tone, noise], capture_output=True, text=True, check=True)

    assert (run.stdout, run.stderr) == ("", "")
