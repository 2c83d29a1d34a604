"""Finds faces with BlazeFace short range in ONNX Runtime: MediaPipe's network and its decoding, without MediaPipe.

V. Bazarevsky et al., BlazeFace: sub-millisecond neural face detection on mobile GPUs, 2019. A picture is brought to
128 x 128 pixels; in each of 896 places the network guesses a box, six points and how sure it is; guesses of the same
face become one, each with the weight of its score.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien.errors import DetectorError
from mien.types import Box, Face, Frame, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

PICTURE_NAME, BOXES_NAME, SCORES_NAME = "picture", "boxes", "scores"
SIDE = 128
VALUES = 16  # of a box: its middle, width and height, then six points; the first two are the eyes
# The network looks at its picture twice, with cells of so many pixels, and guesses so many boxes in each.
_GUESSES = {8: 2, 16: 6}
_SAME_FACE_OVERLAP = 0.3
_LEAST_BOX_SIDE = 1.0
_LEAST_LOGIT = -80.0  # a score of 0 already; float32's exponential does not reach much farther


def shipped_graph() -> Path:
    """Return where the ONNX face detector that comes with mien lies."""
    return Path(str(resources.files("mien").joinpath("models/face_detection_short_range.onnx")))


class OnnxFaces:
    """BlazeFace short range: faces from about a seventh of the picture's width. Safe to call from any thread.

    Args:
        model: the ONNX file.
        least_score: how sure a detection must be, in [0, 1].

    Raises:
        DetectorError: the file is missing or torn, or is another network.
    """

    def __init__(self, model: Path, least_score: float) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.enable_cpu_mem_arena = False  # one small picture at a time: the arena only holds memory back
        options.enable_mem_pattern = False  # so does planning ahead
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # boundary: ONNX Runtime's exceptions have no common public base
            raise DetectorError(f"The face detector {model} cannot be loaded ({error}); install mien again.") from error
        self._anchors = anchors()
        expected = {PICTURE_NAME: [1, SIDE, SIDE, 3], BOXES_NAME: [len(self._anchors), VALUES]}
        found = {part.name: part.shape for part in (*self._session.get_inputs(), *self._session.get_outputs())}
        if found != expected | {SCORES_NAME: [len(self._anchors), 1]}:
            raise DetectorError(f"{model} is not the face detector that comes with mien; install mien again.")
        self._least_score = least_score

    def detect(self, frame: Frame) -> tuple[Face, ...]:
        """Return the faces, the largest first."""
        letterbox = _letterbox(*frame.image.shape[:2])
        picture = letterbox.shrink(frame.image)[np.newaxis]
        boxes, logits = self._session.run([BOXES_NAME, SCORES_NAME], {PICTURE_NAME: picture})
        scores = 1 / (1 + np.exp(-np.maximum(logits[:, 0], _LEAST_LOGIT)))
        sure = scores >= self._least_score
        found = distinct(corners(boxes[sure], self._anchors[sure]), scores[sure])
        faces = (letterbox.face(places, score) for places, score in found)
        return tuple(sorted(faces, key=lambda face: face.box.area, reverse=True))

    def close(self) -> None:
        """Do nothing: the network's memory is freed with this object."""


class Letterbox:
    """How a frame lies in the network's square picture: shrunk to fit, in the middle, between black bars.

    Args:
        height: of the frame, in pixels.
        width: of the frame, in pixels.
    """

    def __init__(self, height: int, width: int) -> None:
        self._scale = SIDE / max(height, width)
        self._left, self._top = (SIDE - self._scale * width) / 2, (SIDE - self._scale * height) / 2
        # A pixel lies between the four nearest of the frame, in 32nds, as in MediaPipe: sums of integers, which are the
        # same on every processor.
        starts = self._left, self._top
        columns, rows = (np.rint((np.arange(SIDE) - start) / self._scale * 32).astype(int) for start in starts)
        self._nearest = np.stack(np.meshgrid(columns >> 5, rows >> 5), axis=2).astype(np.int16)
        self._between = ((rows[:, np.newaxis] & 31) * 32 + (columns & 31)).astype(np.uint16)

    def shrink(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the network's picture of a frame's: uint8 [128, 128, 3], blue, green, red."""
        import cv2

        return np.asarray(cv2.remap(image, self._nearest, self._between, cv2.INTER_LINEAR), np.uint8)

    def face(self, places: Array, score: float) -> Face:
        """Return a face in the frame's pixels from its box's corners and its eyes in the network's picture."""
        in_frame = (places.reshape(4, 2).astype(np.float64) - (self._left, self._top)) / self._scale
        (left, top), (right, bottom), right_eye, left_eye = in_frame.tolist()
        return Face(Box(left, top, right, bottom), Point(*right_eye), Point(*left_eye), score)


@lru_cache(maxsize=2)  # a camera's frames are of one size
def _letterbox(height: int, width: int) -> Letterbox:
    return Letterbox(height, width)


def anchors() -> Array:
    """Return the middles of the cells in which boxes are guessed, row by row: float32 [896, 2], x and y in pixels."""
    grids = []
    for stride, guesses in _GUESSES.items():
        middles = np.arange(stride / 2, SIDE, stride, dtype=np.float32)
        grid = np.stack(np.meshgrid(middles, middles), axis=2).reshape(-1, 2)
        grids.append(np.repeat(grid, guesses, axis=0))
    return np.concatenate(grids)


def corners(boxes: Array, middles: Array) -> Array:
    """Return the places of guesses: float32 [N, 8], left, top, right, bottom, then x and y of the right and left eye.

    Args:
        boxes: what the network says, float32 [N, 16], in pixels from the cells' middles.
        middles: of their cells, float32 [N, 2].
    """
    half = boxes[:, 2:4] / 2
    eyes = boxes[:, 4:8] + np.tile(middles, 2)
    centre = boxes[:, :2] + middles
    return np.hstack([centre - half, centre + half, eyes])


def distinct(places: Array, scores: Array) -> list[tuple[Array, float]]:
    """Return each face once: the mean of the guesses that overlap the surest one, weighted by their scores.

    This is MediaPipe's weighted non-maximum suppression.

    Args:
        places: float32 [N, 4] or wider: left, top, right, bottom, and what is to be averaged, too. Boxes of less than a
            pixel are left out.
        scores: float32 [N].
    """
    order = np.argsort(-scores, kind="stable")
    order = order[(places[order, 2:4] - places[order, :2] >= _LEAST_BOX_SIDE).all(axis=1)]
    places, scores = places[order], scores[order]
    found = []
    while len(places):
        same = _overlaps(places[0], places) > _SAME_FACE_OVERLAP
        found.append((scores[same] @ places[same] / scores[same].sum(), float(scores[0])))
        places, scores = places[~same], scores[~same]
    return found


def _overlaps(one: Array, others: Array) -> Array:
    """Return the shared area of one box with each of the others as a share of what both cover."""
    sides = np.minimum(one[2:4], others[:, 2:4]) - np.maximum(one[:2], others[:, :2])
    shared = np.maximum(sides, 0).prod(axis=1)
    areas = (others[:, 2:4] - others[:, :2]).prod(axis=1)
    return np.asarray(shared / (areas[0] + areas - shared), np.float32)
