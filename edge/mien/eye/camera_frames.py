"""Frames of what OpenCV reads live: a device or a stream."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from typing import Any, Protocol

import numpy as np

from mien.errors import SourceError
from mien.eye.pace import EARLY_SHARE
from mien.types import Fault, Frame


class Capture(Protocol):
    """An open `cv2.VideoCapture`, as far as it is needed here."""

    def grab(self) -> bool:
        """Take the next picture off the source; False when there is none any more."""
        ...

    def retrieve(self) -> tuple[bool, Any]:
        """Unpack the picture that was taken: (is it whole, uint8 [height, width, 3])."""
        ...

    def release(self) -> None:
        """Give the source back."""
        ...


def live_frames(capture: Capture, period_seconds: Callable[[], float], lost: str) -> Generator[Frame]:
    """Yield frames until the source fails; those that come too soon are taken off it but not unpacked.

    Args:
        capture: open; given back when the generator ends or is closed.
        period_seconds: asked before each frame; 0 gives every frame.
        lost: the sentence for a source that stopped.

    Raises:
        SourceError: it gives no picture any more.
    """
    last_at = -math.inf
    try:
        while capture.grab():
            now = time.monotonic()
            if now < last_at + EARLY_SHARE * period_seconds():
                continue
            got, image = capture.retrieve()
            if got:
                last_at = now
                yield Frame(np.asarray(image, np.uint8), now)
        raise SourceError(lost, Fault.CAMERA_LOST)
    finally:
        capture.release()
