"""From a frame to an observation, from a photo to a judgement: detector and classifier in a row."""

from __future__ import annotations

import math

from mien.eye.photo import find_faces
from mien.ports import Classifier, FaceDetector
from mien.types import Expression, Face, Frame, JudgedFace, Judgement, Observation

# From the front the eyes are about 0.45 of BlazeFace's box apart; turned by 45 degrees about 0.3.
_FRONTAL_EYE_SHARE = 0.4


class FaceJudge:
    """Finds faces and reads their expressions. Safe to call from any thread: photos come on another one than frames.

    Args:
        detector: finds the faces.
        classifier: reads the expressions.
        minimum_face_pixels: a narrower face is seen but not judged.
        least_confidence: of a photo's expression; a less probable one is unsure. A camera's are smoothed over time.
    """

    def __init__(
        self,
        detector: FaceDetector,
        classifier: Classifier,
        minimum_face_pixels: float,
        least_confidence: float = 0.0,
    ) -> None:
        self._detector = detector
        self._classifier = classifier
        self._minimum_face_pixels = minimum_face_pixels
        self._least_confidence = least_confidence

    def observe(self, frame: Frame) -> Observation:
        """Return what the largest face in the frame shows."""
        faces = self._detector.detect(frame)
        if not faces:
            return Observation(frame.captured_at, None, None, 0.0)
        return Observation(frame.captured_at, faces[0], self._expression(frame, faces[0]), self._quality(faces[0]))

    def judge(self, photo: Frame) -> Judgement:
        """Return every face of a photo with its expression, the largest first."""
        faces = tuple(self._judged(photo, face) for face in find_faces(self._detector, photo))
        height, width = photo.image.shape[:2]
        return Judgement(width, height, faces)

    def close(self) -> None:
        """Release the detector."""
        self._detector.close()

    def _judged(self, photo: Frame, face: Face) -> JudgedFace:
        expression = self._expression(photo, face)
        unsure = expression is not None and max(expression.probabilities) < self._least_confidence
        return JudgedFace(face, expression, unsure)

    def _expression(self, frame: Frame, face: Face) -> Expression | None:
        return None if face.box.width < self._minimum_face_pixels else self._classifier.classify(frame, face)

    def _quality(self, face: Face) -> float:
        """Say how far the face can be trusted: full from twice the least width, less when it is turned to the side."""
        size = min(1.0, face.box.width / (2 * self._minimum_face_pixels))
        eyes = math.hypot(face.left_eye.x - face.right_eye.x, face.left_eye.y - face.right_eye.y)
        return size * min(1.0, eyes / (_FRONTAL_EYE_SHARE * face.box.width))
