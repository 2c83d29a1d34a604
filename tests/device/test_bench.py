"""What the test bench computes from what it sees and hears; the bench itself runs by tests/device/fault_matrix.py."""

import fcntl
import math
import os
import termios
import time
from pathlib import Path

import numpy as np
import pytest
from device.fault import Outcome, Place, lost, to_markdown, to_text
from device.sound_meter import SoundMeter, silences
from edge.music.waiting import wait_until
from hypothesis import given
from hypothesis import strategies as st

MOMENTS = st.lists(st.floats(0.0, 100.0), max_size=30).map(sorted)


def test_silence_is_what_lies_between_sounds() -> None:
    assert silences([1.0, 1.1, 1.2, 4.0, 4.1], 0.9, 6.0, shortest=0.5) == [(1.2, 4.0), (4.1, 6.0)]
    assert silences([], 2.0, 5.0) == [(2.0, 5.0)]


@given(MOMENTS)
def test_no_silence_holds_a_sound_and_none_is_missed(audible_at: list[float]) -> None:
    found = silences(audible_at, 10.0, 90.0, shortest=5.0)
    assert all(not begin < at < end for begin, end in found for at in audible_at)
    assert all(end - begin > 5.0 for begin, end in found)
    for middle in np.arange(10.0, 90.0, 1.0):
        alone = all(abs(at - middle) > 5.0 for at in (*audible_at, 10.0, 90.0))
        assert not alone or any(begin < middle < end for begin, end in found)


def test_what_was_lost_is_told_apart_from_the_silence() -> None:
    before = Place(100.0, "/music/a.flac", 50.0)
    assert lost(before, Place(110.0, "/music/a.flac", 55.0), 5.0) == "nothing"
    assert lost(before, Place(110.0, "/music/a.flac", 52.0), 5.0) == "3 s heard twice"
    assert lost(before, Place(110.0, "/music/a.flac", 60.0), 5.0) == "5 s of the track not heard"
    assert lost(before, Place(110.0, "/music/b.flac", 1.0), 5.0) == "the track: b plays instead"


def test_the_table_has_a_row_for_each_fault_and_names_what_broke() -> None:
    good = Outcome(
        "eye killed", "`kill -9`", "Container", 0.0, 1.26, 0.5, ("eye_gone",), "nothing", "a | b", ("a", "b"), ()
    )
    bad = Outcome("player killed", "`kill -9`", "Container", 9.0, None, None, (), "-", "", ("c",), ("not back",))
    head, line, first, second = to_markdown([good, bad]).splitlines()
    assert head.count("|") == line.count("|") == second.count("|") == 9
    assert (
        first
        == "| eye killed | `kill -9` | Container | 0.0 | 1.3 | nothing | eye_gone: 0.5 | a \\| b (2 warnings in all) |"
    )
    assert "**player killed: not back**" in second
    assert "| 9.0 | never | - | - | none |" in second
    assert "PROBLEM" not in to_text(good)
    assert to_text(bad).splitlines()[1:] == ["    no log line", "    PROBLEM: not back", "        c"]


@pytest.fixture
def meter(tmp_path: Path) -> SoundMeter:
    return SoundMeter(tmp_path / "sound")


def test_the_meter_hears_music_and_no_silence_through_its_pipe(tmp_path: Path, meter: SoundMeter) -> None:
    began = time.monotonic() - 1.0
    quiet = np.zeros(44100, "<i2")
    tone = np.rint(3000 * np.sin(2 * math.pi * 440 * np.arange(44100) / 44100)).astype("<i2")
    pipe = os.open(tmp_path / "sound", os.O_WRONLY)
    try:
        os.write(pipe, quiet.tobytes())
        os.write(pipe, b"RIFF".ljust(44, b"\xff"))  # the header of a stream is no sound
        os.write(pipe, quiet.tobytes())
        wait_until(lambda: fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)) == bytes(4))  # all of it is read
        sounds_from = time.monotonic()
        os.write(pipe, tone.tobytes())
        wait_until(lambda: meter.last_audible_at > 0.0)
        ((_, first_sound),) = meter.silences(began, meter.last_audible_at)
        assert first_sound >= sounds_from - 0.1
    finally:
        os.close(pipe)
        meter.close()
