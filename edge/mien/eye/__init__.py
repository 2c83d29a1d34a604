"""The process that sees: camera, newest frame, face, aligned crop, expression. It has no network and writes nothing."""

import os

# OpenCV reads this once, when it is loaded: a picture bomb is refused before its pixels are unpacked. Unpacking takes
# six bytes for each, and with these the eye stays below its eye.memory_megabytes.
MOST_PHOTO_PIXELS = 64_000_000
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PHOTO_PIXELS))
