"""A small library of short tracks, composed and rendered here, the same on every machine.

A piece is a chord progression in a key. Chords, bass, drums and a melody of four-bar phrases (a motif, its echo, the
motif again, a close) play it; major and minor, slow and fast, soft and bright make the moods.
"""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mien.demo import synth
from mien.demo.score import BEATS, PIECES, Drums, Piece
from mien.demo.synth import RATE, Signal
from mien.errors import DemoError

_PHRASE_BARS = 4


def compose_library(folder: Path) -> list[Path]:
    """Write the tracks as WAV files into folders named after their moods, leaving those that are there already.

    Returns:
        the paths of all tracks, in the order of `PIECES`.

    Raises:
        DemoError: the folder cannot be made or written.
    """
    paths = [folder / piece.mood / f"{piece.name}.wav" for piece in PIECES]
    try:
        for piece, path in zip(PIECES, paths, strict=True):
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, render(piece))
    except OSError as error:
        raise DemoError(
            f"The demo's music cannot be kept in {folder} ({error.strerror}): make room there, or set XDG_CACHE_HOME "
            "to a folder where you may write."
        ) from error
    return paths


def render(piece: Piece) -> Signal:
    """Play a piece: float64 [samples, 2] in [-1, 1] at `synth.RATE`."""
    tail_seconds = 0.8 + 2.0 * piece.sound.room
    seconds = (piece.bars + 1) * BEATS * piece.beat_seconds + tail_seconds
    stage = np.zeros((round(seconds * RATE), 2))
    for bar in range(piece.bars):
        chord = piece.progression[bar % len(piece.progression)]
        _play_chord(stage, piece, bar, chord)
        _play_bass(stage, piece, bar, chord)
    _play_melody(stage, piece)
    _play_last_chord(stage, piece)
    wet = synth.room(stage, 0.6 + 2.0 * piece.sound.room, piece.sound.room)
    if piece.drums is not None:
        _play_drums(wet, piece, piece.drums)
    return _faded_out(synth.levelled(wet), tail_seconds)


def _play_chord(stage: Signal, piece: Piece, bar: int, chord: int) -> None:
    """Strike the chord on its beats: all notes, or one after the other and back."""
    notes = _chord_notes(piece, chord)
    order = (*notes, *notes[-2:0:-1])
    for i, (beat, beats) in enumerate(_with_lengths(piece.chords.beats)):
        struck = (order[i % len(order)],) if piece.chords.arpeggio else notes
        at = (bar * BEATS + beat) * piece.beat_seconds
        gain = (0.26 if piece.chords.arpeggio else 0.18) * (1.0 if beat == int(beat) else 0.8)
        for k, note in enumerate(struck):
            sound = piece.chords.voice(note, beats * piece.beat_seconds, piece.sound.brightness)
            synth.place(stage, sound, at + 0.008 * k, gain, pan=0.5 * (k - 1) if len(struck) > 1 else -0.3)


def _play_bass(stage: Signal, piece: Piece, bar: int, chord: int) -> None:
    note = _folded(_pitch(piece, chord), 36)
    for beat, beats in _with_lengths(piece.bass):
        at = (bar * BEATS + beat) * piece.beat_seconds
        synth.place(stage, synth.bass(note, 0.9 * beats * piece.beat_seconds, piece.sound.brightness), at, 0.3)


def _play_melody(stage: Signal, piece: Piece) -> None:
    for beat, beats, note in _tune(piece):
        sound = piece.melody.voice(note, 0.92 * beats * piece.beat_seconds, piece.sound.brightness)
        synth.place(stage, sound, beat * piece.beat_seconds, 0.24, pan=0.15)


