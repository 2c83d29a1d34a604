"""From a frame to an observation, from a photo to a judgement: detector and classifier in a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mien.eye.last_search import LastSearch
from mien.eye.photo import find_faces
from mien.eye.quality import LEAST_QUALITY, look_at, shape_quality
from mien.ports import Classifier, FaceDetector
from mien.sections.seeing import PeopleSettings
from mien.types import Expression, Face, Frame, JudgedFace, Judgement, Observation, Sighting
from mien.who_counts import preference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_SIGHTINGS = 16


class FaceJudge:
    """Finds faces and reads their expressions: a camera's frames on one thread, photos on any.

    Args:
        detector: finds the faces.
        classifier: reads the expressions.
        minimum_face_pixels: a narrower face is seen but not judged, as is one that is too poor otherwise.
        least_confidence: of a photo's expression; a less probable one is unsure. A camera's are smoothed over time.
        most_faces: so many of a frame's faces are read, of a photo's all.
        people: whose mood counts: those faces are read first, and who sits outside the seat never. Without it, the
            largest.
    """

    def __init__(
        self,
        detector: FaceDetector,
        classifier: Classifier,
        minimum_face_pixels: float,
        least_confidence: float = 0.0,
        most_faces: int = 1,
        people: PeopleSettings | None = None,
    ) -> None:
        self._detector = detector
        self._classifier = classifier
        self._minimum_face_pixels = minimum_face_pixels
        self._least_confidence = least_confidence
        self._most_faces = most_faces
        self._people = people
        self._last_search = LastSearch(classifier.crop)

    def observe(self, frame: Frame) -> Observation:
        """Return where the faces in the frame are, 16 at most, and what those show whose mood may count.

        For the frames of one camera in a row, from one thread: what was found in the last one may spare a search.
        """
        return self._last_search.recall(frame) or self._look(frame)

    def forget(self) -> None:
        """Hold nothing of the last frame; from the thread of `observe`."""
        self._last_search.forget()

    def _look(self, frame: Frame) -> Observation:
        height, width = frame.image.shape[:2]
        followed = self._last_search.follow(frame)
        faces = (self._detector.detect(frame) if followed is None else followed)[:_MOST_SIGHTINGS]
        chosen = self._chosen(faces, width, height)
        crops: list[NDArray[np.uint8]] = []
        sightings = tuple(
            Sighting(face, *(self._read(frame, face, crops) if index in chosen else (None, 0.0)))
            for index, face in enumerate(faces)
        )
        seen = Observation(frame.captured_at, sightings, width, height)
        if followed is None:
            self._last_search.keep(frame, seen, crops)
        return seen

    def judge(self, photo: Frame) -> Judgement:
        """Return every face of a photo with its expression, the largest first."""
        faces = tuple(self._judged(photo, face) for face in find_faces(self._detector, photo))
        height, width = photo.image.shape[:2]
        return Judgement(width, height, faces)

    def close(self) -> None:
        """Release the detector."""
        self._detector.close()

    def _chosen(self, faces: Sequence[Face], width: int, height: int) -> frozenset[int]:
        """Return the indices of the faces to read."""
        if self._people is None:
            return frozenset(range(self._most_faces))
        worth = [preference(self._people, face.box, width, height) for face in faces]
        best_first = sorted((index for index, one in enumerate(worth) if one > 0), key=lambda index: -worth[index])
        return frozenset(best_first[: self._most_faces])

    def _judged(self, photo: Frame, face: Face) -> JudgedFace:
        expression, _ = self._read(photo, face, [])
        unsure = expression is not None and max(expression.probabilities) < self._least_confidence
        return JudgedFace(face, expression, unsure)

    def _read(self, frame: Frame, face: Face, crops: list[NDArray[np.uint8]]) -> tuple[Expression | None, float]:
        """Return the expression, None when the face is too poor to judge, and the face's quality; add its crop."""
        quality = shape_quality(face, self._minimum_face_pixels)
        if quality < LEAST_QUALITY:
            return None, quality
        crop = self._classifier.crop(frame, face)
        crops.append(crop)
        quality = min(quality, look_at(crop).quality)
        return (None if quality < LEAST_QUALITY else self._classifier.classify(crop)), quality
