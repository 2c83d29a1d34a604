"""What can go wrong that a person can put right. Each message is one sentence: what, where, and what to do.

    MienError
    +-- SettingsError     a settings file or option that cannot be used
    +-- SourceError       a camera, clip, folder or stream that gives no pictures
    +-- PictureError      a file that is not a readable picture
    +-- ModelError        a model that is missing, torn, or whose card does not fit
    +-- DetectorError     a face detector that cannot start
    +-- EyeError          an eye that cannot go on
    +-- LibraryError      a music folder or index that cannot be used
    |   +-- UnreadableError   a file that is not readable music
    +-- AudioError        no libVLC, or an output that cannot be opened
    +-- LinkError         the other process does not answer
    +-- OutputError       standard output, or a file asked for, cannot be written
    +-- TraceError        a trace that cannot be read
    +-- BaselineError     a face at rest that could not be learned
    +-- DemoError         the demo's clip or music cannot be had

Anything else that is raised is a bug and keeps its traceback.
"""

from __future__ import annotations

from mien.types import Fault


class MienError(Exception):
    """Base of all errors that the command line prints as one sentence."""


class SettingsError(MienError):
    """A settings file or option that cannot be used."""


class SourceError(MienError):
    """A camera, clip, folder or stream that gives no pictures; `fault` says in which way."""

    def __init__(self, message: str, fault: Fault = Fault.CAMERA_MISSING) -> None:
        super().__init__(message)
        self.fault = fault


class PictureError(MienError):
    """A file that is not a readable picture."""


class ModelError(MienError):
    """A model that is missing, torn, or whose card does not fit."""


class DetectorError(MienError):
    """A face detector that cannot start."""


class EyeError(MienError):
    """An eye that cannot go on."""


class LibraryError(MienError):
    """A music folder or index that cannot be used."""


class UnreadableError(LibraryError):
    """A file that is not readable music; the message is the reason, to stand after the file's name."""


class AudioError(MienError):
    """No libVLC, or an output that cannot be opened."""


class LinkError(MienError):
    """The other process does not answer."""


class OutputError(MienError):
    """Standard output, or a file asked for, cannot be written."""


class TraceError(MienError):
    """A trace that cannot be read."""


class BaselineError(MienError):
    """A face at rest that could not be learned."""


class DemoError(MienError):
    """The demo's clip or music cannot be had."""
