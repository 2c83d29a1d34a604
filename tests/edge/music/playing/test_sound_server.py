"""A real PulseAudio server with a null sink, recorded: it begins a stream at full volume unless told before.

Behind a library that lets nobody else in, it is also ALSA hardware without a mixer.
"""

import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest
from edge.music.encoded import Format, encode
from edge.music.pulse import INSTALLED, PulseServer, heard, recorded
from edge.music.recording import STEP_SECONDS, audio, full_level, level_and_hertz, track
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until
from numpy.typing import NDArray

from mien.config import load
from mien.music.playing.sound_ladder import RETURN_SECONDS
from mien.music.playing.sound_output import sound_output_available
from mien.music.playing.vlc_player import VlcPlayer
from mien.types import Affect, Fault, Track, TrackEnded

log = logging.getLogger(__name__)

pytestmark = pytest.mark.skipif(
    not INSTALLED, reason="PulseAudio is not installed: apt install pulseaudio pulseaudio-utils"
)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    server = PulseServer(tmp_path)
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    server.start()
    yield server
    server.kill()


def tone(folder: Path, hertz: int, seconds: float = 3.0) -> Track:
    path = write_tone(folder / f"{hertz}.wav", hertz, seconds)
    return Track(path, "", None, None, None, Affect(0, 0), "prior")


