"""A real PulseAudio server with a null sink, recorded: it begins a stream at full volume unless told before.

Behind a library that lets nobody else in, it is also ALSA hardware without a mixer.
"""

import logging
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest
from edge.music.recording import STEP_SECONDS, full_level, level_and_hertz
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until
from numpy.typing import NDArray

from mien.config import load
from mien.music.playing.sound_output import sound_output_available
from mien.music.playing.vlc_player import VlcPlayer
from mien.types import Affect, Track, TrackEnded

TOOLS = ("pulseaudio", "pactl", "parec")

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason="PulseAudio is not installed: apt install pulseaudio pulseaudio-utils"
)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/socket")
    modules = (
        "module-null-sink sink_name=room",
        f"module-native-protocol-unix socket={tmp_path}/socket auth-anonymous=1",
    )
    command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
    command += [word for module in modules for word in ("-L", module)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode == 0, 10)
            yield
        finally:
            process.terminate()


def heard(recording: Path) -> NDArray[np.float64]:
    with wave.open(str(recording)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def tone(folder: Path, hertz: int, seconds: float = 3.0) -> Track:
    path = write_tone(folder / f"{hertz}.wav", hertz, seconds)
    return Track(path, "", None, None, None, Affect(0, 0), "prior")


@contextmanager
def recorded(path: Path) -> Iterator[None]:
    """Record what the room hears, for as long as this lasts."""
    command = ["parec", "-d", "room.monitor", "--format=s16le", "--rate=44100", "--channels=1", "--file-format=wav"]
    command += ["--latency-msec=20"]  # of a sound card; with a lazy sink, a volume that comes late is still in time
    with subprocess.Popen([*command, str(path)]) as recorder:
        wait_until(lambda: path.exists() and path.stat().st_size > 20_000)
        yield
        recorder.terminate()


@pytest.mark.usefixtures("server")
def test_a_sound_server_that_comes_late_is_heard_from_the_next_track_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    news: SimpleQueue[TrackEnded] = SimpleQueue()
    with recorded(tmp_path / "heard.wav"):
        with monkeypatch.context() as without:
            without.delenv("PULSE_SERVER")
            if sound_output_available():
                pytest.skip("this machine has a sound output of its own")
            player = VlcPlayer(
                load(None, {"audio": {"output": "auto", "fade_in_seconds": 0.1, "start_volume_percent": 55}}).audio,
                news.put,
            )
            first, second = tone(tmp_path, 440, 0.5), tone(tmp_path, 660)
            player.play(first)
            assert news.get(timeout=10) == TrackEnded(first, failed=False)
        player.play(second)
        assert news.get(timeout=10) == TrackEnded(second, failed=False)
        player.close()

    assert np.abs(heard(tmp_path / "heard.wav")).max() > 0.01
    said = [message for message in caplog.messages if "plays silently" in message or "sound output" in message]
    assert said == [
        "There is no sound card and no sound server: it plays silently until there is one.",
        "The sound output is auto.",
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
from mien.music.playing.vlc_player import VlcPlayer
logging.basicConfig(level=logging.INFO)
player = VlcPlayer(audio(output="alsa", crossfade_seconds=2.0), print)
for playing in map(track, map(Path, sys.argv[1:])):
    player.play(playing)
    wait_until(lambda: player.playback().track == playing and player.playback().position_seconds > 1.5, 20)
player.close()
"""


@pytest.fixture
def hardware(tmp_path: Path, server: None) -> Path:  # noqa: ARG001 - it runs
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
