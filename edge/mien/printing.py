"""The command line's answers, as text for people or one JSON object a line."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from mien.doctor.finding import Finding, State
from mien.errors import OutputError
from mien.log import for_journal, goes_to_journal
from mien.report import (
    judgement_json,
    library_track_json,
    mood_event_json,
    mood_json,
    observation_json,
    track_json,
)
from mien.types import Choice, Judgement, Mood, MoodChange, Observation, Presence, Sighting, Track

_MARKS = {State.GOOD: "ok", State.NOTE: "note", State.BAD: "BAD"}


@contextmanager
def whole_output() -> Iterator[None]:
    """Let standard output and error take any text, or drop it where they are closed.

    What an encoding lacks, such as the odd bytes of a file name, is printed as an escape.

    Raises:
        OutputError: standard output cannot be written. A reader that has gone needs no such sentence: exit code 1.
    """
    _fill_gaps()
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdout, TextIOWrapper):
        old = sys.stdout
        encoding, by_line, at_once = old.encoding, old.line_buffering, old.write_through
        sys.stdout = _StandardOutput(
            old.detach(), encoding, "backslashreplace", line_buffering=by_line, write_through=at_once
        )
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except (OutputError, BrokenPipeError) as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left is dropped
        if isinstance(error, BrokenPipeError):
            sys.exit(1)
        raise


class _StandardOutput(TextIOWrapper):
    """Tells its own failures from all other errors of the operating system."""

    def write(self, text: str, /) -> int:
        with _named_failure():
            return super().write(text)

    def flush(self) -> None:
        with _named_failure():
            super().flush()


@contextmanager
def _named_failure() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"The output cannot be written: {error.strerror}.") from error


def _fill_gaps() -> None:
    """Open closed standard streams on nowhere: the next file opened would else get a native library's messages."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)


def complain(sentence: str) -> None:
    """Say what is wrong, on standard error."""
    line = f"mien: {sentence}"
    print(for_journal(line, logging.ERROR) if goes_to_journal(sys.stderr) else line, file=sys.stderr)


def print_observation(observation: Observation, *, as_json: bool) -> None:
    """Print what is seen in one frame."""
    if as_json:
        print(json.dumps(observation_json(observation)), flush=True)
        return
    seen = "  |  ".join(map(_seen, observation.sightings)) or "nobody"
    print(f"{observation.seen_at:8.2f} s  {seen}", flush=True)


def _seen(sighting: Sighting) -> str:
    if sighting.expression is None:
        return "a face too small, dark, blurred or turned to judge"
    return "  ".join(f"{name} {probability:.2f}" for name, probability in sighting.expression.as_dict().items())


def print_change(change: MoodChange, *, as_json: bool) -> None:
    """Print a change of the decided mood."""
    if as_json:
        print(json.dumps(mood_event_json(change.at, change.current)), flush=True)
    else:
        print(
            f"{change.at:8.2f} s  MOOD {change.previous.name} -> {change.current.name} "
            f"({change.current.confidence:.0%})",
            flush=True,
        )


def print_track(track: Track, folder: Path, *, as_json: bool) -> None:
    """Print a track of the library in `folder`, and where it lies on the valence-arousal plane."""
    if as_json:
        print(json.dumps(library_track_json(track)))
    else:
        place = f"{track.affect.valence:+.2f} {track.affect.arousal:+.2f}"
        print(f"{place}  {track.affect_source:8} {track.path.relative_to(folder)}")


def print_finding(finding: Finding, *, as_json: bool) -> None:
    """Print what the doctor found."""
    if as_json:
        print(json.dumps({"type": "finding", **dataclasses.asdict(finding)}))
    else:
        print(f"{_MARKS[finding.state]:4} {finding.name:9} {finding.message}")


def print_recommendation(judgement: Judgement, mood: Mood, choices: tuple[Choice, ...], *, as_json: bool) -> None:
    """Print the answer to a photo."""
    if as_json:
        answer = {
            "faces": judgement_json(judgement),
            "mood": mood_json(mood),
            "tracks": [track_json(choice) for choice in choices],
        }
        print(json.dumps(answer))
        return
    for judged in judgement.faces:
        box = judged.face.box
        place = f"{box.width:.0f} x {box.height:.0f} pixels at {box.left:.0f}, {box.top:.0f}"
        if judged.expression is None:
            print(f"a face too small, dark, blurred or turned to judge, {place}")
        else:
            doubt = "unsure, perhaps " if judged.unsure else ""
            print(f"{doubt}{judged.expression.top.value} ({max(judged.expression.probabilities):.0%}), {place}")
    if not judgement.faces:
        print("no face found: the tracks are for a neutral mood")
    elif mood.presence is Presence.UNSURE:
        print("the largest face is too doubtful to go by: the tracks are for a neutral mood")
    for line in track_lines(choices):
        print(line)


def track_lines(choices: tuple[Choice, ...]) -> list[str]:
    """Return the tracks with their reasons, a line each; lines of reasons are indented."""
    lines = []
    for number, choice in enumerate(choices, start=1):
        artist = f" - {choice.track.artist}" if choice.track.artist else ""
        lines.append(f"{number}. {choice.track.title}{artist}")
        lines += [f"   {reason}" for reason in choice.reasons]
    return lines
