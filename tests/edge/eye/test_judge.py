import math

import numpy as np
import pytest
from edge.eye.fakes import RULE, FakeClassifier, FakeDetector, face, frame
from numpy.typing import NDArray

from mien import config
from mien.eye.crop import aligned_crop
from mien.eye.judge import FaceJudge
from mien.eye.quality import LEAST_QUALITY
from mien.types import EMOTIONS, Box, Emotion, Expression, Face, Frame, JudgedFace, Point


def test_the_largest_face_is_observed() -> None:
    judge = FaceJudge(FakeDetector(face(width=60), face(width=120)), FakeClassifier(Emotion.HAPPY), 32)
    seen = judge.observe(frame(at=3.5))
    assert (seen.seen_at, seen.width, seen.height) == (3.5, frame().image.shape[1], frame().image.shape[0])
    assert seen.largest is not None
    assert seen.largest.face.box.width == 120
    assert seen.largest.expression is not None
    assert seen.largest.expression.top is Emotion.HAPPY
    assert seen.largest.quality > 0.95


def test_all_faces_are_told_and_so_many_read_as_the_settings_say() -> None:
    found = FakeDetector(face(width=60), face(width=120), face(width=20))
    judges = [FaceJudge(found, FakeClassifier(Emotion.HAPPY), 32, most_faces=most) for most in (1, 2, 3)]
    seen = [judge.observe(frame()).sightings for judge in judges]
    assert [[sighting.face.box.width for sighting in one] for one in seen] == [[120, 60, 20]] * 3
    assert [[sighting.expression is not None for sighting in one] for one in seen] == [
        [True, False, False], [True, True, False], [True, True, False],
    ]  # fmt: skip


class ReadFaces(FakeClassifier):
    """Notes whose expression it is asked for."""

    def __init__(self) -> None:
        super().__init__(Emotion.HAPPY)
        self.lefts: list[float] = []

    def crop(self, shown: Frame, where: Face) -> NDArray[np.uint8]:
        self.lefts.append(where.box.left)
        return super().crop(shown, where)


def read(follow: str, most_faces: int, *faces: Face) -> list[float]:
    people = config.load(changes={"people": {"follow": follow, "seat": [0.5, 0.0, 1.0, 1.0]}}).people
    classifier = ReadFaces()
    seen = FaceJudge(FakeDetector(*faces), classifier, 32, most_faces=most_faces, people=people).observe(frame())
    assert {one.face.box.left for one in seen.sightings if one.expression is not None} == set(classifier.lefts)
    assert len(seen.sightings) == min(16, len(faces))
    return sorted(classifier.lefts)


def test_the_faces_whose_mood_may_count_are_read_however_large_the_others_are() -> None:
    outside, seat, near_seat = [face(left=left, width=110) for left in (0, 10, 20, 30)], face(left=200), face(left=160)
    assert frame().image.shape[1] == 320
    assert read("seat", 4, *outside, seat, near_seat) == [160, 200]
    assert read("seat", 1, *outside, seat) == [200]
    assert read("seat", 4, *outside) == []
    assert read("central", 1, *outside, face(left=120)) == [120]
    assert read("largest", 4, *outside, seat) == [0, 10, 20, 30]
    assert read("everyone", 8, *outside, seat) == [0, 10, 20, 30, 200]


def test_no_more_faces_are_told_than_a_crowd_needs() -> None:
    assert len(read("largest", 4, *(face(left=left) for left in range(20)))) == 4


def test_nobody_is_nobody() -> None:
    seen = FaceJudge(FakeDetector(), FakeClassifier(Emotion.HAPPY), 32).observe(frame())
    assert (seen.largest, seen.sightings) == (None, ())


def test_a_small_face_is_seen_but_not_judged() -> None:
    seen = FaceJudge(FakeDetector(face(width=31)), FakeClassifier(Emotion.HAPPY), 32).observe(frame()).largest
    assert seen is not None
    assert seen.expression is None


def test_a_face_that_tells_nothing_is_not_judged() -> None:
    black = Frame(np.zeros_like(frame().image), 1.0)
    judge = FaceJudge(FakeDetector(face()), FakeClassifier(Emotion.HAPPY), 32)
    seen = judge.observe(black).largest
    assert seen is not None
    assert seen.face == face()
    assert seen.expression is None
    assert seen.quality < LEAST_QUALITY
    in_photo = FaceJudge(AboutHappy(), AboutHappy(), 32).judge(black).faces
    assert [judged.expression for judged in in_photo] == [None]


def test_a_turned_and_a_small_face_are_trusted_less() -> None:
    def quality(one: Face) -> float:
        (seen,) = FaceJudge(FakeDetector(one), FakeClassifier(Emotion.SAD), 32).observe(frame()).sightings
        return seen.quality

    turned = Face(Box(100, 80, 200, 180), Point(140, 110), Point(160, 110), 0.9)
    assert quality(turned) < 0.6 < quality(face(width=100))
    assert quality(face(width=40)) < quality(face(width=60)) < quality(face(width=70)) == 1.0


class AboutHappy:
    """A detector that finds a face wherever it looks, and a classifier that is 60 % sure."""

    EXPRESSION = Expression(tuple(0.6 if emotion is Emotion.HAPPY else 0.4 / 6 for emotion in EMOTIONS))

    def detect(self, shown: Frame) -> tuple[Face, ...]:
        height, width = shown.image.shape[:2]
        return (face(left=width / 2 - 50, top=height / 2 - 50),)

    def crop(self, shown: Frame, where: Face) -> NDArray[np.uint8]:
        return aligned_crop(shown, where, RULE, 48)

    def classify(self, _crop: NDArray[np.uint8]) -> Expression:
        return self.EXPRESSION

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("least_confidence", "minimum_face_pixels", "expected"),
    [
        (0.0, 32, (AboutHappy.EXPRESSION, False, "happy")),
        (0.6, 32, (AboutHappy.EXPRESSION, False, "happy")),
        (0.61, 32, (AboutHappy.EXPRESSION, True, "unsure")),
        (math.inf, 32, (AboutHappy.EXPRESSION, True, "unsure")),
        (0.61, 101, (None, False, "unclear")),
    ],
)
def test_a_photo_is_unsure_below_the_least_confidence(
    least_confidence: float, minimum_face_pixels: float, expected: tuple[Expression | None, bool, str]
) -> None:
    judge = FaceJudge(AboutHappy(), AboutHappy(), minimum_face_pixels, least_confidence)
    (judged,) = judge.judge(frame()).faces
    assert (judged.expression, judged.unsure, judged.word) == expected
    (seen,) = judge.observe(frame()).sightings
    assert seen.expression == expected[0]  # a camera's is smoothed over time instead


def test_nothing_is_unsure_of_no_expression() -> None:
    with pytest.raises(ValueError, match="only an expression can be unsure"):
        JudgedFace(face(), None, unsure=True)


def test_closing_closes_the_detector() -> None:
    detector = FakeDetector()
    FaceJudge(detector, FakeClassifier(Emotion.SAD), 32).close()
    assert detector.closed
