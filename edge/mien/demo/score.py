"""The demonstration's pieces, as a composer writes them down: two each of five moods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mien.demo import synth
from mien.demo.synth import Signal

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
HARMONIC_MINOR = (0, 2, 3, 5, 7, 8, 11)
PHRYGIAN = (0, 1, 3, 5, 7, 8, 10)
BEATS = 4
"""Of a bar."""

Voice = Callable[[int, float, float], Signal]
"""From MIDI note, seconds and brightness in [0, 1] to samples."""

_QUARTERS = (0.0, 1.0, 2.0, 3.0)
_EIGHTHS = tuple(i / 2 for i in range(8))
_SIXTEENTHS = tuple(i / 4 for i in range(16))
_SWUNG = (0.0, 0.67, 1.0, 1.67, 2.0, 2.67, 3.0, 3.67)


@dataclass(frozen=True, slots=True)
class Drums:
    """On which beats of a bar what is struck, and how loud all of it is."""

    kick: tuple[float, ...]
    snare: tuple[float, ...]
    hat: tuple[float, ...]
    gain: float


@dataclass(frozen=True, slots=True)
class Chords:
    """How the chords are played: on which beats of a bar, and all notes at once or one by one."""

    voice: Voice
    beats: tuple[float, ...]
    arpeggio: bool = False


@dataclass(frozen=True, slots=True)
class Melody:
    """Who sings, and on which beats of the four bars of a phrase."""

    voice: Voice
    beats: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Sound:
    """How bright the instruments are, and how much of the room is heard; both in [0, 1]."""

    brightness: float
    room: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A composition.

    `tonic` is a MIDI note; `progression` holds steps of the scale, a chord a bar, repeated over all bars; `seed` draws
    the melody.
    """

    mood: str
    name: str
    seed: int
    tonic: int
    scale: tuple[int, ...]
    beats_per_minute: float
    bars: int
    progression: tuple[int, ...]
    chords: Chords
    bass: tuple[float, ...]
    melody: Melody
    sound: Sound
    drums: Drums | None = None

    @property
    def beat_seconds(self) -> float:
        """The length of a beat."""
        return 60.0 / self.beats_per_minute


_POP = Drums(kick=(0.0, 2.0), snare=(1.0, 3.0), hat=_EIGHTHS, gain=0.5)
_SHUFFLE = Drums(kick=(0.0, 2.0, 2.67), snare=(1.0, 3.0), hat=_SWUNG, gain=0.4)
_FOUR_ON_THE_FLOOR = Drums(kick=_QUARTERS, snare=(1.0, 3.0), hat=(0.5, 1.5, 2.5, 3.5, 3.75), gain=0.9)
_RUNNING = Drums(kick=(0.0, 0.75, 2.0, 2.75), snare=(1.0, 3.0), hat=_SIXTEENTHS, gain=0.8)
_POUNDING = Drums(kick=_EIGHTHS, snare=(1.0, 3.0, 3.5), hat=_QUARTERS, gain=1.1)
_STOMPING = Drums(kick=(0.0, 0.5, 1.5, 2.0, 2.5, 3.25), snare=(1.0, 3.0), hat=_EIGHTHS, gain=1.1)

_SINGING = ((0.0, 1.0, 1.5, 2.0, 3.0), (0.0, 1.0, 2.0, 2.5, 3.0), (0.0, 1.0, 1.5, 2.0, 3.0), (0.0, 1.0, 2.0))
_SKIPPING = ((0.0, 0.67, 1.0, 2.0, 2.67, 3.0), (0.0, 1.0, 1.67, 2.0), (0.0, 0.67, 1.0, 2.0, 2.67, 3.0), (0.0, 1.0, 2.0))
_SIGHING = ((0.0, 1.5, 2.0), (0.0, 2.0), (0.0, 1.5, 2.0, 3.0), (0.0,))
_BREATHING = ((0.0, 2.0), (0.0,), (0.0, 2.0, 3.0), (0.0,))
_DRIVING = ((0.0, 0.5, 1.0, 1.75, 2.5, 3.0), (0.0, 0.5, 1.0, 2.0), (0.0, 0.5, 1.0, 1.75, 2.5, 3.0, 3.5), (0.0, 1.0))
_HAMMERING = (
    (0.0, 0.5, 1.0, 1.5, 2.0, 3.0),
    (0.0, 0.5, 1.0, 2.0, 2.5),
    (0.0, 0.5, 1.0, 1.5, 2.0, 3.0),
    (0.0, 0.5, 2.0),
)

