"""mien plays the music that fits the look on a face."""

__version__ = "0.1.0"
