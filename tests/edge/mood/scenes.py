"""Scenes of several faces, made by hand and by hypothesis: 640 x 480 pixels."""

import math
from collections.abc import Callable, Iterable, Iterator

from edge.mood.streams import expression, swaying_face
from hypothesis import strategies as st

from mien.types import Box, Emotion, Face, Observation, Point, Sighting

Actor = Callable[[float], Sighting | None]


def still_face(left: float, width: float, top: float = 100.0) -> Face:
    eye_height = top + 0.4 * width
    eyes = Point(left + 0.3 * width, eye_height), Point(left + 0.7 * width, eye_height)
    return Face(Box(left, top, left + width, top + width), *eyes, 0.9)


def poster(left: float, width: float, emotion: Emotion = Emotion.ANGRY) -> Actor:
    return lambda _: Sighting(still_face(left, width), expression(emotion), 0.9)


def sitting(left: float, width: float, emotion: Emotion = Emotion.NEUTRAL) -> Actor:
    return lambda at: Sighting(swaying_face(at, left, width), expression(emotion), 0.9)


def walking(width: float, starts_at: float, widths_a_second: float, emotion: Emotion = Emotion.HAPPY) -> Actor:
    """Somebody who walks through the picture, from its left edge to its right one."""

    def seen(at: float) -> Sighting | None:
        left = (at - starts_at) * widths_a_second * width
        return Sighting(still_face(left, width), expression(emotion), 0.9) if 0 <= left <= 640 - width else None

    return seen


def arriving(start: float, left: float, width: float, emotion: Emotion) -> Actor:
    """Somebody who comes in from the left and sits down within a second or two."""
    return between(
        start,
        math.inf,
        lambda at: sitting(left - width * math.exp(-2 * (at - start)), width, emotion)(at),
    )


def leaning(start: float, end: float, pixels: float, left: float, width: float, emotion: Emotion) -> Actor:
    """Somebody who leans aside by so many pixels and back, within a second each."""

    def seen(at: float) -> Sighting | None:
        share = max(0.0, min(1.0, at - start, end - at))
        return sitting(left + share * pixels, width, emotion)(at)

    return seen


def between(start: float, end: float, actor: Actor) -> Actor:
    """An actor who is in sight from `start` to before `end` alone."""
    return lambda at: actor(at) if start <= at < end else None


def but_for(start: float, end: float, actor: Actor) -> Actor:
    """An actor who is out of sight from `start` to before `end`."""
    return lambda at: None if start <= at < end else actor(at)


def frame(at: float, sightings: Iterable[Sighting]) -> Observation:
    largest_first = sorted(sightings, key=lambda sighting: sighting.face.box.area, reverse=True)
    return Observation(at, tuple(largest_first), 640, 480)


def scene(seconds: float, rate: float, *actors: Actor) -> Iterator[Observation]:
    for number in range(round(seconds * rate)):
        at = number / rate
        yield frame(at, (seen for actor in actors if (seen := actor(at)) is not None))


@st.composite
def comings_and_goings(draw: st.DrawFn) -> tuple[list[Observation], list[set[Emotion]]]:
    """Three people at places of their own, each with an expression of their own, who come and go at full seconds.

    Also the expressions of those who are there, for each frame.
    """
    rate = draw(st.sampled_from([3, 6]))
    plans = [draw(st.lists(st.booleans(), min_size=12, max_size=12)) for _ in range(3)]
    widths = [draw(st.integers(80, 140)) for _ in range(3)]
    actors = [
        sitting(left, width, emotion)
        for left, width, emotion in zip(
            (20, 240, 460), widths, (Emotion.SAD, Emotion.HAPPY, Emotion.ANGRY), strict=True
        )
    ]
    cast = list(zip(plans, actors, strict=True))
    times = [number / rate for number in range(12 * rate)]
    stream = [frame(at, (seen for plan, actor in cast if plan[int(at)] and (seen := actor(at)))) for at in times]
    return stream, [{emotion_of(sighting) for sighting in one.sightings} for one in stream]


def emotion_of(sighting: Sighting) -> Emotion:
    assert sighting.expression is not None
    return sighting.expression.top


@st.composite
def crowds(draw: st.DrawFn) -> list[Observation]:
    """Faces that come, go, grow and jump, in frames at any distance in time. No two have the same quality."""
    at, made, count = 0.0, [], 0
    for gap in draw(st.lists(st.floats(0.0, 1.5), min_size=1, max_size=25)):
        at += gap
        seen = []
        for left, width in draw(st.lists(st.tuples(st.integers(-50, 600), st.integers(60, 200)), max_size=3)):
            count += 1
            seen.append(Sighting(still_face(left, width), expression(Emotion.HAPPY), 1 / count))
        made.append(frame(at, seen))
    return made
