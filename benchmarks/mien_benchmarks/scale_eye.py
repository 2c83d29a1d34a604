"""How the cost of a frame grows with the faces in it, and with its pixels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from mien_benchmarks.bench import Bench, BenchmarkError, check_checkout, output_of
from mien_benchmarks.clips import fitted, noisy, read_picture, shaken, write_h264
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.tally import Tally

if TYPE_CHECKING:
    from mien_benchmarks.clips import Picture

PART = "scale"
CROWDS = (1, 2, 4, 8, 16)
SOURCES = ((160, 120), (320, 240), (640, 480), (1280, 720), (1920, 1080), (3840, 2160))
_USUAL_FACES, _MOST_FACES = 4, 16  # read of a frame: by default, and at most
_PROBE = Path(__file__).with_name("scale_eye_probe.py")
_PORTRAITS = Path("london", "smiling")
_FRAMES, _FRAMES_PER_SECOND = 16, 15
_GRID_COLUMNS, _CELL = 4, (320, 240)
_CROPPED = slice(210, 450), slice(160, 480)  # rows and columns of a portrait that the face fills

_Add = Callable[[str, str, float], None]
_Found = Mapping[Path, Mapping[str, float]]


def measure(bench: Bench) -> Iterator[Measurement]:
    """Measure each version of mien in a fresh process in each turn.

    Raises:
        BenchmarkError: a clip cannot be made, or a process fails.
    """
    crowds, sources = make_crowds(bench.work, bench.data), make_sources(bench.work, bench.data)
    tally = Tally(PART)
    for turn in range(bench.turns):
        bench.told(f"scale of the eye: turn {turn + 1} of {bench.turns}")
        for subject, python in bench.miens.items():
            add = partial(tally.add, subject)
            usual = _probed(python, _USUAL_FACES, [*crowds.values(), *sources.values()])
            most = _probed(python, _MOST_FACES, list(crowds.values()))
            _add_sources(add, sources, usual)
            _add_crowds(add, crowds, {_USUAL_FACES: usual, _MOST_FACES: most})
    yield from tally.measurements()


def _add_sources(add: _Add, sources: Mapping[tuple[int, int], Path], found: _Found) -> None:
    for (width, height), clip in sources.items():
        size = f"{width}x{height} pixels"
        add(f"CPU of OpenCV to read and unpack each frame of H.264 at {size}", "ms", found[clip]["read"])
        add(f"CPU to judge a frame at {size}", "ms", found[clip]["judged"])


def _add_crowds(add: _Add, crowds: Mapping[int, Path], found: Mapping[int, _Found]) -> None:
    for number, clip in crowds.items():
        faces = "1 face" if number == 1 else f"{number} faces"
        for limit, one in found.items():
            add(f"CPU to find all faces and read up to {limit} at {faces}", "ms", one[clip]["judged"])
        add(f"faces found of {number}", "faces", found[_USUAL_FACES][clip]["faces"])


def make_crowds(work: Path, data: Path) -> dict[int, Path]:
    """Make a clip for each number of faces, all equally large, where they are not there yet.

    Raises:
        BenchmarkError: the data's portraits are not there.
    """
    portraits = sorted((data / _PORTRAITS).glob("*.jpg"))[: max(CROWDS)]
    if len(portraits) < max(CROWDS):
        raise BenchmarkError(f"{data / _PORTRAITS} holds too few portraits; give the development data folder.")
    clips = {number: work / "scale" / f"{number}-faces.mp4" for number in CROWDS}
    for number, clip in clips.items():
        if not clip.exists():
            _write(clip, collage([read_picture(path) for path in portraits[:number]]))
    return clips


def make_sources(work: Path, data: Path) -> dict[tuple[int, int], Path]:
    """Make a clip of each size with one face, equally large beside the picture's height.

    Raises:
        BenchmarkError: the data's portraits are not there.
    """
    person = data / _PORTRAITS / "001.jpg"
    clips = {(width, height): work / "scale" / f"{width}x{height}.mp4" for width, height in SOURCES}
    for size, clip in clips.items():
        if not clip.exists():
            _write(clip, fitted(read_picture(person), *size))
    return clips


def collage(portraits: Sequence[Picture]) -> Picture:
    """Return a grey picture of 1280 x 960 pixels with the faces of up to 16 portraits, uint8 [640, 640, 3]."""
    width, height = _CELL
    picture = np.full((height * _GRID_COLUMNS, width * _GRID_COLUMNS, 3), 128, np.uint8)
    for index, portrait in enumerate(portraits):
        row, column = divmod(index, _GRID_COLUMNS)
        face = cv2.resize(portrait[_CROPPED], _CELL)
        picture[row * height : (row + 1) * height, column * width : (column + 1) * width] = face
    return picture


def _write(clip: Path, image: Picture) -> None:
    clip.parent.mkdir(parents=True, exist_ok=True)
    write_h264(clip, noisy(shaken(image, _FRAMES)), _FRAMES_PER_SECOND)


def _probed(python: Path, most_faces: int, clips: Sequence[Path]) -> _Found:
    printed = json.loads(output_of([python, "-P", _PROBE, str(most_faces), *clips]))
    check_checkout(python, printed["mien"])
    return {Path(clip): found for clip, found in printed["clips"].items()}