@pytest.mark.slow
def test_a_sound_server_that_comes_late_is_heard_at_once(
    tmp_path: Path, server: PulseServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.kill()
    if sound_output_available({}):
        pytest.skip("this machine has a sound output of its own")
    player = VlcPlayer(audio(output="auto", fade_in_seconds=0.1), lambda _ended: None)
    player.play(tone(tmp_path, 440, 30.0))
    wait_until(lambda: player.playback().position_seconds > 0.5)
    assert player.trouble is not None
    assert player.trouble.fault is Fault.SOUND_MISSING

    server.start()
    with recorded(tmp_path / "heard.wav"):
        wait_until(lambda: player.trouble is None)
        position = player.playback().position_seconds
        wait_until(lambda: player.playback().position_seconds > position + 1.0)
        player.close()

    assert np.abs(heard(tmp_path / "heard.wav")).max() > 0.01
    assert caplog.messages == ["Sound goes to the sound server again."]


def sweep_places(samples: NDArray[np.float64]) -> tuple[float, float]:
    """Return where in a sweep that rises 100 Hz a second from 400 Hz on a recording begins and ends to sound."""
    level, hertz = level_and_hertz(samples)
    sounding = np.flatnonzero(level > 1e-3)
    begins_at = np.median((hertz[sounding] - 400) / 100 - sounding * STEP_SECONDS)
    return float(begins_at + sounding[0] * STEP_SECONDS), float(begins_at + sounding[-1] * STEP_SECONDS)


@pytest.mark.slow
@pytest.mark.parametrize("silence_seconds", [1.0, 15.0])
def test_a_killed_sound_server_costs_no_more_than_its_absence(
    tmp_path: Path,
    server: PulseServer,
    caplog: pytest.LogCaptureFixture,
    silence_seconds: float,
) -> None:
    caplog.set_level(logging.INFO)
    steps = np.arange(40 * 44_100) / 44_100
    sweep = 0.25 * np.sin(2 * np.pi * (400 * steps + 50 * steps**2))  # it rises 100 Hz a second from 400 Hz on
    file = encode(tmp_path / "sweep.mp3", Format("mp3", "libmp3lame"), sweep)
    player = VlcPlayer(audio(output="auto", fade_in_seconds=0.2), lambda _ended: None)

    with recorded(tmp_path / "before.wav"):
        player.play(track(file))
        wait_until(lambda: player.playback().position_seconds > 3.0)
        server.kill()
        killed_at = time.monotonic()
    wait_until(lambda: player.trouble is not None)
    noticed_seconds = time.monotonic() - killed_at
    assert player.trouble is not None
    assert player.trouble.fault is Fault.SOUND_LOST
    wait_until(lambda: time.monotonic() - killed_at > silence_seconds, 30)
    server.start()
    back_at = time.monotonic()
    wait_until(lambda: player.trouble is None)
    back_seconds = time.monotonic() - back_at
    with recorded(tmp_path / "after.wav"):
        position = player.playback().position_seconds
        wait_until(lambda: player.playback().position_seconds > position + 2.0)
        player.close()

    _, last = sweep_places(heard(tmp_path / "before.wav"))
    first, _ = sweep_places(heard(tmp_path / "after.wav"))
    moved = first - last - max(0.0, silence_seconds - RETURN_SECONDS)  # after so long it goes on unheard
    log.info("Noticed in %.2f s, back in %.2f s, %.2f s further on in the track.", noticed_seconds, back_seconds, moved)
    assert noticed_seconds < 1.0
    assert back_seconds < 2.0
    assert -1.0 < moved < 3.0
    assert [message for message in caplog.messages if "sound server" in message] == [
        "Sound goes to the sound server.",
        "Sound goes to the sound server again.",
    ]


@pytest.mark.usefixtures("server")
def test_no_track_begins_louder_than_the_cap(tmp_path: Path) -> None:
    news: SimpleQueue[TrackEnded] = SimpleQueue()
    changes = {
        "output": "auto",
        "start_volume_percent": 40,
        "same_loudness": False,
        "crossfade_seconds": 0.8,
        "fade_in_seconds": 0.2,
    }
    tracks = [tone(tmp_path, hertz) for hertz in (440, 660)]
    assert sound_output_available()

    with recorded(tmp_path / "heard.wav"):
        player = VlcPlayer(load(None, {"audio": changes}).audio, news.put)
        player.play(tracks[0])
        wait_until(lambda: player.playback().position_seconds > 1.0)
        player.play(tracks[1])
        assert news.get(timeout=10) == TrackEnded(tracks[1], failed=False)
        player.close()

    samples = heard(tmp_path / "heard.wav")
    seconds = samples[: len(samples) // 44_100 * 44_100].reshape(-1, 44_100)
    pitches = np.abs(np.fft.rfft(seconds, axis=1)).argmax(axis=1)[np.abs(seconds).max(axis=1) > 0.01]
    assert {440, 660} <= set(pitches.tolist())
    level, _ = level_and_hertz(samples)
    assert level.max() == pytest.approx(full_level(40), rel=0.1)  # libVLC's whole percents make steps of 0.6 dB here


ONE_AT_A_TIME = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
static atomic_flag taken = ATOMIC_FLAG_INIT;
int snd_pcm_open(void **pcm, const char *name, int stream, int mode) {
  int (*open)(void **, const char *, int, int) = dlsym(RTLD_NEXT, "snd_pcm_open");
  if (atomic_flag_test_and_set(&taken)) return -EBUSY;
  int status = open(pcm, name, stream, mode);
  if (status < 0) atomic_flag_clear(&taken);
  return status;
}
int snd_pcm_close(void *pcm) {
  int (*close)(void *) = dlsym(RTLD_NEXT, "snd_pcm_close");
  int status = close(pcm);
  atomic_flag_clear(&taken);
  return status;
}
"""
TWO_TRACKS = """
import logging, sys, queue
from pathlib import Path
from edge.music.recording import audio, track
from edge.music.waiting import wait_until
from numpy.typing import NDArray
from mien.music.playing.vlc_player import VlcPlayer
logging.basicConfig(level=logging.INFO)
player = VlcPlayer(audio(output="alsa", crossfade_seconds=2.0), print)
for playing in map(track, map(Path, sys.argv[1:])):
    player.play(playing)
    wait_until(lambda: player.playback().track == playing and player.playback().position_seconds > 1.5, 20)
player.close()
"""


@pytest.fixture
def hardware(tmp_path: Path, server: PulseServer) -> Path:  # noqa: ARG001 - it runs
    """Return a library to preload that makes ALSA's default device a room that one stream at a time gets into."""
    alsa = next(Path("/usr/lib").glob("*/libasound.so.2"), None)
    bridge = next(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so"), None)
    if alsa is None or bridge is None or shutil.which("cc") is None:
        pytest.skip("a C compiler or ALSA's bridge is not installed: apt install gcc libasound2-plugins")
    (tmp_path / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    source, library = tmp_path / "one.c", tmp_path / "one.so"
    source.write_text(ONE_AT_A_TIME)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-Wl,--no-as-needed", alsa, "-ldl"], check=True)
    return library


@pytest.mark.slow
def test_hardware_for_one_stream_gets_the_tracks_one_after_the_other(tmp_path: Path, hardware: Path) -> None:
    files = [write_tone(tmp_path / f"{hertz}.wav", hertz, 10.0) for hertz in (440, 660)]
    environment = {**os.environ, "LD_PRELOAD": str(hardware), "PYTHONPATH": str(Path(__file__).parents[3])}

    with recorded(tmp_path / "heard.wav"):
        command = [sys.executable, "-c", TWO_TRACKS, *map(str, files)]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert "The sound output takes one stream at a time" in run.stderr
    level, hertz = level_and_hertz(heard(tmp_path / "heard.wav"))
    full = level > 0.8 * full_level(55)
    for pitch in (440, 660):
        assert (np.abs(hertz[full] - pitch) < 30).sum() * STEP_SECONDS > 0.5


HELD_BY_ANOTHER = """
import ctypes, logging, sys
from pathlib import Path
from edge.music.recording import audio, track
from edge.music.waiting import wait_until
from mien.music.playing.vlc_player import VlcPlayer
logging.basicConfig(level=logging.INFO)
alsa = ctypes.CDLL(None)
pcm = ctypes.c_void_p()
assert alsa.snd_pcm_open(ctypes.byref(pcm), b"default", 0, 0) == 0
player = VlcPlayer(audio(output="alsa"), lambda ended: sys.exit(f"{ended} is told"))
player.play(track(Path(sys.argv[1])))
wait_until(lambda: player.trouble is not None and player.trouble.fault == "sound_busy", 20)
assert player.playback().position_seconds < 4.0
alsa.snd_pcm_close(pcm)
wait_until(lambda: player.trouble is None, 10)
assert player.playback().position_seconds < 4.0
wait_until(lambda: player.playback().position_seconds > 2.0)
player.close()
"""


@pytest.mark.slow
def test_a_card_that_another_program_holds_plays_from_the_begin_once_it_is_free(tmp_path: Path, hardware: Path) -> None:
    file = write_tone(tmp_path / "440.wav", 440, 60.0)
    environment = {**os.environ, "LD_PRELOAD": str(hardware), "PYTHONPATH": str(Path(__file__).parents[3])}

    with recorded(tmp_path / "heard.wav"):
        command = [sys.executable, "-c", HELD_BY_ANOTHER, str(file)]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert run.stderr.count("Sound goes to the sound server again") == 1
    level, _ = level_and_hertz(heard(tmp_path / "heard.wav"))
    assert (level > 0.8 * full_level(55)).sum() * STEP_SECONDS > 1.0
