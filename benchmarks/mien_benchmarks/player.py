"""What the player costs without its eye, while it plays from 10,000 tracks, with its page looked at and without it."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.latency_sound import RATE, WAV_HEADER_BYTES, GrowingRecording
from mien_benchmarks.library_maker import filled_index, filled_library
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.player_process import EventStream, Household, PlayerProcess, playing
from mien_benchmarks.processes import Cost, cost_of

PART = "player"
TRACKS = 10_000
_WARM_SECONDS, _PLAYING_SECONDS = 10.0, 20.0
_SOUND_SECONDS = 30.0
_LISTEN_SECONDS = 0.1
_AUDIBLE = 0.001  # of full scale

_PLACES: dict[str, tuple[str, ...]] = {"page looked at": (), "no page": ("--no-web",)}

_Found = dict[tuple[str, str, str], list[float]]


def measure(bench: Bench, tracks: int = TRACKS, playing_seconds: float = _PLAYING_SECONDS) -> Iterator[Measurement]:
    """Yield what the player takes while it plays in silence, and how long it takes to its first sound.

    All versions play at the same time, with a page and without. Memory is that after half a minute.
    """
    library = filled_library(bench.work, tracks)
    states = {subject: filled_index(bench.work, library, subject, python) for subject, python in bench.miens.items()}
    homes = {subject: Household(library, state) for subject, state in states.items()}
    found: _Found = defaultdict(list)
    for turn in range(bench.turns):
        bench.told(f"the player with {tracks} tracks, turn {turn + 1}")
        _play(bench, homes, found, playing_seconds)
        for subject, python in bench.miens.items():
            found[subject, "start to first sound", "s"].append(seconds_to_sound(python, homes[subject]))
    for (subject, what, unit), values in found.items():
        yield Measurement(PART, subject, what, unit, tuple(values))


def _play(bench: Bench, homes: dict[str, Household], found: _Found, seconds: float) -> None:
    """Let all versions play for a while, and take down what each took."""
    with ExitStack() as stack:
        players = {
            (subject, place): stack.enter_context(playing(python, homes[subject], "--no-eye", *options))
            for place, options in _PLACES.items()
            for subject, python in bench.miens.items()
        }
        for player in players.values():
            player.said(r"(Playing )")
        pages = [EventStream(player.page) for (_, place), player in players.items() if not _PLACES[place]]
        time.sleep(_WARM_SECONDS * seconds / _PLAYING_SECONDS)
        before = {key: (time.monotonic(), cost_of(player.id)) for key, player in players.items()}
        time.sleep(seconds)
        for (subject, place), player in players.items():
            for what, unit, value in _figures(player, *before[subject, place]):
                found[subject, f"{what}, {place}", unit].append(value)
        if not all(page.events for page in pages):
            raise BenchmarkError("A player told its page nothing while it played.")


def _figures(player: PlayerProcess, since: float, before: Cost) -> Iterator[tuple[str, str, float]]:
    cost, seconds = cost_of(player.id), time.monotonic() - since
    yield "memory of the player", "MB", cost.resident_megabytes
    yield "peak memory", "MB", cost.peak_megabytes
    yield "CPU while it plays", "%", 100 * (cost.cpu_seconds - before.cpu_seconds) / seconds
    yield "threads", "", cost.threads
    yield "wake-ups a second", "", (cost.wakeups - before.wakeups) / seconds
    attendants = [cost_of(child).resident_megabytes for child in player.children()]
    yield "memory of what keeps the index up to date", "MB", sum(attendants)


def seconds_to_sound(python: Path, household: Household) -> float:
    """Start a player that writes its sound down, and return when the first sample sounds.

    Raises:
        BenchmarkError: nothing sounds.
    """
    with tempfile.TemporaryDirectory(prefix="mien-") as name:
        sound = Path(name, "sound.wav")
        recording = GrowingRecording(sound, WAV_HEADER_BYTES)
        with playing(python, household, "--no-eye", "--audio-file", sound) as player:
            while time.monotonic() < player.started_at + _SOUND_SECONDS:
                recording.follow(time.monotonic() + _LISTEN_SECONDS)
                heard = np.flatnonzero(np.abs(recording.since(player.started_at)) > _AUDIBLE)
                if len(heard):
                    return recording.began_at + float(heard[0]) / RATE - player.started_at
    raise BenchmarkError(f"The player played nothing of {household.library} within {_SOUND_SECONDS:.0f} s.")
