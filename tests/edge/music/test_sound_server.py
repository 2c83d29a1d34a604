"""A real PulseAudio server with a null sink, recorded: it begins a stream at full volume unless told before."""

import shutil
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until

from mien.config import load
from mien.music.sound_output import sound_output_available
from mien.music.vlc_player import VlcPlayer
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


@pytest.mark.usefixtures("server")
def test_no_track_begins_louder_than_the_cap(tmp_path: Path) -> None:
    news: SimpleQueue[TrackEnded] = SimpleQueue()
    record = ["parec", "-d", "room.monitor", "--format=s16le", "--rate=44100", "--channels=1", "--file-format=wav"]
    record += ["--latency-msec=20"]  # of a sound card; with a lazy sink, a volume that comes late is still in time
    changes = {"output": "auto", "start_volume_percent": 40, "fade_in_seconds": 0.2, "fade_out_seconds": 0.2}
    tracks = [
        Track(write_tone(tmp_path / f"{hertz}.wav", hertz, 3.0), "", None, None, None, Affect(0, 0), "prior")
        for hertz in (440, 660)
    ]
    assert sound_output_available()

    with subprocess.Popen([*record, str(tmp_path / "heard.wav")]) as recorder:
        wait_until(lambda: (tmp_path / "heard.wav").exists() and (tmp_path / "heard.wav").stat().st_size > 20_000)
        player = VlcPlayer(load(None, {"audio": changes}).audio, news.put)
        player.play(tracks[0])
        wait_until(lambda: player.playback().position_seconds > 1.0)
        player.play(tracks[1])
        assert news.get(timeout=10) == TrackEnded(tracks[1], failed=False)
        player.close()
        recorder.terminate()

    with wave.open(str(tmp_path / "heard.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    seconds = samples[: len(samples) // 44_100 * 44_100].reshape(-1, 44_100)
    pitches = np.abs(np.fft.rfft(seconds, axis=1)).argmax(axis=1)[np.abs(seconds).max(axis=1) > 0.01]
    assert {440, 660} <= set(pitches.tolist())
    assert np.abs(samples).max() == pytest.approx(0.5 * 0.4**3, rel=0.05)
