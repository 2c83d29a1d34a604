"""mien plays the music that fits the look on a face."""

import os

__version__ = "0.1.0"

# ONNX Runtime would give this machine a number, keep it on disk, and report how it is used. It asks the environment
# once, when it starts, so the answer is given before anything of mien can load it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
