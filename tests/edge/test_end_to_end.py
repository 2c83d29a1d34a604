"""The whole of mien as processes: a real clip in, moods and sound out; an eye that dies, and players that go away."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import wave
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from development_data import development_data
from edge.command_line import COMMAND, mien, sentence, surroundings
from edge.link.ends import PlayerEnd
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until
from numpy.typing import NDArray

from mien.link.lines import EyeCondition, EyeState
from mien.types import EMOTIONS

NEGATIVE = {"sad", "fear", "angry", "disgust"}
# Folders whose names place their tone on the valence-arousal plane; nothing places `plain`.
TONES = {"sad": 330, "happy": 880, "calm": 220, "soft": 440, "plain": 550}
# What the policy `lift` plays for a negative mood; `plain` is as good as any for disgust.
LIFTED = {"sad": "sad", "fear": "calm", "angry": "soft", "disgust": "plain"}
STEP_SECONDS = 0.1
Line = dict[str, Any]


class Running:
    """A command that goes on, and what it says."""

    def __init__(self, home: Path, *arguments: str | Path) -> None:
        self.home = home
        self._said = home / f"{arguments[0]}.log"
        with self._said.open("wb") as log:
            self.process = subprocess.Popen(
                [*COMMAND, *map(str, arguments)], stdout=log, stderr=subprocess.STDOUT, env=surroundings(home)
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def wait_for(self, pattern: str) -> re.Match[str]:
        wait_until(lambda: re.search(pattern, self.said) is not None or self.process.poll() is not None, 20.0)
        found = re.search(pattern, self.said)
        assert found is not None, self.said
        return found

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(10)


@contextmanager
def running(home: Path, *arguments: str | Path) -> Iterator[Running]:
    command = Running(home, *arguments)
    with ExitStack() as stack:
        stack.callback(command.process.wait)
        stack.callback(command.process.kill)
        yield command


@pytest.fixture(scope="module")
def clip() -> Path:
    """A clip of 20 seconds: a woman who is sad, and from the eleventh second on happy."""
    return development_data("videos", "pyfeat_WolfgangLanger_Pexels.mp4")


@pytest.fixture(scope="module")
def played(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`mien run` with the clip and a folder of tones for each mood; it takes the clip's own time."""
    home = tmp_path_factory.mktemp("played")
    for name, hertz in TONES.items():
        (home / "music" / name).mkdir(parents=True)
        write_tone(home / "music" / name / "tone.wav", hertz, 30.0)
    (home / "mien.toml").write_text("[music]\nhear = false\n")  # a tone that is heard meanwhile sounds louder
    settings = ("--config", home / "mien.toml")
    trace = ("--trace", home / "played.trace")
    options = ("--library", home / "music", "--audio-file", home / "out.wav", "--no-web", *settings, *trace)
    with running(home, "run", "--source", clip, *options) as player:
        yield player


@pytest.fixture(scope="module")
def watched(clip: Path, played: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[Line]]:
    """What `mien watch` says of the clip at 24 and at 6 frames a second, while another mien plays to it."""
    assert played.process.poll() is None
    home = tmp_path_factory.mktemp("watched")
    traces = {fps: ("--trace", played.home / f"watched_{fps}.trace") for fps in (24, 6)}
    done = {fps: mien(home, "watch", clip, "--json", "--fps", str(fps), *trace) for fps, trace in traces.items()}
    assert [(one.returncode, one.stderr) for one in done.values()] == [(0, "")] * 2
    return {fps: [json.loads(line) for line in one.stdout.splitlines()] for fps, one in done.items()}


def moods(lines: list[Line]) -> list[tuple[str, float]]:
    return [(line["emotion"], line["at"]) for line in lines if line["type"] == "mood"]


def test_every_line_has_the_keys_that_were_promised(watched: dict[int, list[Line]]) -> None:
    for fps, lines in watched.items():
        observations = [line for line in lines if line["type"] == "observation"]
        assert len(observations) == pytest.approx(19.7 * fps, rel=0.05)
        for line in observations:
            assert list(line) == ["type", "seen_at", "face", "probabilities", "quality", "width", "height", "faces"]
            assert line["face"]["box"] == line["faces"][0]["box"]
            assert list(line["face"]) == ["box", "score"]
            assert len(line["face"]["box"]) == 4
            assert list(line["probabilities"]) == list(EMOTIONS)
            assert sum(line["probabilities"].values()) == pytest.approx(1.0, abs=0.001)
        for line in lines:
            if line["type"] != "observation":
                assert list(line) == ["type", "at", "emotion", "confidence", "valence", "arousal"]
        times = [line["seen_at" if line["type"] == "observation" else "at"] for line in lines]
        assert times == sorted(times)


