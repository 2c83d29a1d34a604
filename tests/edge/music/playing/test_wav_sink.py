"""The file as a loudspeaker: what sounds when, with a clock of our own."""

import logging
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.errors import AudioError
from mien.music.playing.wav_sink import RATE, Channel, WavSink


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[WavSink]:
    sink = WavSink(tmp_path / "out.wav", now=100.0)
    yield sink
    sink.close()


@pytest.fixture
def deck(sink: WavSink) -> Channel:
    return sink.open()


def advance(sink: WavSink, now: float, gain: float, deck: Channel) -> None:
    deck.set_gain(gain)
    sink.advance(now)


def block(seconds: float, value: int) -> NDArray[np.int16]:
    return np.full((round(seconds * RATE), 2), value, np.int16)


def heard(sink: WavSink, path: Path) -> NDArray[np.int16]:
    sink.close()
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def at(samples: NDArray[np.int16], seconds: float) -> int:
    return int(samples[round(seconds * RATE), 0])


def test_samples_stand_at_their_time_and_gaps_are_silence(sink: WavSink, deck: Channel, tmp_path: Path) -> None:
    advance(sink, 100.0, 1.0, deck)
    deck.play(block(0.5, 1000), 100.25)
    deck.play(block(0.25, 2000), 101.0)
    for step in range(1, 51):
        advance(sink, 100.0 + step * 0.04, 1.0, deck)

    samples = heard(sink, tmp_path / "out.wav")

    assert len(samples) == 2 * RATE
    assert [at(samples, s) for s in (0.1, 0.3, 0.7, 0.8, 1.1, 1.3)] == [0, 1000, 1000, 0, 2000, 0]


def test_blocks_that_nearly_touch_are_joined(sink: WavSink, deck: Channel, tmp_path: Path) -> None:
    advance(sink, 100.0, 1.0, deck)
    for i in range(10):
        deck.play(block(0.1, 1000), 100.0 + 0.1 * i + (0.004 if i % 2 else -0.004))
    advance(sink, 101.0, 1.0, deck)

    samples = heard(sink, tmp_path / "out.wav")

    assert (samples[RATE // 50 : -RATE // 50] == 1000).all()


def test_the_gain_moves_steadily(sink: WavSink, deck: Channel, tmp_path: Path) -> None:
    deck.play(block(2.0, 10_000), 100.0)
    advance(sink, 101.0, 1.0, deck)
    advance(sink, 102.0, 0.5, deck)

    samples = heard(sink, tmp_path / "out.wav")

    assert [at(samples, s) for s in (0.25, 0.5, 1.0, 1.5)] == pytest.approx([2500, 5000, 10_000, 7500], abs=5)
    assert abs(np.diff(samples[:, 0].astype(int))).max() <= 1


def test_a_pause_holds_what_was_to_come(sink: WavSink, deck: Channel, tmp_path: Path) -> None:
    advance(sink, 100.0, 1.0, deck)
    deck.play(block(1.0, 1000), 100.0)
    advance(sink, 100.4, 1.0, deck)
    deck.pause(100.5)
    assert deck.remaining_seconds(105.0) == pytest.approx(0.5)
    advance(sink, 101.0, 1.0, deck)
    deck.resume(101.5)
    assert deck.remaining_seconds(101.5) == pytest.approx(0.5)
    deck.play(block(0.5, 2000), 102.0)
    advance(sink, 103.0, 1.0, deck)

    samples = heard(sink, tmp_path / "out.wav")

    assert [at(samples, s) for s in (0.45, 0.55, 1.45, 1.55, 1.95, 2.05, 2.55)] == [1000, 0, 0, 1000, 1000, 2000, 0]


def test_a_closed_channel_forgets_what_was_to_come(sink: WavSink, deck: Channel, tmp_path: Path) -> None:
    advance(sink, 100.0, 1.0, deck)
    deck.play(block(1.0, 1000), 100.0)
    sink.advance(100.5)
    deck.close()
    sink.advance(101.0)

    samples = heard(sink, tmp_path / "out.wav")

    assert at(samples, 0.45) == 1000
    assert at(samples, 0.55) == 0
    assert len(samples) == RATE


def test_two_decks_are_added_each_with_its_own_gain(sink: WavSink, deck: Channel, tmp_path: Path) -> None:
    other = sink.open()
    deck.set_gain(1.0)
    sink.advance(100.0)
    deck.play(block(3.0, 1000), 100.0)
    other.play(block(2.0, 10_000), 101.0)
    sink.advance(101.0)
    deck.set_gain(0.0)
    other.set_gain(0.5)
    sink.advance(102.0)
    other.pause(102.5)
    other.resume(103.0)
    deck.close()
    sink.advance(103.5)

    samples = heard(sink, tmp_path / "out.wav")

    assert at(samples, 0.5) == 1000
    assert [at(samples, 1 + part) for part in (0.25, 0.5, 0.75)] == pytest.approx([2000, 3000, 4000], abs=2)
    assert [at(samples, seconds) for seconds in (2.25, 2.75, 3.25)] == [5000, 0, 5000]


def test_what_is_too_loud_together_is_cut_off_and_does_not_turn_over(
    sink: WavSink, deck: Channel, tmp_path: Path
) -> None:
    other = sink.open()
    for one in (deck, other):
        one.set_gain(1.0)
    sink.advance(100.0)
    for one in (deck, other):
        one.play(block(1.0, -30_000), 100.0)
    sink.advance(101.0)

    samples = heard(sink, tmp_path / "out.wav")

    assert (samples == -32768).all()


def test_the_file_is_valid_before_it_is_closed(sink: WavSink, tmp_path: Path) -> None:
    for step in range(1, 60):
        sink.advance(100.0 + step * 0.04)

    with wave.open(str(tmp_path / "out.wav")) as file:
        assert file.getnframes() >= RATE


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"no/out\.wav cannot be written: No such file"):
        WavSink(tmp_path / "no" / "out.wav", 0.0)


def test_a_full_disk_ends_the_file_and_not_the_music(caplog: pytest.LogCaptureFixture) -> None:
    sink = WavSink(Path("/dev/full"), 0.0)

    with caplog.at_level(logging.WARNING):
        for step in range(1, 60):
            sink.advance(step * 0.04)
    sink.close()

    assert caplog.text.count("ends here: No space left on device") == 1
