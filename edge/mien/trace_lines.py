"""The lines of a trace: one JSON object each, read back to the last bit.

A header, then every observation as `link.lines` writes it, after the observation that made it every decided mood, and
where it came that a face at rest was asked to be learned or forgotten, or that the clock ended its lesson. No pixels,
and no name of an owner's file.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from mien import __version__
from mien.config import Settings
from mien.errors import LinkError
from mien.link.lines import decode
from mien.mood.baseline import Baseline
from mien.mood.own_neutral import OwnNeutral
from mien.types import Affect, BaselineState, Emotion, Mood, Observation, Presence

_VERSION = 1
DECIDING_SECTIONS = ("people", "mood")
"""Of the settings: what decides moods, so what a replay can change."""
_DECIDE_NOTHING = {"mood": frozenset({"keep_baseline"})}
UNUSABLE = (LinkError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)
"""What reading a line raises that is none of a trace."""
_LATEST_SECONDS = 1e10  # no clock that counts seconds comes so far
_MOOD_BEGINS, _ASKED_BEGINS, _LESSON_BEGINS = b'{"type":"mood",', b'{"type":"asked",', b'{"type":"lesson_ended"'
_VERSION_OF_MIEN = re.compile(r"[0-9A-Za-z.+!-]{1,40}")


@dataclass(frozen=True, slots=True)
class DecidedMood:
    """A mood, and when it was decided."""

    at: float
    mood: Mood


class Asked(StrEnum):
    """What somebody asked for: a face at rest to be learned, or to be forgotten."""

    LEARN = "learn"
    FORGET = "forget"

    def of(self, own_neutral: OwnNeutral) -> BaselineState:
        """Ask for it, and return what came of that."""
        return own_neutral.learn() if self is Asked.LEARN else own_neutral.forget()


@dataclass(frozen=True, slots=True)
class LessonEnded:
    """The clock ended a lesson on a face at rest, which took too long: no time that a look tells says so."""


TraceItem = Observation | DecidedMood | Asked | LessonEnded


@dataclass(frozen=True, slots=True)
class TraceHeader:
    """How a trace began.

    `recorder` is the version that recorded it, `settings` are {section: {key: value}}, and `baseline` is the face at
    rest that was known from before.
    """

    recorder: str
    date: datetime
    settings: Mapping[str, Mapping[str, Any]]
    baseline: Baseline | None


class NewerTraceError(Exception):
    """A trace of a version that is not known here."""


def deciding(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return {section: {key: value}} of the settings that bear on what is decided."""
    return {
        section: getattr(settings, section).model_dump(exclude=_DECIDE_NOTHING.get(section))
        for section in DECIDING_SECTIONS
    }


def header_line(settings: Settings, baseline: Baseline | None) -> bytes:
    """Return the first line of a trace that begins now."""
    return _line(
        {
            "type": "trace",
            "version": _VERSION,
            "mien": __version__,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "settings": deciding(settings),
            "baseline": None if baseline is None else [baseline.seconds, *baseline.log_ratios],
        }
    )


def mood_line(decided: DecidedMood) -> bytes:
    """Return the line of a decided mood."""
    mood = decided.mood
    return _line(
        {
            "type": "mood",
            "at": decided.at,
            "emotion": mood.name,
            "confidence": mood.confidence,
            "valence": mood.affect.valence,
            "arousal": mood.affect.arousal,
        }
    )


def asked_line(asked: Asked) -> bytes:
    """Return the line of what was asked for."""
    return _line({"type": "asked", "what": asked.value})


def lesson_ended_line() -> bytes:
    """Return the line of a lesson that the clock ended."""
    return _line({"type": "lesson_ended"})


def read_header(line: bytes) -> TraceHeader:
    """Read the first line.

    Raises:
        NewerTraceError: it is of a version that is not known here.
        ValueError: it is no header of a trace; so are the others of `UNUSABLE`.
    """
    fields = json.loads(line)
    if fields["type"] != "trace":
        raise ValueError(f"no header of a trace: {fields['type']!r:.100}")
    version = int(fields["version"])
    if version > _VERSION:
        raise NewerTraceError
    recorder = fields["mien"]
    if version < 1 or not _VERSION_OF_MIEN.fullmatch(recorder):
        raise ValueError(f"no header of a trace: version {version} by {recorder!r:.100}")
    sections = {section: dict(keys) for section, keys in fields["settings"].items()}
    date = datetime.fromisoformat(fields["date"])
    return TraceHeader(recorder, date, sections, _baseline(fields["baseline"]))


def read_item(line: bytes) -> TraceItem:
    """Read another line.

    Raises:
        ValueError: it is none of a trace; so are the others of `UNUSABLE`.
    """
    if line.startswith(_MOOD_BEGINS):
        return _mood(json.loads(line))
    if line.startswith(_ASKED_BEGINS):
        return Asked(json.loads(line)["what"])
    if line.startswith(_LESSON_BEGINS):
        json.loads(line)
        return LessonEnded()
    item = decode(line)
    if not isinstance(item, Observation) or abs(item.seen_at) > _LATEST_SECONDS:
        raise ValueError(f"no line of a trace: {item!r:.100}")
    return item


def _line(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _baseline(numbers: Sequence[float] | None) -> Baseline | None:
    return None if numbers is None else Baseline(tuple(map(float, numbers[1:])), float(numbers[0]))


def _mood(fields: Mapping[str, Any]) -> DecidedMood:
    name, at = fields["emotion"], float(fields["at"])
    if not math.isfinite(at):
        raise ValueError(f"a mood is decided at some time, got {at}")
    if name in (Presence.UNSURE, Presence.NOBODY):
        presence, emotion = Presence(name), None
    else:
        presence, emotion = Presence.DECIDED, Emotion(name)
    affect = Affect(float(fields["valence"]), float(fields["arousal"]))
    return DecidedMood(at, Mood(presence, emotion, affect, float(fields["confidence"])))
