from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from edge.web.fake_control import CHOICES, HAPPY, NOBODY, FakeControl, judged_face
from hypothesis import given
from hypothesis import strategies as st

from mien.report import judgement_json, mood_event_json, mood_json, observation_json, snapshot_json, track_json
from mien.types import (
    EMOTIONS,
    Box,
    Emotion,
    Expression,
    Fault,
    Judgement,
    Observation,
    Playback,
    PlayState,
    Sighting,
    Trouble,
)

FACE = judged_face(Box(10.04, -3.26, 110.0, 121.99), Emotion.HAPPY)
PROBABILITIES = {name.value: 0.82 if name is Emotion.HAPPY else 0.03 for name in EMOTIONS}


def test_faces_of_a_photo() -> None:
    unclear = judged_face(Box(1, 2, 3, 4), None)
    happy = {"box": [10.0, -3.3, 110.0, 122.0], "score": 0.9312, "emotion": "happy", "probabilities": PROBABILITIES}
    assert judgement_json(Judgement(320, 240, (FACE, replace(FACE, unsure=True), unclear))) == [
        {**happy, "unsure": False},
        {**happy, "unsure": True},
        {"box": [1, 2, 3, 4], "score": 0.9312, "emotion": None, "probabilities": None, "unsure": False},
    ]


def test_moods() -> None:
    assert mood_json(HAPPY) == {"emotion": "happy", "confidence": 0.82, "valence": 0.8, "arousal": 0.5}
    assert mood_json(NOBODY)["emotion"] == "nobody"
    assert mood_event_json(12.34567, HAPPY) == {"type": "mood", "at": 12.346, **mood_json(HAPPY)}


def test_tracks() -> None:
    assert track_json(CHOICES[0]) == {
        "path": "/music/sun.ogg",
        "title": "Morning Sun",
        "artist": "The Bright Ones",
        "score": 0.8765,
        "reasons": ["tagged happy", "close to the mood: 0.12 away"],
    }


def test_a_file_name_that_is_not_utf8_survives_json() -> None:
    line = json.dumps(track_json(CHOICES[1]))
    assert line.isascii()
    assert Path(json.loads(line)["path"]) == CHOICES[1].track.path


def test_observations() -> None:
    box = [10.0, -3.3, 110.0, 122.0]
    seen, poor = Sighting(FACE.face, FACE.expression, 0.54321), Sighting(FACE.face, None, 0.1)
    assert observation_json(Observation(1.23456, (seen, poor), 640, 480)) == {
        "type": "observation",
        "seen_at": 1.235,
        "face": {"box": box, "score": 0.9312},
        "probabilities": PROBABILITIES,
        "quality": 0.5432,
        "width": 640,
        "height": 480,
        "faces": [
            {"box": box, "score": 0.9312, "probabilities": PROBABILITIES, "quality": 0.5432},
            {"box": box, "score": 0.9312, "probabilities": None, "quality": 0.1},
        ],
    }
    nobody = observation_json(Observation(0.0))
    assert (nobody["face"], nobody["probabilities"], nobody["quality"], nobody["faces"]) == (None, None, 0.0, [])


def test_snapshots() -> None:
    control = FakeControl()
    silent = snapshot_json(control.snapshot())
    assert (silent["probabilities"], silent["choice"], silent["eye_connected"]) == (None, None, True)
    assert silent["playback"] == {"state": "stopped", "track": None, "position_seconds": 0.0}
    assert silent["trouble"] is None
    shown = snapshot_json(control.show(troubles=(Trouble(Fault.PICTURE_BLACK, "It is dark."),)))
    assert shown["trouble"] == "It is dark."
    assert shown["troubles"] == [{"fault": "picture_black", "message": "It is dark."}]
    track = replace(CHOICES[0].track, duration_seconds=None)
    playing = snapshot_json(control.show(playback=Playback(PlayState.PLAYING, track, 1.23456)))
    assert playing["version"] == 3
    assert playing["playback"] == {
        "state": "playing",
        "track": {
            "path": "/music/sun.ogg",
            "title": "Morning Sun",
            "artist": "The Bright Ones",
            "duration_seconds": None,
        },
        "position_seconds": 1.235,
    }


@given(st.lists(st.floats(0.001, 1.0), min_size=7, max_size=7))
def test_rounded_probabilities_still_sum_to_one(weights: list[float]) -> None:
    expression = Expression(tuple(weight / math.fsum(weights) for weight in weights))
    shown = observation_json(Observation(0.0, (Sighting(FACE.face, expression, 1.0),)))["probabilities"]
    assert isinstance(shown, dict)
    assert list(shown) == [emotion.value for emotion in EMOTIONS]
    assert sum(shown.values()) == pytest.approx(1.0, abs=7 * 0.00005 + 1e-9)
