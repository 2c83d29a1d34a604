"""Video files and folders of pictures: sources that end, whose frames carry their own time."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mien.errors import SourceError
from mien.eye.photo import read_photo
from mien.types import Frame

_PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
_FOLDER_PICTURES_PER_SECOND = 1.0
_SHORTEST_ROUND_SECONDS = 1.0  # a single picture is not read again without a pause


class VideoFile:
    """A video file. Frames carry the clip's own time, 0 at its first frame."""

    def __init__(self, path: Path, period_seconds: Callable[[], float], *, paced: bool) -> None:
        self._path, self._period_seconds = path, period_seconds
        self._paced = paced

    @property
    def live(self) -> bool:
        """True when played by its own clock."""
        return self._paced

    def frames(self) -> Generator[Frame]:
        """Yield the frames, thinned and paced as asked; skipped ones are not unpacked.

        Raises:
            SourceError: the file is not a video that can be read.
        """
        import cv2

        # A thread for each processor would only take memory: few frames a second are wanted.
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        try:
            yield from _paced(self._read(capture)) if self._paced else self._read(capture)
        finally:
            capture.release()

    def _read(self, capture: Any) -> Iterator[Frame]:  # noqa: ANN401 - cv2.VideoCapture
        import cv2

        before = -self._period_seconds()  # when the frame before was due
        count = 0
        nominal = capture.get(cv2.CAP_PROP_FPS) or 25.0
        started: float | None = None
        while capture.grab():
            position = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            started = position if started is None else started
            at = max(position - started, 0.0) if position > 0 or count == 0 else count / nominal
            count += 1
            period_seconds = self._period_seconds()
            # Half a frame early is nearer to the due time than the next frame.
            if at < before + period_seconds - 0.5 / nominal:
                continue
            got, image = capture.retrieve()
            if got:
                before = max(before + period_seconds, at - period_seconds)
                yield Frame(np.asarray(image, np.uint8), at)
        if count == 0:
            raise SourceError(f"{self._path} is not a video that can be read; give a whole video file.")


class PictureFolder:
    """The pictures of a folder in the order of their names, one a second."""

    def __init__(self, folder: Path, *, paced: bool) -> None:
        self._folder, self._paced = folder, paced

    @property
    def live(self) -> bool:
        """True when shown by the clock."""
        return self._paced

    def frames(self) -> Generator[Frame]:
        """Yield the pictures.

        Raises:
            SourceError: the folder holds no pictures.
            PictureError: one of them cannot be read.
        """
        try:
            paths = sorted(
                path for path in self._folder.iterdir() if path.suffix.lower() in _PICTURE_SUFFIXES and path.is_file()
            )
        except OSError as error:
            raise SourceError(f"The folder {self._folder} cannot be read: {error.strerror}.") from error
        if not paths:
            raise SourceError(f"The folder {self._folder} holds no pictures (JPEG, PNG, WebP or BMP).")
        frames = (
            Frame(read_photo(path).image, index / _FOLDER_PICTURES_PER_SECOND) for index, path in enumerate(paths)
        )
        if not self._paced:
            yield from frames
            return
        yield from _paced(frames)
        time.sleep(1 / _FOLDER_PICTURES_PER_SECOND)  # the last one is shown for as long as the others


class Repeated:
    """A file that begins anew whenever it ends; the time of its frames goes back with it."""

    def __init__(self, file: VideoFile | PictureFolder) -> None:
        self._file = file

    @property
    def live(self) -> bool:
        """True when the file is played by the clock."""
        return self._file.live

    def frames(self) -> Generator[Frame]:
        """Yield the file's frames, again and again.

        Raises:
            SourceError: the file cannot be read, or not any more.
            PictureError: a picture of a folder cannot be read.
        """
        while True:
            started = time.monotonic()
            yield from self._file.frames()
            if self.live:
                time.sleep(max(0.0, started + _SHORTEST_ROUND_SECONDS - time.monotonic()))


def _paced(frames: Iterator[Frame], clock: Callable[[], float] = time.monotonic) -> Generator[Frame]:
    """Hold each frame back until its time has come."""
    started = clock()
    for frame in frames:
        delay = frame.captured_at - (clock() - started)
        if delay > 0:
            time.sleep(delay)
        yield frame
