"""From a look before the camera to what the page shows of it: the expression that was seen, and the decided mood."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.mjpeg_server import NetworkCamera, network_camera
from mien_benchmarks.player_process import EventStream, Household, playing
from mien_benchmarks.tally import Tally

_LOOKS = {"happy": "smiling", "neutral": "neutral"}
_PORTRAIT = "001.jpg"
_WIDTH, _HEIGHT = 640, 480
_PICTURES_PER_SECOND = 30.0  # of the camera, as of a common webcam: the eye takes 6 of them
_LOOK_SECONDS = 6.0  # each look is shown for so long at least
_PATIENCE_SECONDS = 40.0
_POLL_SECONDS = 0.01

State = dict[str, Any]


def glass(bench: Bench, part: str, music: Path) -> Iterator[Measurement]:
    """Yield the milliseconds from a changed picture to the expression and to the mood, as a page is told of them.

    All versions look at the same camera at the same time.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mien-")))
        shown = {emotion: _portrait(bench, look, folder / look) for emotion, look in _LOOKS.items()}
        camera = stack.enter_context(network_camera(shown["neutral"], _PICTURES_PER_SECOND))
        pages = {}
        for subject, python in bench.miens.items():
            household = Household(music)
            player = stack.enter_context(playing(python, household, "--source", camera.address))
            pages[subject] = EventStream(player.page)
        _wait_for_all(pages, time.monotonic(), _is_decided("neutral"))
        time.sleep(_LOOK_SECONDS)  # no second change follows a decision at once
        tally = Tally(part)
        for _ in range(bench.turns):
            for emotion, pictures in shown.items():
                _change(camera, pages, emotion, pictures, tally)
    yield from tally.measurements()


def _change(camera: NetworkCamera, pages: dict[str, EventStream], emotion: str, pictures: Path, tally: Tally) -> None:
    changed_at = time.monotonic()
    camera.show(pictures)
    decided = _wait_for_all(pages, changed_at, _is_decided(emotion))
    seen = _wait_for_all(pages, changed_at, _is_seen(emotion))
    for what, moments in (("observation", seen), ("decision", decided)):
        for subject, moment in moments.items():
            tally.add(subject, f"glass to {what}, {_LOOKS[emotion]} face", "ms", 1000 * (moment - changed_at))
    time.sleep(max(0.0, changed_at + _LOOK_SECONDS - time.monotonic()))


def _wait_for_all(pages: dict[str, EventStream], since: float, applies: Callable[[State], bool]) -> dict[str, float]:
    """Return when each page was first told of what applies, after a moment.

    Raises:
        BenchmarkError: one was not told.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    moments: dict[str, float] = {}
    while len(moments) < len(pages):
        if time.monotonic() > deadline:
            raise BenchmarkError(f"{', '.join(pages.keys() - moments.keys())} did not follow the look on a face.")
        time.sleep(_POLL_SECONDS)
        for subject, page in pages.items():
            moment = next((at for at, state in tuple(page.events) if at > since and applies(state)), None)
            if moment is not None:
                moments[subject] = moment
    return moments


def _is_decided(emotion: str) -> Callable[[State], bool]:
    return lambda state: bool(state["mood"]["emotion"] == emotion)


def _is_seen(emotion: str) -> Callable[[State], bool]:
    def applies(state: State) -> bool:
        probabilities = state["probabilities"]
        return probabilities is not None and max(probabilities, key=lambda name: probabilities[name]) == emotion

    return applies


def _portrait(bench: Bench, look: str, folder: Path) -> Path:
    """Put a portrait into the middle of a camera's picture, and return the folder of that one picture."""
    source = bench.data / "london" / look / _PORTRAIT
    image = cv2.imread(str(source))
    if image is None:
        raise BenchmarkError(f"There is no picture {source}: name the development data folder with MIEN_DEV_DATA.")
    width = round(image.shape[1] * _HEIGHT / image.shape[0])
    picture = np.full((_HEIGHT, _WIDTH, 3), 128, np.uint8)
    left = (_WIDTH - width) // 2
    picture[:, left : left + width] = cv2.resize(image, (width, _HEIGHT), interpolation=cv2.INTER_AREA)
    folder.mkdir()
    cv2.imwrite(str(folder / "0.jpg"), picture)
    return folder
