"""Real files of every format, and every way in which a file can lie about itself."""

from __future__ import annotations

import contextlib
import os
import struct
import wave
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from edge.music.sound_files import write_sound, write_tone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.errors import UnreadableError
from mien.music.hearing.decode import EXCERPT_SECONDS, RATE, read_sound
from mien.music.hearing.ffmpeg_reader import FfmpegReader
from mien.music.hearing.recording import Reader
from mien.music.hearing.sndfile_reader import SndfileReader

FORMATS = {
    "mp3": ("tone.mp3", 44_100, "libmp3lame", "fltp"),
    "flac": ("tone.flac", 44_100, "flac", "s16"),
    "vorbis": ("tone.ogg", 44_100, "libvorbis", "fltp"),
    "opus": ("tone.opus", 48_000, "libopus", "flt"),
    "aac": ("tone.m4a", 44_100, "aac", "fltp"),
    "adts": ("tone.aac", 44_100, "aac", "fltp"),
    "alac": ("tone.m4a", 44_100, "alac", "s16p"),
    "wma": ("tone.wma", 44_100, "wmav2", "fltp"),
    "wav": ("tone.wav", 44_100, "pcm_s16le", "s16"),
    "aiff": ("tone.aiff", 44_100, "pcm_s16be", "s16"),
    "8 kHz, 8 bit": ("tone.wav", 8_000, "pcm_u8", "u8"),
    "96 kHz, 24 bit": ("tone.flac", 96_000, "flac", "s32"),
}


PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:1/x.mp3\n"


def tone(hertz: float, seconds: float, rate: int, channels: int = 2, level: float = 0.5) -> NDArray[np.float32]:
    one = level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.tile(one, (channels, 1)).astype(np.float32)


def steps(seconds: int, rate: int) -> NDArray[np.float32]:
    """A tone that climbs by 10 Hz a second, from 200 Hz: its pitch tells the time."""
    return np.concatenate([tone(200 + 10 * second, 1, rate, 1) for second in range(seconds)], axis=1)


def pitch(samples: NDArray[np.float32]) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / samples.size)


def decoded_seconds(path: Path) -> float:
    """Decode all of a file, as far as it goes."""
    seconds = 0.0
    with av.open(str(path)) as container, contextlib.suppress(av.FFmpegError):
        for frame in container.decode(audio=0):
            seconds += frame.samples / frame.sample_rate
    return seconds


