import json
from dataclasses import replace

import pytest
from edge.web.fake_control import CHOICES, judged_face

from mien.mood.affect import mood_of_photo
from mien.printing import print_recommendation
from mien.types import Box, Emotion, JudgedFace, Judgement

HAPPY = judged_face(Box(10, 20, 110, 140), Emotion.HAPPY)
DOUBTFUL = replace(judged_face(Box(1, 2, 41, 42), Emotion.SAD), unsure=True)
UNCLEAR = judged_face(Box(1, 2, 31, 32), None)


def printed(capsys: pytest.CaptureFixture[str], *faces: JudgedFace, as_json: bool = False) -> list[str]:
    judgement = Judgement(320, 240, faces)
    print_recommendation(judgement, mood_of_photo(judgement), CHOICES[:1], as_json=as_json)
    return capsys.readouterr().out.splitlines()


def test_a_photo_is_answered_with_faces_and_tracks(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, HAPPY, DOUBTFUL, UNCLEAR) == [
        "happy (82%), 100 x 120 pixels at 10, 20",
        "unsure, perhaps sad (82%), 40 x 40 pixels at 1, 2",
        "a face too small, dark, blurred or turned to judge, 30 x 30 pixels at 1, 2",
        "1. Morning Sun - The Bright Ones",
        "   tagged happy",
        "   close to the mood: 0.12 away",
    ]


def test_it_says_whom_the_tracks_are_for_when_the_largest_face_is_doubtful_or_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = "the largest face is too doubtful to go by: the tracks are for a neutral mood"
    assert printed(capsys, DOUBTFUL, HAPPY)[2] == expected
    assert printed(capsys)[0] == "no face found: the tracks are for a neutral mood"


def test_json_keeps_what_is_most_probable(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = printed(capsys, DOUBTFUL, as_json=True)
    answer = json.loads(line)
    assert (answer["faces"][0]["emotion"], answer["faces"][0]["unsure"]) == ("sad", True)
    assert answer["mood"] == {"emotion": "unsure", "confidence": 0.0, "valence": 0.04, "arousal": 0.0}
