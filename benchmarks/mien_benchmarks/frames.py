"""The frames that every subject looks at: one face, 640 x 480, made once and read by each from the same files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien_benchmarks.bench import BenchmarkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

COUNT = 40
WIDTH, HEIGHT = 640, 480
_PICTURE = "photos/skimage_astronaut.png"
_SEED = 1
_NOISE_LEVELS = 2.0  # standard deviation of a sensor's noise, of 255
_SWAY_PIXELS = 20  # a person who sits and moves: three pixels from frame to frame


def make_frames(data: Path, work: Path, count: int = COUNT) -> Path:
    """Write the frames and return their folder: moving/NN.jpg and still/NN.jpg, and beside each its pixels, NN.bgr.

    In `moving`, the face sways on a closed way, so that the last frame leads to the first one; in `still`, it keeps its
    place. The noise differs from frame to frame in both. The pixels are those of the JPEG, unpacked.

    Args:
        data: the development data folder.
        work: where the folder is made; one that is there is used again.
        count: frames in each of the two.

    Raises:
        BenchmarkError: the picture is missing.
    """
    folder = work / "frames"
    if (folder / f"still/{count - 1:02}.bgr").exists():
        return folder
    person, noise = _person(data / _PICTURE), np.random.default_rng(_SEED)
    for name, sway in (("moving", _SWAY_PIXELS), ("still", 0)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            angle = 2 * np.pi * index / count
            shift = round(sway * np.sin(angle)), round(sway * np.cos(angle))
            _write(folder / name, index, _noisy(_placed(person, *shift), noise))
    return folder


def _person(path: Path) -> NDArray[np.uint8]:
    import cv2

    picture = cv2.imread(str(path))
    if picture is None:
        raise BenchmarkError(f"{path} is not there; give the development data folder with --data.")
    return np.asarray(cv2.resize(picture, (HEIGHT, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def _placed(person: NDArray[np.uint8], right: int, down: int) -> NDArray[np.uint8]:
    """Return a black frame with the picture in its middle, shifted."""
    import cv2

    way = np.array([[1, 0, (WIDTH - HEIGHT) / 2 + right], [0, 1, down]], np.float64)
    return np.asarray(cv2.warpAffine(person, way, (WIDTH, HEIGHT)), np.uint8)


def _noisy(image: NDArray[np.uint8], noise: np.random.Generator) -> NDArray[np.uint8]:
    return np.clip(image + noise.normal(0, _NOISE_LEVELS, image.shape), 0, 255).astype(np.uint8)


def _write(folder: Path, index: int, image: NDArray[np.uint8]) -> None:
    import cv2

    half_colour = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422  # as in a USB camera's MJPG
    _, packed = cv2.imencode(
        ".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, half_colour]
    )
    (folder / f"{index:02}.jpg").write_bytes(packed.tobytes())
    (folder / f"{index:02}.bgr").write_bytes(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)).tobytes())
