from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from edge.web.fake_control import FakeControl

from mien.web.server import WebServer, listen


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def server(control: FakeControl) -> Iterator[WebServer]:
    server = WebServer(control, listen(0))
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A JPEG of 320 x 240 pixels with something like a face in the middle."""
    image = np.full((240, 320, 3), (200, 190, 170), np.uint8)
    cv2.ellipse(image, (160, 120), (45, 60), 0, 0, 360, (150, 180, 225), -1)
    for x in (143, 177):
        cv2.circle(image, (x, 105), 6, (60, 50, 40), -1)
    cv2.ellipse(image, (160, 135), (22, 16), 0, 15, 165, (80, 70, 190), 3)
    return cv2.imencode(".jpg", image)[1].tobytes()
