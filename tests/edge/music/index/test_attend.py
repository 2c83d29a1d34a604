"""The whole of what looks after an index, on a thread of its own as in its own process."""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from edge.music.fake_ear import FakeEar
from edge.music.sound_files import write_tone
from edge.music.waiting import wait_until

from mien.music.index.attend import LimitedEar, attend
from mien.music.index.library import Library


@contextmanager
def attended(music: Path, ear: FakeEar | None) -> Iterator[Library]:
    """Attend to a library's index while it is read."""
    index, end = music.with_name("index.sqlite"), threading.Event()

    def run() -> None:
        with Library(index, music) as library:
            attend(library, ear, end.is_set)

    thread = threading.Thread(target=run, name="attend")
    thread.start()
    try:
        with Library(index, music) as reader:
            yield reader
    finally:
        end.set()
        thread.join(10.0)
        assert not thread.is_alive()


def sources(library: Library) -> list[str]:
    return [track.affect_source for track in library.tracks()]


def test_what_comes_is_found_and_heard(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    music = tmp_path / "music"
    with attended(music, FakeEar()) as library:
        with caplog.at_level(logging.WARNING):
            wait_until(lambda: "does not exist" in caplog.text)
        music.mkdir()
        write_tone(music / "one.wav", 440, 0.01)
        wait_until(lambda: sources(library) == ["audio"], 15.0)
    assert len([message for message in caplog.messages if "does not exist" in message]) == 1


def test_without_an_ear_words_place_the_tracks(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    write_tone(music / "sad.wav", 440, 0.01)
    with attended(music, None) as library:
        wait_until(lambda: sources(library) == ["title"])


def test_a_limited_ear_hears_the_same_and_leaves_no_timer(tmp_path: Path) -> None:
    path = write_tone(tmp_path / "a.wav", 440, 0.01)

    assert LimitedEar(FakeEar()).hear(path) == FakeEar().hear(path)
    assert LimitedEar(FakeEar("7")).version == "7"
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_it_stands_back_and_sees_its_parent_go() -> None:
    script = """
import os, threading
from mien.music.index.attend import parent_watch, stand_back
told, tell = os.pipe()
if os.fork():
    os._exit(os.read(told, 1) != b"x")
parent_gone = parent_watch()
before = parent_gone()
threading.Thread(target=threading.Event().wait, daemon=True).start()
stand_back()
os.write(tell, b"x")
while not parent_gone():
    pass
priorities = {os.getpriority(os.PRIO_PROCESS, int(thread)) for thread in os.listdir("/proc/self/task")}
print(before, *priorities, open("/proc/self/oom_score_adj").read())
"""
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert result.stdout.split() == ["False", "19", "1000"]