def test_she_is_sad_then_happy_at_any_rate(watched: dict[int, list[Line]]) -> None:
    decided = {fps: moods(lines) for fps, lines in watched.items()}
    for changes in decided.values():
        assert changes[0][0] in NEGATIVE
        assert changes[-1][0] == "happy"
        assert 8.5 <= changes[-1][1] <= 12.5
        assert "happy" not in [emotion for emotion, _ in changes[:-1]]
    first = decided[24]
    for changes in decided.values():
        assert [emotion for emotion, _ in changes] == [emotion for emotion, _ in first]
        assert [at for _, at in changes] == pytest.approx([at for _, at in first], abs=0.5)


def replayed(trace: Path, *arguments: str) -> dict[str, list[Line]]:
    """Return what `mien replay` says, by `which`."""
    done = mien(trace.parent, "replay", trace, "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {which: [line for line in lines if line["which"] == which] for which in ("decided", "then", "now")}


def test_a_trace_gives_the_same_moods_at_the_same_times(played: Running, watched: dict[int, list[Line]]) -> None:
    again = replayed(played.home / "watched_6.trace")
    assert moods(again["decided"]) == moods(again["then"]) == moods(watched[6])
    assert again["then"][0]["reproduced"]
    assert again["now"] == []


def test_settings_are_tried_on_a_trace(played: Running, watched: dict[int, list[Line]]) -> None:
    drawn = played.home / "evening.svg"
    tried = replayed(played.home / "watched_6.trace", "--set", "mood.dwell_seconds=4", "--svg", str(drawn))
    assert moods(tried["then"]) == moods(watched[6])
    happy_then, happy_now = (moods(tried[which])[-1] for which in ("then", "now"))
    assert happy_then[0] == happy_now[0] == "happy"
    assert happy_now[1] - happy_then[1] > 2.0
    assert drawn.read_text().startswith("<svg ")


@dataclass(frozen=True)
class Sound:
    """Level, pitch and the level of each tone in each tenth of a second of an audio file."""

    level: NDArray[np.float64]
    hertz: NDArray[np.float64]
    tone_levels: dict[str, NDArray[np.float64]]

    @property
    def full(self) -> float:
        return float(np.quantile(self.level, 0.9))

    def tones(self) -> list[tuple[str, int]]:
        """Return the tones that sound for a while and the steps at which they begin, in order."""
        names = list(TONES)
        nearest = np.abs(self.hertz[:, np.newaxis] - list(TONES.values())).argmin(axis=1)
        audible = [(names[nearest[step]], step) for step in np.flatnonzero(self.level > 0.02 * self.full).tolist()]
        runs = [list(run) for _, run in groupby(audible, key=lambda pair: pair[0])]
        return [run[0] for run in runs if len(run) >= 3]


def listen(path: Path) -> Sound:
    with wave.open(str(path)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)[:, 0] / 32768
    size = round(STEP_SECONDS * rate)
    steps = samples[: len(samples) // size * size].reshape(-1, size)
    spectra = np.abs(np.fft.rfft(steps * np.hanning(size), axis=1))
    levels = spectra * np.sqrt(2) / np.hanning(size).sum()
    tone_levels = {name: levels[:, round(hertz * STEP_SECONDS)] for name, hertz in TONES.items()}
    return Sound(np.sqrt((steps**2).mean(axis=1)), spectra.argmax(axis=1) / STEP_SECONDS, tone_levels)


def test_one_track_crosses_into_the_next_when_her_mood_changes(played: Running, watched: dict[int, list[Line]]) -> None:
    assert played.process.wait(40) == 0, played.said
    sound = listen(played.home / "out.wav")
    heard = sound.tones()
    changes = moods(watched[6])
    expected = ["plain", *(LIFTED.get(emotion, emotion) for emotion, _ in changes)]
    assert [name for name, _ in heard] == [name for name, _ in groupby(expected)]
    if len(heard) == len(changes) + 1:
        sounded = (heard[-1][1] - heard[-2][1]) * STEP_SECONDS
        assert sounded == pytest.approx(changes[-1][1] - changes[-2][1], abs=2.0)  # it judges while others run
    for (leaving, _), (coming, middle) in pairwise(heard):
        falling, rising = sound.tone_levels[leaving], sound.tone_levels[coming]
        crossing = slice(middle - 10, middle + 10)  # of a crossfade of 3 s
        assert (np.diff(falling[crossing]) < 0).all()
        assert (np.diff(rising[crossing]) > 0).all()
        assert min(falling[middle], rising[middle]) > 0.6 * sound.full
        assert (sound.level[crossing] > 0.9 * sound.full).all()
    assert sound.level[-1] < 0.1 * sound.full


def test_what_the_player_recorded_replays_to_what_it_decided(played: Running) -> None:
    assert played.process.wait(40) == 0, played.said
    again = replayed(played.home / "played.trace")
    assert moods(again["decided"]) == moods(again["then"])
    assert moods(again["then"])[-1][0] == "happy"


def eyes(process_id: int) -> list[int]:
    """Return the eyes that a process started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = status.read_text().rpartition(")")[2].split()[1]
            arguments = status.with_name("cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended just now
        if int(parent) == process_id and b"eye" in arguments:
            found.append(int(status.parent.name))
    return found


def test_an_eye_that_is_killed_comes_back_and_the_music_plays_on(clip: Path, tmp_path: Path) -> None:
    music, settings, sound_file = tmp_path / "music", tmp_path / "mien.toml", tmp_path / "out.wav"
    music.mkdir()
    write_tone(music / "tone.wav", 440, 60.0)
    settings.write_text("[web]\nport = 0\n")
    photo = development_data("photos", "faceapi_happy.jpg").read_bytes()
    arguments = ("run", "--source", clip, "--library", music, "--config", settings, "--audio-file", sound_file)

    with running(tmp_path, *arguments) as player:
        address = player.wait_for(r"The page is at (http://\S+)\.")[1]
        with httpx.Client(base_url=address, trust_env=False, timeout=20) as page:

            def sees() -> bool:
                return page.get("/api/state").json()["probabilities"] is not None

            wait_until(sees, 15.0)
            answer = page.post("/api/photo", content=photo, headers={"content-type": "image/jpeg"}).json()
            assert answer["faces"]
            assert [track["title"] for track in answer["tracks"]] == ["tone"]
            assert "Another mien already runs" in sentence(mien(tmp_path, *arguments[:-2], "--log-level", "error"))

            (eye,) = eyes(player.process.pid)
            os.kill(eye, signal.SIGKILL)
            wait_until(lambda: not page.get("/api/state").json()["eye_connected"])
            wait_until(sees, 15.0)
            assert eyes(player.process.pid) != [eye]
        assert "The eye ended with status -9; it starts again in 1 s, the music plays on." in player.said

        (eye,) = eyes(player.process.pid)
        assert player.end(signal.SIGHUP) == 0
        assert not Path(f"/proc/{eye}").exists()
        assert "Traceback" not in player.said
    assert not list(tmp_path.rglob("eye.sock"))
    sound = listen(sound_file)
    begin = int(np.argmax(sound.level > 0.9 * sound.full))
    assert begin * STEP_SECONDS < 6.0
    assert (sound.level[begin:-20] > 0.9 * sound.full).all()


def test_the_eye_alone_prints_until_it_is_told_to_end(clip: Path, tmp_path: Path) -> None:
    with running(tmp_path, "eye", "--source", clip, "--json") as eye:
        eye.wait_for(r"\n.*\n")
        assert eye.end(signal.SIGINT) == 0
        lines = [json.loads(line) for line in eye.said.splitlines()]
    assert {line["type"] for line in lines} == {"observation"}
    assert [line["seen_at"] for line in lines] == sorted(line["seen_at"] for line in lines)


def test_an_eye_that_repeats_begins_its_pictures_anew(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    for name in ("a", "b"):
        cv2.imwrite(str(tmp_path / f"pictures/{name}.png"), np.zeros((48, 64, 3), np.uint8))
    with running(tmp_path, "eye", "--source", tmp_path / "pictures", "--repeat", "--json") as eye:
        eye.wait_for(r"(.*\n){3}")
        assert eye.end(signal.SIGINT) == 0
    assert [json.loads(line)["seen_at"] for line in eye.said.splitlines()][:3] == [0.0, 1.0, 0.0]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of pictures without a face, shown for a minute."""
    (tmp_path / "pictures").mkdir()
    for number in range(60):
        cv2.imwrite(str(tmp_path / f"pictures/{number:02}.png"), np.full((48, 64, 3), 4 * number, np.uint8))
    return tmp_path / "pictures"


@pytest.mark.parametrize("child", [True, False])
def test_an_eye_ends_with_its_player_or_waits_for_the_next(tmp_path: Path, pictures: Path, child: bool) -> None:
    socket = tmp_path / "eye.sock"
    first = PlayerEnd(socket)
    options = ["--child", str(os.getpid())] if child else []
    with closing(first.server), running(tmp_path, "eye", "--socket", socket, "--source", pictures, *options) as eye:
        wait_until(lambda: first.said.qsize() > 1, 15.0)
        first.server.close()
        if child:
            assert eye.process.wait(10) == 1
            assert eye.said.splitlines()[-1] == "mien: The player went away, so its eye ends."
        else:
            second = PlayerEnd(socket)
            with closing(second.server):
                assert second.eye_came()
                assert second.next() == EyeState(EyeCondition.WATCHING, "")
                assert eye.end(signal.SIGTERM) == 0
