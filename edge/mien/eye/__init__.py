"""The process that sees: camera, newest frame, face, aligned crop, expression. It has no network and writes nothing."""

import os

# OpenCV reads this once, when it is loaded: a picture bomb is refused before its pixels are unpacked.
MOST_PHOTO_PIXELS = 120_000_000
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PHOTO_PIXELS))