def level(samples: NDArray[np.float32]) -> float:
    return float(np.sqrt(2 * np.mean(samples[samples.size // 4 : -samples.size // 4] ** 2)))


@pytest.mark.parametrize("name", FORMATS)
def test_a_tone_is_heard_in_every_format(tmp_path: Path, name: str) -> None:
    file, rate, codec, form = FORMATS[name]
    sound = read_sound(write_sound(tmp_path / file, tone(1000, 3, rate), rate, codec, form))
    (excerpt,) = sound.excerpts
    assert sound.duration_seconds == pytest.approx(3, abs=0.1)
    assert excerpt.size == pytest.approx(3 * RATE, abs=0.1 * RATE)
    assert pitch(excerpt) == pytest.approx(1000, abs=2)
    assert level(excerpt) == pytest.approx(0.5, rel=0.06)  # LAME takes 5 % off
    assert excerpt.dtype == np.float32


def test_two_channels_are_averaged(tmp_path: Path) -> None:
    both = tone(1000, 1, 44_100)
    left = both * [[1], [0]]
    for samples, expected in ((both, 0.5), (left, 0.25)):
        (excerpt,) = read_sound(write_sound(tmp_path / "tone.wav", samples, 44_100, "pcm_s16le", "s16")).excerpts
        assert level(excerpt) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("seconds", [0.02, 0.3])
def test_very_short_and_silent_and_surround_sounds_are_read(tmp_path: Path, seconds: float) -> None:
    surround = read_sound(write_sound(tmp_path / "a.flac", tone(500, seconds, 48_000, 6), 48_000, "flac", "s16"))
    silence = read_sound(write_sound(tmp_path / "b.wav", tone(1, seconds, 8_000, 1, 0.0), 8_000, "pcm_u8", "u8"))
    for sound in (surround, silence):
        assert np.isfinite(sound.excerpts[0]).all()
        assert sound.excerpts[0].size == pytest.approx(seconds * RATE, abs=2)
        assert sound.duration_seconds == pytest.approx(seconds, abs=1e-3)
    assert silence.loudness_lufs is None
    assert surround.loudness_lufs == pytest.approx(-2.07, abs=0.1)


@pytest.mark.parametrize("name", ["mp3", "wav", "vorbis", "flac"])
def test_three_excerpts_come_from_their_places(tmp_path: Path, name: str) -> None:
    file, _, codec, form = FORMATS[name]
    sound = read_sound(write_sound(tmp_path / file, steps(100, 8_000), 8_000, codec, form))
    assert [excerpt.size for excerpt in sound.excerpts] == pytest.approx([EXCERPT_SECONDS * RATE] * 3, abs=2)
    for excerpt, start in zip(sound.excerpts, (5, 40, 75), strict=True):
        assert pitch(excerpt[RATE // 4 : RATE * 3 // 4]) == pytest.approx(200 + 10 * start, abs=4)
        assert pitch(excerpt[-RATE * 3 // 4 : -RATE // 4]) == pytest.approx(200 + 10 * (start + 19), abs=4)


def test_a_track_shorter_than_three_excerpts_is_read_whole(tmp_path: Path) -> None:
    sound = read_sound(write_sound(tmp_path / "a.wav", steps(45, 8_000), 8_000, "pcm_s16le", "s16"))
    assert [excerpt.size for excerpt in sound.excerpts] == pytest.approx([15 * RATE] * 3, abs=2)
    assert pitch(sound.excerpts[1][: RATE // 2]) == pytest.approx(350, abs=4)


@pytest.mark.parametrize("name", ["mp3", "wav", "vorbis", "flac", "aiff", "wma", "adts"])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_cut_file_is_as_long_as_what_is_left_of_it(tmp_path: Path, name: str, share: float) -> None:
    file, _, codec, form = FORMATS[name]
    path = write_sound(tmp_path / file, steps(40, 8_000), 8_000, codec, form)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    sound = read_sound(path)
    assert 2 < sound.duration_seconds < 40 * share + 2
    assert sound.duration_seconds == pytest.approx(decoded_seconds(path), abs=0.2)
    assert sum(excerpt.size for excerpt in sound.excerpts) == pytest.approx(sound.duration_seconds * RATE, abs=RATE)


def test_a_wave_header_that_promises_hours_is_not_believed(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "stream.wav", tone(300, 2, 8_000), 8_000, "pcm_s16le", "s16")
    data = bytearray(path.read_bytes())
    place = data.index(b"data") + 4
    data[place : place + 4] = struct.pack("<I", 0xFFFFFF00)
    path.write_bytes(data)
    assert read_sound(path).duration_seconds == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize(("place", "value"), [(24, 5), (24, 2_000_000_000), (22, 60_000)])
def test_a_torn_header_does_not_fill_the_memory(tmp_path: Path, place: int, value: int) -> None:
    """Bytes 22 and 24 of a WAV file hold its channels and its rate."""
    path = write_sound(tmp_path / "torn.wav", tone(300, 2, 8_000, 1), 8_000, "pcm_s16le", "s16")
    data = bytearray(path.read_bytes())
    data[place : place + (2 if place == 22 else 4)] = value.to_bytes(2 if place == 22 else 4, "little")
    path.write_bytes(data)
    with pytest.raises(UnreadableError):
        read_sound(path)


@pytest.mark.parametrize("name", ["mp3", "vorbis", "flac"])
def test_torn_packets_are_left_out(tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    file, rate, codec, form = FORMATS[name]
    path = write_sound(tmp_path / file, tone(700, 18, rate, 1), rate, codec, form)
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 5, len(data) * 4 // 5, len(data) // 5):
        data[place : place + 40] = b"\x55" * 40
    path.write_bytes(data)
    sound = read_sound(path)
    assert sum(excerpt.size for excerpt in sound.excerpts) > 9 * RATE
    assert pitch(sound.excerpts[0][:RATE]) == pytest.approx(700, abs=2)
    assert capfd.readouterr() == ("", "")


def test_what_ffmpeg_refuses_is_read_by_libsndfile(tmp_path: Path) -> None:
    path = tmp_path / "amiga.aiff"
    soundfile.write(path, tone(440, 2, 22_050, 1)[0], 22_050, format="SVX", subtype="PCM_16")
    sound = read_sound(path)
    assert sound.duration_seconds == pytest.approx(2)
    assert pitch(sound.excerpts[0]) == pytest.approx(440, abs=1)


@pytest.mark.parametrize("reader", [FfmpegReader, SndfileReader])
@pytest.mark.parametrize("form", [("WAV", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("AIFF", "FLOAT")])
def test_both_decoders_read_the_same(
    tmp_path: Path, reader: type[FfmpegReader | SndfileReader], form: tuple[str, str]
) -> None:
    path = tmp_path / "tone"
    samples = np.concatenate([tone(440, 6, 44_100), tone(880, 4, 44_100, level=0.25)], axis=1)
    soundfile.write(path, samples.T, 44_100, format=form[0], subtype=form[1])
    with reader(path) as opened:
        file: Reader = opened
        assert file.duration_seconds() == pytest.approx(10, abs=0.01)
        for _ in range(2):  # the file can be read from any place, again and again
            middle, end, after = file.read(5.5, 1.0), file.read(9.0, 3.0), file.read(11.0, 1.0)
            assert middle.rate == 44_100
            np.testing.assert_allclose(middle.samples, samples[:, 242_550 : 242_550 + 44_100], atol=0.05)
            assert end.samples.shape[1] == pytest.approx(44_100, abs=500)
            assert after.samples.shape[1] == 0


def test_a_cut_file_is_counted_by_libsndfile_too(tmp_path: Path) -> None:
    path = tmp_path / "cut.flac"
    soundfile.write(path, np.random.default_rng(1).uniform(-0.5, 0.5, 20 * 8_000), 8_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with SndfileReader(path) as reader:
        assert reader.duration_seconds() == pytest.approx(10, abs=1.5)


def _link(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.mp3", lambda path: path.write_bytes(b""), "it is empty"),
        ("a.mp3", lambda path: path.write_text("no music at all\n" * 100), "it is torn or not MP3 audio"),
        ("a.mp3", lambda path: path.write_text(PLAYLIST), "it is torn or not MP3 audio"),
        ("a.ogg", lambda path: path.write_bytes(np.random.default_rng(2).bytes(9000)), "it is torn or not OGG audio"),
        ("a.mp3", Path.mkdir, "it is a folder"),
        ("a.mp3", _link, "the link leads nowhere"),
        ("a.mp3", os.mkfifo, "it is not a file"),
        ("a.mp3", Path.exists, "it cannot be read: No such file or directory"),
    ],
)  # fmt: skip
def test_what_is_no_music_has_a_reason(
    tmp_path: Path, name: str, make: object, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert callable(make)
    make(tmp_path / name)
    with pytest.raises(UnreadableError, match=f"^{reason}$"):
        read_sound(tmp_path / name)
    assert capfd.readouterr() == ("", "")


def test_a_kind_of_sound_that_nothing_decodes_is_said_to_be_one(tmp_path: Path) -> None:
    path = write_tone(tmp_path / "tone.wav", 440, 0.1)
    content = bytearray(path.read_bytes())
    content[20:22] = b"\xcd\xab"  # the format's number in a wave header
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match="nothing here decodes its kind of sound"):
        read_sound(path)


def test_pictures_without_sound_are_said_to_have_none(tmp_path: Path) -> None:
    path = tmp_path / "film.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25, width=32, height=32)
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(UnreadableError, match=r"^it has no sound$"):
        read_sound(path)


def test_a_header_without_sound_behind_it_is_unreadable(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
    with pytest.raises(UnreadableError, match="nothing in it can be decoded"):
        read_sound(tmp_path / "a.wav")


@pytest.fixture(scope="module")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("small")
    files = {}
    for name in ("mp3", "vorbis", "flac", "aac", "wav", "wma"):
        file, rate, codec, form = FORMATS[name]
        files[file] = write_sound(folder / file, tone(300, 1, rate, 1), rate, codec, form).read_bytes()
    return files


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_torn_file_is_read_or_refused(tmp_path: Path, small_files: dict[str, bytes], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(small_files)))
    torn = bytearray(small_files[name])
    for place in data.draw(st.lists(st.integers(0, len(torn) - 1), max_size=6)):
        torn[place : place + 8] = data.draw(st.binary(max_size=8))
    path = tmp_path / name
    path.write_bytes(torn[: data.draw(st.integers(1, len(torn)))])
    try:
        sound = read_sound(path)
    except UnreadableError:
        return
    assert all(np.isfinite(excerpt).all() for excerpt in sound.excerpts)
    assert sound.duration_seconds > 0
