"""The frames that every subject looks at: 640 x 480, made once and read by each from the same files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from mien_benchmarks.clips import HEIGHT, WIDTH, fitted, noisy, read_picture

if TYPE_CHECKING:
    from mien_benchmarks.clips import Picture

# Whole periods, at six a second, of what any version of mien leaves out: a search of every second frame or for a
# second with a face, for two seconds or five with nobody.
COUNT = 48
_PERSON, _ROOM = Path("photos", "skimage_astronaut.png"), Path("noface", "skimage_coffee.png")
_NOBODY_SHARE = 5, 4
_SWAY_PIXELS = 24  # a person who sits and moves: three pixels from frame to frame


def make_frames(data: Path, work: Path, count: int = COUNT) -> Path:
    """Write the frames and return their folder, with NN.jpg and its pixels unpacked, NN.bgr, in each of three.

    In `moving`, a face sways on a closed way, so that the last frame leads to the first one; in `still`, it keeps its
    place; in `nobody`, a room's table is seen. The noise differs from frame to frame in all.

    Args:
        data: the development data folder.
        work: where the folder is made; one that is there is used again.
        count: frames of `moving` and of `still`; there are a quarter more of `nobody`.

    Raises:
        BenchmarkError: a picture is missing.
    """
    folder = work / "frames"
    more, than = _NOBODY_SHARE
    nobody_count = count * more // than
    if (folder / f"nobody/{nobody_count - 1:02}.bgr").exists():  # it is made last
        return folder
    person = fitted(read_picture(data / _PERSON), HEIGHT, HEIGHT)
    room = fitted(read_picture(data / _ROOM))
    for name, images in (
        ("moving", [_placed(person, 2 * np.pi * index / count) for index in range(count)]),
        ("still", [_placed(person, 0.0)] * count),
        ("nobody", [room] * nobody_count),
    ):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index, image in enumerate(noisy(images)):
            _write(folder / name / f"{index:02}", image)
    return folder


def _placed(person: Picture, angle: float) -> Picture:
    """Return a black frame with the picture near its middle."""
    right, down = _SWAY_PIXELS * np.cos(angle), _SWAY_PIXELS * np.sin(angle)
    way = np.array([[1, 0, (WIDTH - HEIGHT) / 2 + right], [0, 1, down]])
    return np.asarray(cv2.warpAffine(person, way, (WIDTH, HEIGHT)), np.uint8)


def _write(name: Path, image: Picture) -> None:
    half_colour = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422  # as in a USB camera's MJPG
    how = [cv2.IMWRITE_JPEG_QUALITY, 90, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, half_colour]
    _, packed = cv2.imencode(".jpg", image, how)
    name.with_suffix(".jpg").write_bytes(packed.tobytes())
    name.with_suffix(".bgr").write_bytes(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)).tobytes())
