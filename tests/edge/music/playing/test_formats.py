"""Every format sounds right, at the right length, at the same loudness, and from a place in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from edge.music.encoded import Format, encode, sine
from edge.music.recording import Recording, audio, track
from numpy.typing import NDArray

from mien.types import Track, TrackEnded

AT_ONCE = 7  # players that run at the same time
USUAL = [
    Format("mp3", "libmp3lame"),
    Format("flac", "flac"),
    Format("ogg", "vorbis"),
    Format("opus", "libopus", 48_000),
    Format("m4a", "aac"),
    Format("wav", "pcm_s16le"),
    Format("wma", "wmav2"),
]
ODD = [
    Format("mp3", "libmp3lame", 8_000, "mono"),
    Format("flac", "flac", 96_000, "5.1", "s32"),
    Format("wav", "pcm_s24le", 96_000),
    Format("ogg", "vorbis", 8_000, "5.1"),
    Format("m4a", "alac", 48_000, "mono"),
    Format("aiff", "pcm_s16be"),
]
RATES = (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000)
LAYOUTS = ("mono", "stereo", "5.1")


def whole_matrix() -> Iterator[Format]:
    """Every combination that there are encoders for."""
    every = tuple(product(RATES, LAYOUTS))
    two = tuple((rate, layout) for rate, layout in every if rate <= 48_000 and layout != "5.1")
    codecs = {
        ("mp3", "libmp3lame", ""): two,
        ("wma", "wmav2", ""): two,
        ("wma", "wmav1", ""): ((44_100, "mono"), (44_100, "stereo")),
        ("flac", "flac", "s16"): every,
        ("flac", "flac", "s32"): every,
        ("ogg", "vorbis", ""): every,
        ("opus", "libopus", ""): tuple(product((8_000, 16_000, 48_000), LAYOUTS)),
        ("m4a", "aac", ""): every,
        ("m4a", "alac", "s16p"): every,
        ("m4a", "alac", "s32p"): every,
        ("wav", "pcm_u8", ""): every,
        ("wav", "pcm_s16le", ""): every,
        ("wav", "pcm_s24le", ""): every,
        ("wav", "pcm_f32le", ""): every,
        ("aiff", "pcm_s16be", ""): ((44_100, "stereo"), (48_000, "mono")),
        ("aac", "aac", ""): ((44_100, "stereo"), (22_050, "mono")),
    }
    for (suffix, codec, sample_format), forms in codecs.items():
        for rate, layout in forms:
            yield Format(suffix, codec, rate, layout, sample_format)


def recorded(
    folder: Path, tracks: Sequence[Track], start_seconds: float = 0.0, **changes: object
) -> list[NDArray[np.float64] | None]:
    """Play tracks, some at a time, each by a player of its own; return what sounded, None for one that failed."""
    heard: list[NDArray[np.float64] | None] = []
    for first in range(0, len(tracks), AT_ONCE):
        group = tracks[first : first + AT_ONCE]
        recordings = []
        for number, playing in enumerate(group, first):
            (folder / str(number)).mkdir()
            recordings.append(Recording(folder / str(number), audio(fade_in_seconds=0, fade_out_seconds=0, **changes)))
            recordings[-1].player.play(playing, start_seconds)
        for recording, playing in zip(recordings, group, strict=True):
            failed = recording.news.get(timeout=20) == TrackEnded(playing, failed=True)
            samples = recording.samples()
            heard.append(None if failed else samples[np.abs(samples) > 1e-4])
    return heard


def hertz_of(sound: NDArray[np.float64]) -> float:
    """Return the pitch of the loudest tone."""
    return float(np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 2**18)).argmax() * 44_100 / 2**18)


def problems(folder: Path, forms: Sequence[Format]) -> dict[str, str]:
    """Return what is wrong with how each format sounds, for those where something is."""
    files = [encode(folder / f"{n}.{form.suffix}", form, sine(440, 1.0, form.rate)) for n, form in enumerate(forms)]
    found = {}
    for form, sound in zip(forms, recorded(folder, [track(file) for file in files]), strict=True):
        if sound is None:
            found[str(form)] = "failed"
        # Where VLC resamples it drops up to 0.18 s at the end, and an MP3 at 8 kHz comes out 1 % too high.
        elif abs(len(sound) / 44_100 - 1.0) > 0.22 or abs(hertz_of(sound) - 440) > 6:
            found[str(form)] = f"{len(sound) / 44_100:.2f} s of {hertz_of(sound):.0f} Hz"
    return found


def test_every_usual_format_sounds(tmp_path: Path) -> None:
    assert problems(tmp_path, USUAL + ODD) == {}


@pytest.mark.slow
def test_every_rate_and_layout_sounds(tmp_path: Path) -> None:
    assert problems(tmp_path, list(whole_matrix())) == {}


def test_a_loud_and_a_soft_track_sound_alike_in_every_format(tmp_path: Path) -> None:
    tracks = []
    for form, decibels in product(USUAL, (-24.0, -6.0)):
        file = tmp_path / f"{decibels}.{form.suffix}"
        encode(file, form, sine(997, 0.6, form.rate, 10 ** (decibels / 20)))
        tracks.append(track(file, loudness_lufs=decibels))  # of a stereo sine near 1 kHz: its peak's, by EBU Tech 3341

    sounds = recorded(tmp_path, tracks, same_loudness=True, start_volume_percent=60)

    levels = [
        10 * np.log10((sound[len(sound) // 4 : -len(sound) // 4] ** 2).mean()) for sound in sounds if sound is not None
    ]
    expected = -18.0 - 3.01 + 60 * np.log10(0.60)
    assert levels == pytest.approx([expected] * len(tracks), abs=0.5)


def test_a_track_begins_where_it_is_asked_to(tmp_path: Path) -> None:
    tracks = []
    for form in USUAL:
        time = np.arange(round(10.0 * form.rate)) / form.rate
        sweep = 0.25 * np.sin(2 * np.pi * (400 * time + 50 * time**2))  # it rises 100 Hz a second from 400 Hz on
        tracks.append(track(encode(tmp_path / f"sweep.{form.suffix}", form, sweep)))

    sounds = recorded(tmp_path, tracks, start_seconds=9.0)

    heard = [None if sound is None else (hertz_of(sound[:4410]) - 400) / 100 for sound in sounds]
    assert heard == pytest.approx([9.05] * len(tracks), abs=0.2)
