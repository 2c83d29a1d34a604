"""Finds faces with MediaPipe's Tasks API and the BlazeFace short-range model that comes with mien.

`python -m mien.eye.faces` ends with status 0 where that runs, and by a signal on a processor that MediaPipe is not made
for.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from mien.errors import DetectorError
from mien.eye.without_matplotlib import without_matplotlib
from mien.types import Box, Face, Frame, Point

# BlazeFace's first two keypoints: the person's right eye (on the left of the picture), then the left eye.
_RIGHT_EYE, _LEFT_EYE = 0, 1
_WARM_UP_CALLS = 8


def shipped_detector() -> Path:
    """Return where the face detector that comes with mien lies."""
    return Path(str(resources.files("mien").joinpath("models/face_detection_short_range.tflite")))


class MediaPipeFaces:
    """BlazeFace short range: faces from about a seventh of the picture's width.

    Args:
        model: the .tflite file.
        least_score: how sure a detection must be, in [0, 1].

    Raises:
        DetectorError: MediaPipe is not installed, misses a system library, or refuses the model.
    """

    def __init__(self, model: Path, least_score: float) -> None:
        if not model.is_file():
            raise DetectorError(f"The face detector {model} is missing; install mien again.")
        try:
            with _quiet(), without_matplotlib():
                import mediapipe
                from mediapipe.tasks.python import BaseOptions, vision

                options = vision.FaceDetectorOptions(
                    base_options=BaseOptions(model_asset_path=str(model)), min_detection_confidence=least_score
                )
                self._detector = vision.FaceDetector.create_from_options(options)
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise DetectorError(
                f"MediaPipe's face detector cannot start ({error}); run ./requirements.sh --mediapipe, which also "
                "installs the system libraries it needs (libegl1, libgles2)."
            ) from error
        self._image, self._format = mediapipe.Image, mediapipe.ImageFormat.SRGB
        self._closed = False
        self._detecting = threading.Lock()  # MediaPipe's detector is made for one thread at a time
        with _quiet():
            # The first call is slow, and one whose memory is not aligned, sooner or later, prints a warning once.
            for _ in range(_WARM_UP_CALLS):
                self.detect(Frame(np.zeros((64, 64, 3), np.uint8), 0.0))

    def detect(self, frame: Frame) -> tuple[Face, ...]:
        """Return the faces, the largest first."""
        import cv2

        height, width = frame.image.shape[:2]
        picture = self._image(image_format=self._format, data=cv2.cvtColor(frame.image, cv2.COLOR_BGR2RGB))
        with self._detecting:
            found = self._detector.detect(picture).detections
        faces = (_face(detection, width, height) for detection in found)
        return tuple(sorted(faces, key=lambda face: face.box.area, reverse=True))

    def close(self) -> None:
        """Release the detector; a second call does nothing."""
        if not self._closed:
            self._closed = True
            with _quiet():
                self._detector.close()


def _face(detection: Any, width: int, height: int) -> Face:  # noqa: ANN401 - MediaPipe has no types
    box = detection.bounding_box
    right_eye, left_eye = (detection.keypoints[index] for index in (_RIGHT_EYE, _LEFT_EYE))
    return Face(
        Box(box.origin_x, box.origin_y, box.origin_x + box.width, box.origin_y + box.height),
        Point(right_eye.x * width, right_eye.y * height),
        Point(left_eye.x * width, left_eye.y * height),
        min(1.0, max(0.0, detection.categories[0].score)),
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep MediaPipe's native chatter off standard error; no setting of its own does. Errors come as exceptions."""
    sys.stderr.flush()
    saved = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(nowhere)
        os.close(saved)


def main() -> None:
    """Start the detector and let it detect once; where it cannot, say why in one sentence, with status 1."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a processor that cannot run it is no reason to write its memory
    try:
        MediaPipeFaces(shipped_detector(), 0.5)
    except DetectorError as error:
        sys.exit(str(error))
    os._exit(0)  # closing may wait for MediaPipe's maker to answer


if __name__ == "__main__":
    main()
