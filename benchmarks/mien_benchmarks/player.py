"""What the player costs without its eye, while it plays from 10,000 tracks, with its page looked at and without it."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.latency_sound import RATE, WAV_HEADER_BYTES, GrowingRecording
from mien_benchmarks.library_maker import filled_index, filled_library
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.player_process import EventStream, Household, PlayerProcess, playing
from mien_benchmarks.processes import Cost, cost_of
from mien_benchmarks.tally import Tally

PART = "player"
TRACKS = 10_000
_WARM_SECONDS, _PLAYING_SECONDS = 10.0, 20.0
_REST_SECONDS, _RESTING_SHARE = 2.0, 0.01  # of a core, all players together
_PATIENCE_SECONDS = 60.0
_SOUND_SECONDS = 30.0
_LISTEN_SECONDS = 0.1
_OTHER_PERCENT = 33  # of volume, which a page is told
_AUDIBLE = 0.001  # of full scale

_PLACES: dict[str, tuple[str, ...]] = {"page looked at": (), "no page": ("--no-web",)}


@dataclass(frozen=True, slots=True)
class _Spent:
    """What a player and each of its children have cost by a moment of the monotonic clock."""

    at: float
    player: Cost
    children: tuple[Cost, ...]

    @classmethod
    def by_now(cls, player: PlayerProcess) -> _Spent:
        return cls(time.monotonic(), cost_of(player.id), tuple(map(cost_of, player.children())))


def measure(bench: Bench, tracks: int = TRACKS, playing_seconds: float = _PLAYING_SECONDS) -> Iterator[Measurement]:
    """Yield what the player takes while it plays in silence, and how long it takes to its first sound.

    All versions play at the same time, with a page and without. Memory is that after half a minute.

    Raises:
        BenchmarkError: a player does not start, does not sound, or forgets the page that looks on.
    """
    library = filled_library(bench.work, tracks)
    states = {subject: filled_index(bench.work, library, subject, python) for subject, python in bench.miens.items()}
    homes = {subject: Household(library, state) for subject, state in states.items()}
    tally = Tally(PART)
    for turn in range(bench.turns):
        bench.told(f"the player with {tracks} tracks, turn {turn + 1}")
        _play(bench, homes, tally, playing_seconds)
        for subject, python in bench.miens.items():
            tally.add(subject, "start to first sound", "s", seconds_to_sound(python, homes[subject]))
    yield from tally.measurements()


def _play(bench: Bench, homes: dict[str, Household], tally: Tally, seconds: float) -> None:
    """Let all versions play for a while, and take down what each took."""
    with ExitStack() as stack:
        players = {
            (subject, place): stack.enter_context(playing(python, homes[subject], "--no-eye", *options))
            for place, options in _PLACES.items()
            for subject, python in bench.miens.items()
        }
        for player in players.values():
            player.said(r"(Playing )")
        looked_at = [player for (_, place), player in players.items() if not _PLACES[place]]
        pages = [EventStream(player.page) for player in looked_at]
        time.sleep(_WARM_SECONDS * seconds / _PLAYING_SECONDS)
        _wait_for_rest(list(players.values()))
        before = {key: _Spent.by_now(player) for key, player in players.items()}
        time.sleep(seconds)
        for (subject, place), player in players.items():
            for what, unit, value in _figures(before[subject, place], _Spent.by_now(player)):
                tally.add(subject, f"{what}, {place}", unit, value)
        for player, page in zip(looked_at, pages, strict=True):
            told = len(page.events)
            player.ask("volume", percent=_OTHER_PERCENT)
            page.wait_for_more(told)


def _wait_for_rest(players: list[PlayerProcess]) -> None:
    """Wait until the players' children have looked through the library, as they do once at the start."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    spent, growth = 0.0, math.inf
    while growth > _RESTING_SHARE * _REST_SECONDS:
        if time.monotonic() > deadline:
            raise BenchmarkError(f"What keeps the index up to date did not rest within {_PATIENCE_SECONDS:.0f} s.")
        time.sleep(_REST_SECONDS)
        now = sum(_seconds(_Spent.by_now(player)) for player in players)
        spent, growth = now, now - spent


def _figures(before: _Spent, after: _Spent) -> Iterator[tuple[str, str, float]]:
    share = 100 / (after.at - before.at)
    children_memory = sum(cost.resident_megabytes for cost in after.children)
    yield "memory of the player", "MB", after.player.resident_megabytes
    yield "memory of what keeps the index up to date", "MB", children_memory
    yield "memory of the player and its children", "MB", after.player.resident_megabytes + children_memory
    yield "peak memory", "MB", after.player.peak_megabytes
    yield "CPU while it plays", "%", share * (after.player.cpu_seconds - before.player.cpu_seconds)
    yield "CPU of what keeps the index up to date", "%", share * (_seconds(after) - _seconds(before))
    yield "CPU of the index's look through the library at the start", "s", _seconds(before)
    yield "threads", "", after.player.threads
    yield "wake-ups a second", "", share / 100 * (after.player.wakeups - before.player.wakeups)


def _seconds(spent: _Spent) -> float:
    """Return the CPU seconds of a player's children, those that have ended among them."""
    return spent.player.children_cpu_seconds + sum(cost.cpu_seconds for cost in spent.children)


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
