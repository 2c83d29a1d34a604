"""The pictures that a measured eye is shown, made once from the development data folder and kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from mien_benchmarks.bench import BenchmarkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

PICTURES_PER_SECOND = 10
"""A camera's rate that is a multiple of those at which an eye is measured: 10, 5 and 1."""

WIDTH, HEIGHT = 640, 480
_PERSON, _STILL_SECOND = Path("videos", "lp_d9.mp4"), 2.0  # before a webcam: at rest, puffing, smiling, at rest
_ROOM = Path("noface", "skimage_coffee.png")
_NOISE = 2.0  # of a sensor by lamp light, in grey levels
_STILL_PICTURES = 10 * PICTURES_PER_SECOND
_JPEG_QUALITY = 90
_H264 = {"crf": "23", "preset": "veryfast"}  # as good as x264's default, and sooner made


@dataclass(frozen=True, slots=True)
class Clips:
    """Folders of JPEG pictures, 640 x 480, that play forward and backward without a jump; all have a sensor's noise.

    Args:
        present: a person before the camera, who moves.
        still: the same person, as still as a photo.
        nobody: a room's table.
        video: `present` as an H.264 file.
    """

    present: Path
    still: Path
    nobody: Path
    video: Path


def clips_of(work: Path) -> Clips:
    """Return where the clips are, or will be, in a work folder; others of another rate may lie beside them."""
    folder = work / f"clips-{PICTURES_PER_SECOND}"
    return Clips(folder / "present", folder / "still", folder / "nobody", folder / "present.mp4")


def make_clips(work: Path, data: Path) -> Clips:
    """Make the clips where they are not there yet.

    Args:
        work: they are kept in a folder of it.
        data: the development data folder.

    Raises:
        BenchmarkError: a picture of the data is not there.
    """
    clips = clips_of(work)
    if not clips.video.exists():  # it is made last
        person = list(read_video(data / _PERSON, PICTURES_PER_SECOND))
        still = person[round(_STILL_SECOND * PICTURES_PER_SECOND)]
        _write_pictures(clips.present, noisy(map(fitted, person)))
        _write_pictures(clips.still, noisy([fitted(still)] * _STILL_PICTURES))
        _write_pictures(clips.nobody, noisy([fitted(read_picture(data / _ROOM))] * _STILL_PICTURES))
        write_h264(clips.video, noisy(map(fitted, person)), PICTURES_PER_SECOND)
    return clips


def read_picture(path: Path) -> Picture:
    """Read a picture as uint8 [height, width, 3], blue-green-red.

    Raises:
        BenchmarkError: it is not there.
    """
    image = cv2.imread(str(path))
    if image is None:
        raise BenchmarkError(f"{path} is no picture that can be read; give the development data folder.")
    return np.asarray(image, np.uint8)


def read_video(path: Path, pictures_per_second: float) -> Iterator[Picture]:
    """Yield a video's pictures, thinned to a rate.

    Raises:
        BenchmarkError: it is not there.
    """
    capture = cv2.VideoCapture(str(path))
    if not capture.isOpened():
        raise BenchmarkError(f"{path} is no video that can be read; give the development data folder.")
    step = capture.get(cv2.CAP_PROP_FPS) / pictures_per_second
    count = due = 0.0
    while capture.grab():
        if count >= due:
            yield np.asarray(capture.retrieve()[1], np.uint8)
            due += step
        count += 1
    capture.release()


def fitted(image: Picture, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """Scale a picture to fit into a size; what is left beside it repeats its edge."""
    scale = min(width / image.shape[1], height / image.shape[0])
    inner = (min(width, round(scale * image.shape[1])), min(height, round(scale * image.shape[0])))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    image = np.asarray(cv2.resize(image, inner, interpolation=way), np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    right, bottom = width - inner[0] - left, height - inner[1] - top
    return np.asarray(cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_REPLICATE), np.uint8)


def noisy(images: Iterable[Picture], sigma: float = _NOISE) -> Iterator[Picture]:
    """Add a sensor's noise, another one to each picture and the same ones in each run."""
    generator = np.random.default_rng(1)
    for image in images:
        noise = generator.standard_normal(image.shape, np.float32)
        yield np.clip(np.rint(image + np.float32(sigma) * noise), 0, 255).astype(np.uint8)


def shaken(image: Picture, count: int) -> Iterator[Picture]:
    """Yield a picture `count` times, each a little beside the one before, as of a person who sits before a camera.

    It moves by a 160th of its width at most, so that it does the same at any size.
    """
    reach = image.shape[1] / 160
    for number in range(count):
        right, down = reach * math.sin(0.9 * number), reach * math.cos(0.7 * number)
        moved = cv2.warpAffine(
            image,
            np.array([[1, 0, right], [0, 1, down]]),
            (image.shape[1], image.shape[0]),
            borderMode=cv2.BORDER_REPLICATE,
        )
        yield np.asarray(moved, np.uint8)


def write_h264(path: Path, images: Iterable[Picture], pictures_per_second: int) -> None:
    """Write pictures of one size with even sides as an H.264 video, whole or not at all."""
    part = path.with_suffix(".part.mp4")
    with av.open(str(part), "w") as container:
        stream = None
        for image in images:
            if stream is None:
                stream = container.add_stream("libx264", Fraction(pictures_per_second), _H264)
                stream.height, stream.width = image.shape[:2]
                stream.pix_fmt = "yuv420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, "bgr24")))
        if stream is not None:
            container.mux(stream.encode(None))
    part.replace(path)


def _write_pictures(folder: Path, images: Iterable[Picture]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(images):
        cv2.imwrite(str(folder / f"{number:04}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