PIECES: tuple[Piece, ...] = (
    Piece(
        mood="happy",
        name="01 Sunday Window",
        seed=3,
        tonic=60,
        scale=MAJOR,
        beats_per_minute=116,
        bars=10,
        progression=(0, 4, 5, 3),
        chords=Chords(synth.pluck, (0.0, 0.5, 1.5, 2.0, 2.5, 3.5)),
        bass=(0.0, 1.5, 2.0),
        melody=Melody(synth.bell, _SINGING),
        sound=Sound(brightness=0.7, room=0.25),
        drums=_POP,
    ),
    Piece(
        mood="happy",
        name="02 Paper Kites",
        seed=8,
        tonic=62,
        scale=MAJOR,
        beats_per_minute=126,
        bars=10,
        progression=(0, 3, 0, 4),
        chords=Chords(synth.pluck, _SWUNG, arpeggio=True),
        bass=_QUARTERS,
        melody=Melody(synth.flute, _SKIPPING),
        sound=Sound(brightness=0.75, room=0.25),
        drums=_SHUFFLE,
    ),
    Piece(
        mood="sad",
        name="01 Rain on the Platform",
        seed=5,
        tonic=57,
        scale=MINOR,
        beats_per_minute=62,
        bars=6,
        progression=(0, 5, 3, 4),
        chords=Chords(synth.pad, (0.0,)),
        bass=(0.0,),
        melody=Melody(synth.flute, _SIGHING),
        sound=Sound(brightness=0.15, room=0.5),
    ),
    Piece(
        mood="sad",
        name="02 Letters Unsent",
        seed=13,
        tonic=62,
        scale=HARMONIC_MINOR,
        beats_per_minute=66,
        bars=6,
        progression=(0, 3, 4, 0),
        chords=Chords(synth.pluck, _QUARTERS, arpeggio=True),
        bass=(0.0, 2.0),
        melody=Melody(synth.bell, _SIGHING),
        sound=Sound(brightness=0.15, room=0.5),
    ),
    Piece(
        mood="calm",
        name="01 Lake before Dawn",
        seed=21,
        tonic=65,
        scale=MAJOR,
        beats_per_minute=64,
        bars=6,
        progression=(0, 3, 1, 4),
        chords=Chords(synth.pad, (0.0,)),
        bass=(0.0,),
        melody=Melody(synth.bell, _BREATHING),
        sound=Sound(brightness=0.2, room=0.6),
    ),
    Piece(
        mood="calm",
        name="02 Slow Lanterns",
        seed=34,
        tonic=67,
        scale=MAJOR,
        beats_per_minute=70,
        bars=6,
        progression=(0, 5, 3, 0),
        chords=Chords(synth.pluck, _QUARTERS, arpeggio=True),
        bass=(0.0,),
        melody=Melody(synth.flute, _BREATHING),
        sound=Sound(brightness=0.2, room=0.55),
    ),
    Piece(
        mood="energetic",
        name="01 City in Motion",
        seed=2,
        tonic=64,
        scale=MAJOR,
        beats_per_minute=132,
        bars=10,
        progression=(0, 4, 5, 3),
        chords=Chords(synth.pluck, _EIGHTHS),
        bass=_EIGHTHS,
        melody=Melody(synth.bell, _DRIVING),
        sound=Sound(brightness=0.95, room=0.15),
        drums=_FOUR_ON_THE_FLOOR,
    ),
    Piece(
        mood="energetic",
        name="02 Run the Ridge",
        seed=17,
        tonic=57,
        scale=MAJOR,
        beats_per_minute=144,
        bars=14,
        progression=(0, 3, 4, 0),
        chords=Chords(synth.pluck, _SIXTEENTHS, arpeggio=True),
        bass=_EIGHTHS,
        melody=Melody(synth.bell, _DRIVING),
        sound=Sound(brightness=1.0, room=0.15),
        drums=_RUNNING,
    ),
    Piece(
        mood="angry",
        name="01 Iron Teeth",
        seed=4,
        tonic=52,
        scale=PHRYGIAN,
        beats_per_minute=152,
        bars=14,
        progression=(0, 0, 1, 0),
        chords=Chords(synth.drive, _EIGHTHS),
        bass=_EIGHTHS,
        melody=Melody(synth.drive, _HAMMERING),
        sound=Sound(brightness=0.9, room=0.1),
        drums=_POUNDING,
    ),
    Piece(
        mood="angry",
        name="02 Slammed Doors",
        seed=9,
        tonic=50,
        scale=MINOR,
        beats_per_minute=164,
        bars=14,
        progression=(0, 5, 0, 6),
        chords=Chords(synth.drive, (0.0, 0.5, 1.5, 2.0, 2.5, 3.25)),
        bass=_EIGHTHS,
        melody=Melody(synth.drive, _HAMMERING),
        sound=Sound(brightness=1.0, room=0.1),
        drums=_STOMPING,
    ),
)
