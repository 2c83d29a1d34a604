"""Where the eyes lie in FER2013's pictures, so that a camera's face can be cut out to look like them.

FER2013 has no landmarks: its 48-pixel crops are the frame themselves. The device's own detector finds the eyes in them
once each picture stands in a grey frame, and the medians over the faces that look at the camera are the crop rule.

MediaPipe's 1.x wheels send usage figures (no pictures) to their maker when a detector is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.eye.card import CropRule, FaceEllipse
from mien_training.errors import TrainingError

# `python -m mien_training crop-rule` on FER2013: medians .398 and .380 over 1,434 frontal faces of 2,000 pictures.
FER2013_CROP = CropRule(
    eye_line=0.40, eye_distance=0.38, ellipse=FaceEllipse(centre=0.53, half_width=0.4, half_height=0.5)
)
FRAME_SHARE = 0.5  # grey added on each side, as a share of the picture's: the detector expects room around a face
ENLARGEMENT = 2  # the detector looks at 128 pixels, a small face is lost there
FRONTAL_SHARE = (
    0.15  # the nose lies so close to the middle between the eyes, in eye distances: a face that is not turned
)
DETECTOR_FILE = "models/face_detection_short_range.tflite"

Points = NDArray[np.float64]
Detect = Callable[[NDArray[np.uint8]], Points | None]


@dataclass(frozen=True, slots=True)
class Spread:
    """The quartiles of one measure, in shares of the picture's side."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class EyePlaces:
    """Where the eyes lie, over the pictures with a frontal face."""

    looked_at: int
    found: int
    frontal: int
    eye_line: Spread
    eye_distance: Spread
    centre: Spread


def measure_eye_places(images: NDArray[np.uint8], count: int = 2000, seed: int = 1) -> EyePlaces:
    """Find the eyes in a random choice of pictures.

    A turned face is left out: its eyes look closer together than they are.

    Args:
        images: uint8 [N, S, S].
        count: pictures to look at, at most N.
        seed: of the choice.

    Raises:
        TrainingError: no picture shows a frontal face.
    """
    chosen = np.random.default_rng(seed).permutation(len(images))[:count]
    with face_detector() as detect:
        found = [points for row in chosen if (points := find_points(images[row], detect)) is not None]
    frontal = [points for points in found if is_frontal(points)]
    if not frontal:
        raise TrainingError(f"No frontal face was found in {len(chosen)} pictures; are they faces?")
    right, left = np.stack(frontal)[:, 0], np.stack(frontal)[:, 1]
    middle = (right + left) / 2
    return EyePlaces(
        len(chosen), len(found), len(frontal),
        eye_line=_spread(middle[:, 1]),
        eye_distance=_spread(np.hypot(*(left - right).T)),
        centre=_spread(middle[:, 0]),
    )  # fmt: skip


def find_points(image: NDArray[np.uint8], detect: Detect) -> Points | None:
    """Return right eye, left eye and nose [3, 2] as (x, y) shares of the picture's side; None without a face."""
    side = len(image)
    margin = round(side * FRAME_SHARE)
    grey = int(image.mean())
    framed = cv2.copyMakeBorder(image, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(grey,))
    large = cv2.resize(framed, None, fx=ENLARGEMENT, fy=ENLARGEMENT, interpolation=cv2.INTER_CUBIC)
    points = detect(cv2.cvtColor(large, cv2.COLOR_GRAY2RGB).astype(np.uint8))
    return None if points is None else (points * len(framed) - margin) / side


def is_frontal(points: Points) -> bool:
    """True when the nose stands below the middle of the eyes."""
    right, left, nose = points
    axis = left - right
    distance = float(np.hypot(*axis))
    off_centre = float(np.dot(nose - (right + left) / 2, axis)) / max(distance, 1e-6) ** 2
    return abs(off_centre) < FRONTAL_SHARE


@contextmanager
def face_detector() -> Iterator[Detect]:
    """Give MediaPipe's detector: RGB picture -> right eye, left eye, nose [3, 2] in [0, 1] of the largest face.

    Raises:
        TrainingError: MediaPipe is not installed.
    """
    try:
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision
    except ImportError as error:
        raise TrainingError("The crop rule is measured with MediaPipe: run ./requirements.sh --mediapipe.") from error

    model = str(resources.files("mien").joinpath(DETECTOR_FILE))
    options = vision.FaceDetectorOptions(base_options=BaseOptions(model_asset_path=model))
    with vision.FaceDetector.create_from_options(options) as detector:

        def detect(image: NDArray[np.uint8]) -> Points | None:
            faces = detector.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)).detections
            if not faces:
                return None
            largest = max(faces, key=lambda face: face.bounding_box.width)
            return np.array([(point.x, point.y) for point in largest.keypoints[:3]])

        yield detect


def _spread(values: NDArray[np.float64]) -> Spread:
    low, median, high = (float(value) for value in np.percentile(values, (25, 50, 75)))
    return Spread(low, median, high)
