"""Compares the two face detectors on photographs, and what they cost.

    python -m mien_export.face_detector_parity ../shared/data

The folder is the development data (see mien_training/photographs.py).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.table import Table

from mien.errors import MienError
from mien.eye.blazeface import OnnxFaces, shipped_graph
from mien.eye.detectors import Kind
from mien.eye.faces import MediaPipeFaces, shipped_detector
from mien.eye.photo import find_faces, read_photo
from mien.ports import FaceDetector
from mien.types import Box, Face, Frame, Point
from mien_export.errors import ExportError
from mien_export.face_detector_cost import measure_cost

_FOLDERS = ("photos", "london/neutral", "london/smiling", "noface")
_SUFFIXES = {".jpg", ".jpeg", ".png"}
_LEAST_SCORE = 0.5  # as in default.toml
_SAME_FACE = 0.5
_COSTS = (
    ("seconds until ready", "ready_seconds", "{:.2f}"),
    ("CPU seconds until ready, children's included", "ready_cpu_seconds", "{:.2f}"),
    ("resident memory of the eye, MB", "resident_megabytes", "{:.0f}"),
    ("CPU milliseconds of a detection at 640 x 480", "detection_cpu_milliseconds", "{:.2f}"),
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """A face as MediaPipe and as ONNX Runtime found it: how far the two are apart."""

    overlap: float
    eye_share: float
    score: float

    @classmethod
    def of(cls, one: Face, other: Face) -> Pair:
        """Return shared area over covered area, the larger shift of an eye over the eyes' distance, and the score's."""
        eyes = _distance(one.right_eye, one.left_eye)
        shift = max(_distance(one.right_eye, other.right_eye), _distance(one.left_eye, other.left_eye))
        return cls(_overlap(one.box, other.box), shift / eyes, abs(one.score - other.score))


@dataclass(frozen=True, slots=True)
class Parity:
    """How many faces each found, and each that both did."""

    mediapipe: int
    onnx: int
    pairs: tuple[Pair, ...]


def compare(mediapipe: FaceDetector, onnx: FaceDetector, frames: Iterable[Frame]) -> Parity:
    """Let both look at each picture as a whole."""
    pairs: list[Pair] = []
    mediapipe_count = onnx_count = 0
    for frame in frames:
        theirs, ours = mediapipe.detect(frame), onnx.detect(frame)
        mediapipe_count += len(theirs)
        onnx_count += len(ours)
        # Faces of one picture never overlap so far themselves, so each has one partner at most.
        pairs += (Pair.of(one, other) for one in theirs for other in ours if _overlap(one.box, other.box) >= _SAME_FACE)
    return Parity(mediapipe_count, onnx_count, tuple(pairs))


def _distance(one: Point, other: Point) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def _overlap(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(0.0, width) * max(0.0, height)
    return shared / (one.area + other.area - shared)


def _pictures(data: Path, folder: str) -> list[Path]:
    if not (data / folder).is_dir():
        raise ExportError(f"This is not the development data: there is no folder {data / folder}.")
    return [path for path in sorted((data / folder).iterdir()) if path.suffix.lower() in _SUFFIXES]


def _found(detector: FaceDetector, paths: Iterable[Path]) -> int:
    """Return in how many photographs a face is found as `mien recommend` looks for it."""
    return sum(bool(find_faces(detector, read_photo(path))) for path in paths)


def _parity_table(parity: Parity) -> Table:
    found = f"{parity.mediapipe} faces by MediaPipe, {parity.onnx} by ONNX Runtime, {len(parity.pairs)} by both"
    table = Table("", "median", "worst", title=f"Each picture as a whole: {found}")
    overlaps = [pair.overlap for pair in parity.pairs]
    eyes = [pair.eye_share for pair in parity.pairs]
    scores = [pair.score for pair in parity.pairs]
    table.add_row("shared area of the boxes", f"{median(overlaps):.3f}", f"{min(overlaps):.3f}")
    table.add_row("eyes apart, of the eyes' distance", f"{median(eyes):.5%}", f"{max(eyes):.5%}")
    table.add_row("scores apart", f"{median(scores):.1e}", f"{max(scores):.1e}")
    return table


def _found_table(mediapipe: FaceDetector, onnx: FaceDetector, pictures: dict[str, list[Path]]) -> Table:
    table = Table("with a face found", "of", "MediaPipe", "ONNX Runtime", title="As photographs are searched")
    for folder, paths in pictures.items():
        found = (_found(detector, paths) for detector in (mediapipe, onnx))
        table.add_row(folder, f"{len(paths)}", *map(str, found))
    return table


def _cost_table(photo: Path, rounds: int) -> Table:
    """Measure in turn, so that what else the machine does falls on all alike."""
    kinds = get_args(Kind)
    measured = [[measure_cost(kind, photo) for kind in kinds] for _ in range(rounds)]
    table = Table(
        "eye.detector", *kinds, title=f"The eye with its expression model: median of {rounds} (least to most)"
    )
    for name, attribute, form in _COSTS:
        columns = zip(*([getattr(cost, attribute) for cost in one_round] for one_round in measured), strict=True)
        table.add_row(name, *(_spread(column, form) for column in columns))
    return table


def _spread(values: Sequence[float], form: str) -> str:
    return f"{form.format(median(values))} ({form.format(min(values))} to {form.format(max(values))})"


@app.command()
def report(
    data: Annotated[Path, typer.Argument(help="The development data folder.")],
    rounds: Annotated[int, typer.Option(min=1, help="How often each detector's cost is measured, in turn.")] = 9,
) -> None:
    """Compare the two face detectors on photographs, and what they cost."""
    console = Console()
    pictures = {folder: _pictures(data, folder) for folder in _FOLDERS}
    with (
        closing(MediaPipeFaces(shipped_detector(), _LEAST_SCORE)) as mediapipe,
        closing(OnnxFaces(shipped_graph(), _LEAST_SCORE)) as onnx,
    ):
        console.print(_parity_table(compare(mediapipe, onnx, map(read_photo, chain(*pictures.values())))))
        console.print(_found_table(mediapipe, onnx, pictures))
    console.print(_cost_table(pictures[_FOLDERS[0]][0], rounds))


def main() -> None:
    """Run the command; a problem that a person can fix becomes one sentence on standard error and exit code 1."""
    try:
        app()
    except (ExportError, MienError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
