"""Draws a judgement into its photo: each face marked, the largest one's probabilities, the recommended tracks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.errors import PictureError
from mien.types import Frame, JudgedFace, Judgement

Colour = tuple[int, int, int]
_MARK: Colour = (80, 200, 255)  # blue, green, red
_TEXT: Colour = (235, 235, 235)
_DIM: Colour = (150, 150, 150)
_PANEL: Colour = (32, 28, 26)
_PANEL_WIDTH = 460
_LEAST_HEIGHT = 560
_LONGEST_SIDE = 1280
_LINE = 26
_WORD_SIZE = 0.7


def annotate(photo: Frame, judgement: Judgement, lines: Sequence[str], out: Path) -> None:
    """Write the annotated photo as a picture file; the suffix of `out` picks the format.

    Args:
        photo: the judged photo.
        judgement: what the eye says of it.
        lines: text for the panel beside the photo, such as tracks and reasons.
        out: the file to write.

    Raises:
        PictureError: the file cannot be written.
    """
    import cv2

    scale = min(1.0, _LONGEST_SIDE / max(judgement.width, judgement.height))
    size = (max(1, round(judgement.width * scale)), max(1, round(judgement.height * scale)))
    picture = np.asarray(cv2.resize(photo.image, size, interpolation=cv2.INTER_AREA), np.uint8)
    for judged in judgement.faces:
        _mark(picture, judged, scale)
    height = max(_LEAST_HEIGHT, picture.shape[0])
    canvas = np.full((height, picture.shape[1] + _PANEL_WIDTH, 3), _PANEL, np.uint8)
    canvas[: picture.shape[0], : picture.shape[1]] = picture
    _panel(canvas[:, picture.shape[1] :], judgement, lines)
    try:
        out.write_bytes(cv2.imencode(out.suffix, canvas)[1].tobytes())
    except cv2.error as error:
        raise PictureError(f"{out} cannot be written: give a name that ends in .jpg or .png.") from error
    except OSError as error:
        raise PictureError(f"{out} cannot be written: {error.strerror}.") from error


def _mark(picture: NDArray[np.uint8], judged: JudgedFace, scale: float) -> None:
    import cv2

    box = judged.face.box
    left, top, right, bottom = (round(edge * scale) for edge in (box.left, box.top, box.right, box.bottom))
    thickness = max(2, (right - left) // 80)
    cv2.rectangle(picture, (left, top), (right, bottom), _MARK, thickness)
    (width, height), _ = cv2.getTextSize(judged.word, cv2.FONT_HERSHEY_SIMPLEX, _WORD_SIZE, 1)
    bottom_of_word = max(height + 12, top)
    cv2.rectangle(picture, (left, bottom_of_word - height - 12), (left + width + 12, bottom_of_word), _PANEL, -1)
    _write(picture, judged.word, (left + 6, bottom_of_word - 7), _MARK, _WORD_SIZE)


def _panel(panel: NDArray[np.uint8], judgement: Judgement, lines: Sequence[str]) -> None:
    import cv2

    y = _LINE + 10
    expression = judgement.faces[0].expression if judgement.faces else None
    if expression is None:
        _write(panel, "no face found" if not judgement.faces else "the face is too small", (16, y), _TEXT, 0.6)
        y += _LINE
    else:
        for name, probability in sorted(expression.as_dict().items(), key=lambda item: -item[1]):
            _write(panel, name, (16, y), _TEXT, 0.55)
            cv2.rectangle(panel, (120, y - 13), (120 + round(240 * probability), y + 1), _MARK, -1)
            _write(panel, f"{probability:.0%}", (372, y), _DIM, 0.5)
            y += _LINE
    y += _LINE // 2
    for line in lines:
        _write(panel, line, (16, y), _DIM if line.startswith(" ") else _TEXT, 0.45 if line.startswith(" ") else 0.52)
        y += _LINE - 4


def _write(picture: NDArray[np.uint8], text: str, place: tuple[int, int], colour: Colour, size: float) -> None:
    import cv2

    plain = text.encode("ascii", "replace").decode()  # OpenCV's own letters are ASCII alone
    cv2.putText(picture, plain, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)
