from pathlib import Path

import cv2
import numpy as np
import pytest
from edge.eye.fakes import FakeClassifier, face

from mien.errors import PictureError
from mien.eye.annotate import annotate
from mien.types import Emotion, Frame, JudgedFace, Judgement

PHOTO = Frame(np.full((300, 400, 3), 120, np.uint8), 0.0)
HAPPY = FakeClassifier(Emotion.HAPPY).classify(np.zeros((48, 48), np.uint8))
LINES = ["1. Sunny Side", "   in your folder 'happy'"]


@pytest.mark.parametrize("suffix", [".jpg", ".png", "\udcff.jpg"])
def test_faces_are_marked_in_the_picture_and_the_rest_stands_beside_it(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"answer{suffix}"
    judgement = Judgement(400, 300, (JudgedFace(face(left=100, top=100), HAPPY), JudgedFace(face(left=250), None)))
    annotate(PHOTO, judgement, LINES, out)
    drawn = cv2.imdecode(np.frombuffer(out.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert drawn is not None
    assert drawn.shape[0] >= 300
    assert drawn.shape[1] > 400
    changed = np.abs(drawn[:300, :400].astype(int) - 120).max(axis=2) > 60
    assert changed[100:201, 99:102].mean() > 0.8  # the left edge of the first mark
    assert not changed[220:, :90].any()


def test_a_photo_without_a_face_says_so(tmp_path: Path) -> None:
    out = tmp_path / "answer.png"
    annotate(PHOTO, Judgement(400, 300, ()), [], out)
    drawn = cv2.imread(str(out))
    assert drawn is not None
    assert (drawn[:300, :400] == 120).all()


@pytest.mark.parametrize("name", ["answer.text", "answer", "missing/answer.jpg"])
def test_a_name_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(PictureError, match="answer"):
        annotate(PHOTO, Judgement(400, 300, ()), [], tmp_path / name)
