"""How long it takes: from a decision to changed sound, and from a look before the camera to what is seen and decided.

Sound is recorded: the sample counts at which the other mood's tone is 40 dB below its full level, the first that stands
out, and at which it is 20 dB below, since a crossfade of 3 s lets it rise slowly on purpose.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from mien_benchmarks.bench import Bench
from mien_benchmarks.latency_glass import glass
from mien_benchmarks.latency_sound import (
    FIRST,
    TONES,
    WAV_HEADER_BYTES,
    GrowingRecording,
    mood_alone,
    pulse_room,
    seconds_until,
    write_tones,
)
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.player_process import Household, PlayerProcess, playing

PART = "latency"
_TONE_SECONDS = 120.0
_SETTLING_SECONDS = 3.0  # of the first track
_CROSSING_SECONDS = 3.4  # no change is asked for while another one crosses over
_HEARD_SECONDS = 1.0
_EMOTIONS = {"happy": "happy", "calm": "fear"}  # for whom a folder's music is, by the policy "lift"
_CLEAR = 0.1  # of the full amplitude: 20 dB below


def measure(bench: Bench) -> Iterator[Measurement]:
    """Yield the latencies in milliseconds."""
    music = bench.work / "tones"
    if not music.exists():
        write_tones(music, _TONE_SECONDS)
    for through in ("PulseAudio", "the audio file"):
        bench.told(f"decision to changed sound, through {through}")
        yield from _sound(bench, music, through)
    bench.told("glass to decision")
    yield from glass(bench, PART, music)


@dataclass(slots=True)
class _Heard:
    """A player whose sound is recorded, and what its changes took, in milliseconds."""

    player: PlayerProcess
    recording: GrowingRecording
    answered: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    clear: list[float] = field(default_factory=list)

    def change(self, seconds: float) -> None:
        """Have it play for the other mood, and wait on until this took `seconds`.

        Raises:
            BenchmarkError: it does not play one mood's tone, or the other's does not follow.
        """
        sounding, full = mood_alone(self.recording.since(time.monotonic() - 0.2))
        (other,) = TONES.keys() - {sounding}
        asked_at = time.monotonic()
        self.player.ask("override", emotion=_EMOTIONS[other], minutes=10)
        self.answered.append(1000 * (time.monotonic() - asked_at))
        self.recording.follow(asked_at + _HEARD_SECONDS)
        heard = self.recording.since(asked_at)
        self.first.append(1000 * seconds_until(heard, TONES[other], FIRST * full))
        self.clear.append(1000 * seconds_until(heard, TONES[other], _CLEAR * full))
        self.recording.follow(asked_at + seconds)


def _sound(bench: Bench, music: Path, through: str) -> Iterator[Measurement]:
    with ExitStack() as stack:
        players = {
            subject: _heard_player(stack, python, music, in_room=through == "PulseAudio")
            for subject, python in bench.miens.items()
        }
        for one in players.values():
            one.recording.follow(time.monotonic() + _SETTLING_SECONDS / len(players))
        for _ in range(bench.turns):
            for one in players.values():
                one.change(max(_HEARD_SECONDS, _CROSSING_SECONDS / len(players)))
    for subject, one in players.items():
        name = f"decision to changed sound, through {through}"
        yield Measurement(PART, subject, name, "ms", tuple(one.first))
        yield Measurement(PART, subject, f"{name}: until the answer to the request", "ms", tuple(one.answered))
        yield Measurement(PART, subject, f"{name}: until 20 dB below full", "ms", tuple(one.clear))


def _heard_player(stack: ExitStack, python: Path, music: Path, *, in_room: bool) -> _Heard:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mien-")))
    if in_room:
        environment, recording = stack.enter_context(pulse_room(folder))
        household = Household(music, output="pulse")
        player = stack.enter_context(playing(python, household, "--no-eye", environment=environment))
    else:
        recording = GrowingRecording(folder / "sound.wav", WAV_HEADER_BYTES)
        household = Household(music)
        player = stack.enter_context(playing(python, household, "--no-eye", "--audio-file", folder / "sound.wav"))
    recording.follow(time.monotonic())
    player.ask("volume", percent=70)  # the first request of all has the web server load what it needs
    return _Heard(player, recording)