def _tune(piece: Piece) -> Iterator[tuple[float, float, int]]:
    """Yield a melody's notes: on which beat of the piece, for how many, and the pitch; it enters in the third bar.

    It moves by steps of the scale; on a bar's first and third beat and at a phrase's end it rests on the chord.
    """
    chance = np.random.default_rng(piece.seed)
    motif, echo, close = (chance.choice((-2, -1, -1, 1, 1, 2), size=8).tolist() for _ in range(3))
    step = 7
    for bar in range(2, piece.bars):
        place = (bar - 2) % _PHRASE_BARS
        chord = piece.progression[bar % len(piece.progression)]
        beats_of_bar = _with_lengths(piece.melody.beats[place])
        for (beat, beats), move in zip(beats_of_bar, (motif, echo, motif, close)[place], strict=False):
            step = _in_range(step + (move if beat else 0))
            closes = place == _PHRASE_BARS - 1 and (beat, beats) == beats_of_bar[-1]
            if beat in (0.0, 2.0) or closes:
                step = _nearest_chord_step(step, chord)
            yield bar * BEATS + beat, beats, _pitch(piece, step)


def _play_last_chord(stage: Signal, piece: Piece) -> None:
    at, seconds = piece.bars * BEATS * piece.beat_seconds, BEATS * piece.beat_seconds
    for k, note in enumerate(_chord_notes(piece, 0)):
        synth.place(
            stage, piece.chords.voice(note, seconds, piece.sound.brightness), at + 0.02 * k, 0.2, pan=0.5 * (k - 1)
        )
    synth.place(stage, synth.bass(_folded(piece.tonic, 36), seconds, piece.sound.brightness), at, 0.3)


def _play_drums(stage: Signal, piece: Piece, drums: Drums) -> None:
    """Strike the drums from the second bar on, and once with the last chord."""
    for bar in range(1, piece.bars):
        for beats, sound, gain, pan in (
            (drums.kick, synth.kick(), 0.5, 0.0),
            (drums.snare, synth.snare(), 0.4, 0.1),
            (drums.hat, synth.hat(), 0.3, -0.3),
        ):
            for beat in beats:
                synth.place(stage, sound, (bar * BEATS + beat) * piece.beat_seconds, gain * drums.gain, pan)
    synth.place(stage, synth.kick(), piece.bars * BEATS * piece.beat_seconds, 0.5 * drums.gain)


def _chord_notes(piece: Piece, chord: int) -> tuple[int, ...]:
    """The triad in the inversion that lies around the tonic; an overdriven guitar needs only the root."""
    if piece.chords.voice is synth.drive:
        return (_folded(_pitch(piece, chord), 45),)
    return tuple(sorted(_folded(_pitch(piece, chord + third), piece.tonic + 2) for third in (0, 2, 4)))


def _pitch(piece: Piece, step: int) -> int:
    """The MIDI note of a step of the scale; seven steps are an octave."""
    return piece.tonic + piece.scale[step % 7] + 12 * (step // 7)


def _folded(note: int, centre: int) -> int:
    """The note's octave that is nearest to a centre: from 5 below to 6 above."""
    return centre - 5 + (note - centre + 5) % 12


def _nearest_chord_step(step: int, chord: int) -> int:
    return next(s for s in (step, step - 1, step + 1) if (s - chord) % 7 in (0, 2, 4))


def _in_range(step: int) -> int:
    return 14 - step if step > 11 else 6 - step if step < 3 else step


def _with_lengths(beats: tuple[float, ...]) -> list[tuple[float, float]]:
    """Each beat with the beats until the next one or the end of the bar."""
    return [(beat, after - beat) for beat, after in zip(beats, (*beats[1:], float(BEATS)), strict=True)]


def _faded_out(signal: Signal, seconds: float) -> Signal:
    count = round(seconds * RATE)
    signal[-count:] *= np.linspace(1.0, 0.0, count)[:, None] ** 2
    return signal


def _write(path: Path, signal: Signal) -> None:
    """Write through a second name, so that a file that is there is whole."""
    unfinished = path.with_suffix(".unfinished")
    with wave.open(str(unfinished), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(signal * 32767).astype("<i2").tobytes())
    unfinished.replace(path)
