"""A Raspberry Pi's ribbon camera."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np

from mien.errors import SourceError
from mien.eye.pace import EARLY_SHARE
from mien.sections.seeing import CameraSettings
from mien.types import Fault, Frame

_NAP_SECONDS = 0.03  # the pace may have changed by then


class PiCamera:
    """A Raspberry Pi camera through picamera2, which the system's packages bring."""

    live = True

    def __init__(self, settings: CameraSettings, period_seconds: Callable[[], float]) -> None:
        self._settings, self._period_seconds = settings, period_seconds

    def frames(self) -> Generator[Frame]:
        """Yield frames until the camera fails.

        Raises:
            SourceError: picamera2 is not installed, or the camera cannot be opened, or stopped.
        """
        camera = _find_camera()
        try:
            self._start(camera)
            while True:
                image = np.asarray(camera.capture_array(), np.uint8)
                captured_at = time.monotonic()
                yield Frame(image, captured_at)
                # Each capture copies a picture; those that nobody wants go round in the camera's own memory.
                while (left := captured_at + EARLY_SHARE * self._period_seconds() - time.monotonic()) > 0:
                    time.sleep(min(left, _NAP_SECONDS))
        except (RuntimeError, OSError) as error:
            raise SourceError(
                f"The Pi camera stopped giving pictures ({error}); is its cable firm?", Fault.CAMERA_LOST
            ) from error
        finally:
            camera.close()

    def _start(self, camera: Any) -> None:  # noqa: ANN401 - picamera2.Picamera2
        size = (self._settings.width, self._settings.height)
        try:
            # libcamera's RGB888 lies in memory as blue, green, red: OpenCV's order.
            # Without a queue a capture waits for the next picture, instead of giving the one that was kept.
            main = {"size": size, "format": "RGB888"}
            camera.configure(camera.create_video_configuration(main=main, queue=False))
            camera.start()
        except (RuntimeError, OSError) as error:
            raise _in_use(error) from error


def _find_camera() -> Any:  # noqa: ANN401 - picamera2.Picamera2
    try:
        from picamera2 import Picamera2
    except ImportError as error:
        raise SourceError(
            f"The Pi camera needs picamera2 ({error}); install the package python3-picamera2 and make the virtual "
            "environment with --system-site-packages."
        ) from error
    try:
        return Picamera2()
    except IndexError as error:  # picamera2 takes the first of a list that is empty
        raise SourceError(
            "There is no Pi camera; switch the board off, push its ribbon cable in at both ends, and start again."
        ) from error
    except (RuntimeError, OSError) as error:
        raise _in_use(error) from error


def _in_use(error: Exception) -> SourceError:
    return SourceError(
        f"The Pi camera cannot be used ({error}); end other programs that use it, and see that your user is in the "
        "group 'video'.",
        Fault.CAMERA_BUSY,
    )
