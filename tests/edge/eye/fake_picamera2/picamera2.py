"""A stand-in for picamera2, to be put on the path: it fails as the real one does where its environment says so."""

import ctypes
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Picamera2:
    """A camera that gives three pictures and is then unplugged."""

    closed = 0

    def __init__(self) -> None:
        if os.environ.get("FAKE_PICAMERA2") == "missing":
            raise IndexError("list index out of range")
        if os.environ.get("FAKE_PICAMERA2") == "busy":
            raise RuntimeError("Camera __init__ sequence did not complete.")
        self._left = 3
        self._size = (0, 0)

    def create_video_configuration(self, main: dict[str, Any], *, queue: bool = True) -> dict[str, Any]:
        assert not queue
        return main

    def configure(self, main: dict[str, Any]) -> None:
        self._size = main["size"]

    def start(self) -> None:
        if os.environ.get("FAKE_PICAMERA2") == "taken":
            raise RuntimeError("Failed to acquire camera: Device or resource busy")

    def capture_array(self) -> NDArray[np.uint8]:
        if self._left == 0 and os.environ.get("FAKE_PICAMERA2") == "hangs":
            ctypes.CDLL(None).pause()
        if self._left == 0:
            raise RuntimeError("Camera frontend has timed out!")
        self._left -= 1
        return np.zeros((self._size[1], self._size[0], 3), np.uint8)

    def close(self) -> None:
        Picamera2.closed += 1
