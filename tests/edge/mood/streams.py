"""Streams of observations, made by hand and by hypothesis."""

import functools
import math
from collections.abc import Iterable, Iterator

from hypothesis import strategies as st

from mien.types import EMOTIONS, Box, Emotion, Expression, Face, Observation, Point, Sighting


@functools.cache
def swaying_face(at: float, left: float = 100.0, width: float = 100.0) -> Face:
    """A face as a person holds it: a little sideways and back in seven seconds. One that keeps still is a picture."""
    left += 0.1 * width * math.sin(2 * math.pi * at / 7)
    top, eye_height = 100.0, 100.0 + 0.4 * width
    eyes = Point(left + 0.3 * width, eye_height), Point(left + 0.7 * width, eye_height)
    return Face(Box(left, top, left + width, top + width), *eyes, 0.9)


@functools.cache
def expression(emotion: Emotion, probability: float = 0.88) -> Expression:
    rest = (1 - probability) / (len(EMOTIONS) - 1)
    return Expression(tuple(probability if each is emotion else rest for each in EMOTIONS))


def observation(at: float, judged: Expression | None, quality: float = 1.0) -> Observation:
    """One face in a frame."""
    return Observation(at, (Sighting(swaying_face(round(8 * at) % 56 / 8), judged, quality),), 640, 480)


def seen(at: float, emotion: Emotion | None, probability: float = 0.88) -> Observation:
    """An observation of a face; None is nobody."""
    if emotion is None:
        return Observation(at)
    return observation(at, expression(emotion, probability))


def stream(parts: Iterable[tuple[float, Emotion | None]], frames_per_second: float) -> Iterator[Observation]:
    """Each part lasts for its seconds; the parts follow one another."""
    start = 0.0
    frame = 0
    for seconds, emotion in parts:
        while frame / frames_per_second < start + seconds:
            yield seen(frame / frames_per_second, emotion)
            frame += 1
        start += seconds


@st.composite
def expressions(draw: st.DrawFn) -> Expression:
    weights = draw(st.lists(st.floats(0.0, 1.0), min_size=len(EMOTIONS), max_size=len(EMOTIONS)))
    total = sum(weights)
    if total < 1e-6:
        return Expression(tuple(1 / len(EMOTIONS) for _ in EMOTIONS))
    return Expression(tuple(weight / total for weight in weights))


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    """A stream with any gaps, faces that come and go, expressions that jump and qualities that vary."""
    gaps = draw(st.lists(st.floats(0.0, 4.0), min_size=1, max_size=80))
    at, made = 0.0, []
    for gap in gaps:
        at += gap
        kind = draw(st.sampled_from(("face", "face", "face", "poor", "nobody")))
        if kind == "nobody":
            made.append(Observation(at))
        else:
            judged = draw(expressions()) if kind == "face" else None
            made.append(observation(at, judged, draw(st.floats(0.0, 1.0))))
    return made
