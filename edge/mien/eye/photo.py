"""Reads a photo and finds all its faces, small ones too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from mien.errors import PictureError
from mien.ports import FaceDetector
from mien.types import Box, Face, Frame, Point

_MOST_SIDE_PIXELS = 16_000  # MediaPipe ends the process at twice that
_MOST_SEARCHED_PIXELS = 16_000_000  # a larger photo is made smaller: searching takes several times its memory
# The detector finds faces from about a seventh of a picture's side, so a tile of this side holds 60-pixel faces.
_LEAST_TILE_SIDE = 400
# In a very large photo that would be very many tiles; small faces there must be a little larger.
_LEAST_TILE_SHARE = 0.25
_TILE_OVERLAP = 0.5
_MUCH_LARGER = 1.3
# A photo is searched in many tiles, so a detection in one must be surer than one in the whole picture.
_LEAST_TILE_SCORE = 0.7
_SAME_FACE_OVERLAP = 0.3
# A face found in a photo must be found again in a square of so many box widths around it: things that look like a face
# from afar (an apple, a shelf) do not look like one from near.
_SECOND_LOOK_WIDTHS = 2.0
_SECOND_LOOK_SHIFT = 0.25
_LEAST_SURE_SCORE = 0.65  # in one of the two looks: a photo's mood should not be a blurred wall's


def decode_photo(data: bytes, name: str) -> Frame:
    """Decode a picture file's bytes; its orientation tag is applied, and a very large one is made smaller.

    Args:
        data: the bytes of a JPEG, PNG, WebP or other picture that OpenCV reads.
        name: what the sentence of an error calls it.

    Raises:
        PictureError: the bytes are not a picture, are torn, or hold too many pixels.
    """
    import cv2

    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error as error:
        raise PictureError(f"{name} has too many pixels or is torn; choose a smaller or another picture.") from error
    if image is None:
        raise PictureError(f"{name} is not a picture that can be read; choose a whole JPEG, PNG or WebP file.")
    if max(image.shape[:2]) > _MOST_SIDE_PIXELS:
        raise PictureError(
            f"{name} has a side of over {_MOST_SIDE_PIXELS} pixels; choose a smaller or another picture."
        )
    scale = (_MOST_SEARCHED_PIXELS / (image.shape[0] * image.shape[1])) ** 0.5
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return Frame(np.asarray(image, np.uint8), 0.0)


def read_photo(path: Path) -> Frame:
    """Read a picture file.

    Raises:
        PictureError: the file cannot be read, or is no whole picture.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PictureError(f"The picture {path} cannot be read: {error.strerror}.") from error
    return decode_photo(data, str(path))


def find_faces(detector: FaceDetector, photo: Frame) -> tuple[Face, ...]:
    """Return the faces of a photo, the largest first.

    They are looked for in the whole picture and in overlapping tiles of it, and each is looked at a second time.
    """
    found = list(detector.detect(photo))
    for left, top, side in _tiles(photo.image.shape[1], photo.image.shape[0]):
        tile = Frame(np.ascontiguousarray(photo.image[top : top + side, left : left + side]), photo.captured_at)
        found += [_moved(face, left, top) for face in detector.detect(tile) if face.score >= _LEAST_TILE_SCORE]
    confirmed = [face for face in _distinct(found) if _is_found_again(detector, photo, face)]
    return tuple(sorted(confirmed, key=lambda face: face.box.area, reverse=True))


def _is_found_again(detector: FaceDetector, photo: Frame, face: Face) -> bool:
    import cv2

    box = face.box
    side = max(2, round(_SECOND_LOOK_WIDTHS * box.width))
    middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    shift = np.array([[1, 0, side / 2 - middle[0]], [0, 1, side / 2 - middle[1]]])
    near = Frame(np.asarray(cv2.warpAffine(photo.image, shift, (side, side)), np.uint8), photo.captured_at)
    return any(
        abs((seen.box.left + seen.box.right - side) / 2) < _SECOND_LOOK_SHIFT * box.width
        and abs((seen.box.top + seen.box.bottom - side) / 2) < _SECOND_LOOK_SHIFT * box.width
        and max(seen.score, face.score) >= _LEAST_SURE_SCORE
        for seen in detector.detect(near)
    )


def _tiles(width: int, height: int) -> Iterator[tuple[int, int, int]]:
    """Yield (left, top, side) of overlapping squares: from the short side of the photo down, halving."""
    short, long = sorted((width, height))
    least = min(short, max(_LEAST_TILE_SIDE, round(_LEAST_TILE_SHARE * short)))
    sides = []
    side = short
    while side > least:
        sides.append(side)
        side //= 2
    for side in [*sides, least]:
        if long > _MUCH_LARGER * side:  # otherwise the square is nearly the whole photo
            yield from ((left, top, side) for top in _starts(height, side) for left in _starts(width, side))


def _starts(length: int, side: int) -> list[int]:
    count = max(1, int(np.ceil((length - side) / (side * (1 - _TILE_OVERLAP)))) + 1)
    return [round(start) for start in np.linspace(0, length - side, count)]


def _moved(face: Face, left: int, top: int) -> Face:
    box = face.box
    return Face(
        Box(box.left + left, box.top + top, box.right + left, box.bottom + top),
        Point(face.right_eye.x + left, face.right_eye.y + top),
        Point(face.left_eye.x + left, face.left_eye.y + top),
        face.score,
    )


def _distinct(faces: Iterable[Face]) -> list[Face]:
    """Keep the surest of detections that overlap."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: face.score, reverse=True):
        if all(_overlap(face.box, other.box) < _SAME_FACE_OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(one: Box, other: Box) -> float:
    """Return the shared area as a share of the smaller box."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, width) * max(0.0, height) / min(one.area, other.area)
