from edge.eye.fakes import FakeClassifier, FakeDetector, face, frame

from mien.eye.judge import FaceJudge
from mien.types import Box, Emotion, Face, Point


def test_the_largest_face_is_observed() -> None:
    judge = FaceJudge(FakeDetector(face(width=60), face(width=120)), FakeClassifier(Emotion.HAPPY), 32)
    seen = judge.observe(frame(at=3.5))
    assert seen.seen_at == 3.5
    assert seen.face is not None
    assert seen.face.box.width == 120
    assert seen.expression is not None
    assert seen.expression.top is Emotion.HAPPY
    assert seen.quality == 1.0


def test_nobody_is_nobody() -> None:
    seen = FaceJudge(FakeDetector(), FakeClassifier(Emotion.HAPPY), 32).observe(frame())
    assert (seen.face, seen.expression, seen.quality) == (None, None, 0.0)


def test_a_small_face_is_seen_but_not_judged() -> None:
    seen = FaceJudge(FakeDetector(face(width=31)), FakeClassifier(Emotion.HAPPY), 32).observe(frame())
    assert seen.face is not None
    assert seen.expression is None


def test_a_turned_and_a_small_face_are_trusted_less() -> None:
    def quality(one: Face) -> float:
        return FaceJudge(FakeDetector(one), FakeClassifier(Emotion.SAD), 32).observe(frame()).quality

    turned = Face(Box(100, 80, 200, 180), Point(140, 110), Point(160, 110), 0.9)
    assert quality(turned) < 0.6 < quality(face(width=100))
    assert quality(face(width=40)) < quality(face(width=60)) < quality(face(width=70)) == 1.0


def test_closing_closes_the_detector() -> None:
    detector = FakeDetector()
    FaceJudge(detector, FakeClassifier(Emotion.SAD), 32).close()
    assert detector.closed
