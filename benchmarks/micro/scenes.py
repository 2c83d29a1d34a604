"""What the microbenchmarks work on: made by hand, the same each time."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.config import load
from mien.types import EMOTIONS, Affect, Box, Expression, Face, Frame, Observation, Point, Sighting, Track

SETTINGS = load()
RANDOM_SEED = 8
_FRAMES = 42  # seven seconds at the settings' rate
_FRAMES_A_SECOND = 6.0
_FACE_PIXELS = 100.0


def face(left: float, top: float, width: float = _FACE_PIXELS) -> Face:
    """Return a face from the front."""
    eyes = Point(left + 0.3 * width, top + 0.4 * width), Point(left + 0.7 * width, top + 0.4 * width)
    return Face(Box(left, top, left + width, top + width), *eyes, 0.9)


def expression(frame: int) -> Expression:
    """Return an expression that goes from one emotion to the next in two seconds."""
    weights = [math.exp(3.0 * math.cos(frame / 12 - index)) for index in range(len(EMOTIONS))]
    return Expression(tuple(weight / sum(weights) for weight in weights))


def observation(frame: int, faces: int) -> Observation:
    """Return what is seen of so many people, who sway a little as people do."""
    sway = 10.0 * math.sin(2 * math.pi * frame / _FRAMES)
    sightings = (
        Sighting(face(160.0 * (one % 4) + sway, 120.0 * (one // 4), _FACE_PIXELS - one), expression(frame + one), 0.9)
        for one in range(faces)
    )
    return Observation(frame / _FRAMES_A_SECOND, tuple(sightings), 640, 480)


def observations(faces: int) -> tuple[Observation, ...]:
    """Return seven seconds, 42 observations."""
    return tuple(observation(frame, faces) for frame in range(_FRAMES))


def tracks(count: int) -> tuple[Track, ...]:
    """Return a library: twelve tracks an album, three albums an artist."""
    places = np.random.default_rng(RANDOM_SEED).uniform(-1, 1, (count, 2)).tolist()
    return tuple(
        Track(
            Path(f"/music/artist {index // 36}/album {index // 12}/{index:06}.ogg"),
            title=f"Title {index}",
            artist=f"Artist {index // 36}",
            album=f"Album {index // 12}",
            duration_seconds=200.0,
            affect=Affect(valence, arousal),
            affect_source="audio",
            spread=0.2,
            content_hash=f"{index:016x}",
        )
        for index, (valence, arousal) in enumerate(places)
    )


def frame() -> Frame:
    """Return a 640 x 480 picture: noise, so that no part of it is cheaper than another."""
    image = np.random.default_rng(RANDOM_SEED).integers(0, 256, (480, 640, 3), np.uint8)
    return Frame(image, 0.0)


def chord(seconds: float, rate: int) -> NDArray[np.float32]:
    """Return a sound, float32 [N]: three tones that swell and fade twice a second."""
    at = np.arange(int(seconds * rate)) / rate
    tones = sum(np.sin(2 * np.pi * hertz * at) for hertz in (220.0, 277.2, 329.6))
    return (0.2 * tones * (1.1 + np.sin(4 * np.pi * at))).astype(np.float32)
