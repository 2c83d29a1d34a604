"""The composed tracks, measured: what makes them happy or sad can be heard by a machine too."""

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mien.demo.composer import compose_library, render
from mien.demo.score import PIECES
from mien.errors import DemoError
from mien.music.index.library import Library

MOODS = ["happy", "sad", "calm", "energetic", "angry"]
# Krumhansl and Kessler's (1982) key profiles.
MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


class Heard:
    """What is measured of a track."""

    def __init__(self, path: Path) -> None:
        with wave.open(str(path)) as file:
            self.rate = file.getframerate()
            assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
            self.samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32768
        self.seconds = len(self.samples) / self.rate
        self.level_db = 20 * np.log10(np.sqrt(np.mean(self.samples**2)))
        spectra = self._spectra(4096, 2048)
        hertz = np.fft.rfftfreq(4096, 1 / self.rate)
        self.brightness_hertz = float((spectra.sum(axis=0) * hertz).sum() / spectra.sum())
        self.leans_to_major = self._leaning(spectra, hertz)
        rises = np.diff(np.log1p(100 * self._spectra(1024, 256)), axis=0).clip(min=0).sum(axis=1)
        self.liveliness = float(np.percentile(rises, 95))

    def _spectra(self, size: int, hop: int) -> NDArray[np.float64]:
        mono = self.samples.mean(axis=1)
        parts = np.lib.stride_tricks.sliding_window_view(mono, size)[::hop]
        return np.abs(np.fft.rfft(parts * np.hanning(size), axis=1)) / size

    def _leaning(self, spectra: NDArray[np.float64], hertz: NDArray[np.float64]) -> float:
        """How much better the best major key fits than the best minor one."""
        tonal = (hertz > 60) & (hertz < 2000)
        notes = np.rint(69 + 12 * np.log2(hertz[tonal] / 440)).astype(int) % 12
        chroma = np.bincount(notes, weights=spectra[:, tonal].sum(axis=0), minlength=12)
        best = [max(np.corrcoef(np.roll(profile, k), chroma)[0, 1] for k in range(12)) for profile in (MAJOR, MINOR)]
        return float(best[0] - best[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("composed")
    compose_library(folder)
    return folder


@pytest.fixture(scope="module")
def heard(folder: Path) -> dict[str, list[Heard]]:
    return {mood: [Heard(path) for path in sorted((folder / mood).iterdir())] for mood in MOODS}


def test_there_are_two_tracks_of_each_mood(folder: Path) -> None:
    paths = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())

    assert [path.parts[0] for path in paths] == sorted(MOODS * 2)
    assert len({path.stem for path in paths}) == 10


def test_lengths_and_levels_are_even_and_nothing_clips(heard: dict[str, list[Heard]]) -> None:
    for track in (track for tracks in heard.values() for track in tracks):
        assert 20 <= track.seconds <= 30
        assert track.level_db == pytest.approx(-19, abs=1.0)
        assert 0.2 < np.abs(track.samples).max() < 0.9
        assert np.abs(track.samples[:10]).max() < 0.05
        assert np.abs(track.samples[-10:]).max() < 0.001


def test_happy_calm_and_energetic_are_major_and_sad_and_angry_minor(heard: dict[str, list[Heard]]) -> None:
    for mood, tracks in heard.items():
        for track in tracks:
            assert (track.leans_to_major > 0) == (mood in ("happy", "calm", "energetic")), mood


def test_the_lively_are_brighter_and_livelier_than_the_gentle(heard: dict[str, list[Heard]]) -> None:
    lively = [track for mood in ("happy", "energetic", "angry") for track in heard[mood]]
    gentle = [track for mood in ("sad", "calm") for track in heard[mood]]

    assert min(t.brightness_hertz for t in lively) > 2 * max(t.brightness_hertz for t in gentle)
    assert min(t.liveliness for t in lively) > 2 * max(t.liveliness for t in gentle)


def test_the_tempo_rises_from_sad_to_angry() -> None:
    tempo = {mood: [piece.beats_per_minute for piece in PIECES if piece.mood == mood] for mood in MOODS}

    assert max(tempo["sad"] + tempo["calm"]) < min(tempo["happy"])
    assert max(tempo["happy"]) < min(tempo["energetic"])
    assert min(tempo["angry"]) > max(tempo["energetic"])


def test_it_is_the_same_every_time() -> None:
    assert np.array_equal(render(PIECES[0]), render(PIECES[0]))
    assert not np.array_equal(render(PIECES[0])[:1000], render(PIECES[1])[:1000])


def test_what_is_there_is_left_alone(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in compose_library(folder)}
    missing = next(iter(before))
    content = missing.read_bytes()
    missing.unlink()

    paths = compose_library(folder)

    assert paths == list(before)
    assert missing.read_bytes() == content
    assert all(path.stat().st_mtime_ns == before[path] for path in paths[1:])


def test_the_library_places_them_by_their_folders(folder: Path, tmp_path: Path) -> None:
    with Library(tmp_path / "index.sqlite", folder) as library:
        report = library.scan()

        assert (report.added, report.broken) == (10, ())
        assert {(t.path.parent.name, t.affect_word, t.affect_source) for t in library.tracks()} == {
            (mood, mood, "folder") for mood in MOODS
        }
        assert "Sunday Window" in [track.title for track in library.tracks()]


def test_a_place_where_nothing_can_be_kept_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DemoError, match=r"music cannot be kept in .*file/demo \(Not a directory\): make room"):
        compose_library(tmp_path / "file/demo")
