"""Asks the kernel why a V4L2 device gives no picture, since OpenCV does not say.

The calls are of the Linux media API, "Video for Linux API": VIDIOC_QUERYCAP, and VIDIOC_REQBUFS for no buffers, which
changes nothing and is refused with EBUSY while another program has the device's buffers.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct

from mien.errors import SourceError
from mien.types import Fault

_QUERYCAP, _REQBUFS = 0x80685600, 0xC0145608
_CAPABILITY_BYTES = 104
_CAPABILITIES_AT = 84  # all of the hardware, and then those of this device node
_CAPTURE, _CAPTURE_PLANES, _HAS_OWN = 0x1, 0x1000, 0x80000000
_BUFFERS = "IIII4x"  # count, type, memory, capabilities
_TYPES = {_CAPTURE: 1, _CAPTURE_PLANES: 9}
_MEMORY_MAPPED = 1

_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_NO_CAMERA = {errno.ENOTTY, errno.EINVAL, errno.EISDIR}


def explain(device: str) -> SourceError:
    """Return why a device that could not be read gives no picture."""
    try:
        handle = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _ask_for_buffers(handle)
        finally:
            os.close(handle)
    except OSError as error:
        return complaint(device, error.errno)
    return complaint(device, None)


def complaint(device: str, number: int | None) -> SourceError:
    """Return the sentence for the kernel's answer.

    Args:
        device: its path.
        number: the error's number; None when the kernel found nothing wrong.
    """
    if number in _GONE:
        return SourceError(f"There is no camera {device}; plug it in. `mien doctor` lists those that are there.")
    if number in _FORBIDDEN:
        return SourceError(
            f"The camera {device} may not be used by this user; add the user to the group 'video' and log in again, "
            "or start the service again.",
            Fault.CAMERA_BUSY,
        )
    if number == errno.EBUSY:
        return SourceError(
            f"The camera {device} is used by another program; end that one, which `fuser -v {device}` names.",
            Fault.CAMERA_BUSY,
        )
    if number in _NO_CAMERA:
        return SourceError(f"{device} is no camera; `mien doctor` lists those that are there.")
    return SourceError(
        f"The camera {device} is there but gives no picture; unplug it and plug it in again, or try another cable.",
        Fault.CAMERA_LOST,
    )


def _ask_for_buffers(handle: int) -> None:
    """Raise the OSError with which the kernel refuses pictures of a device."""
    answer = bytearray(_CAPABILITY_BYTES)
    fcntl.ioctl(handle, _QUERYCAP, answer)
    hardware, own = struct.unpack_from("II", answer, _CAPABILITIES_AT)
    able = own if hardware & _HAS_OWN else hardware
    kind = next((kind for flag, kind in _TYPES.items() if able & flag), None)
    if kind is None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    fcntl.ioctl(handle, _REQBUFS, bytearray(struct.pack(_BUFFERS, 0, kind, _MEMORY_MAPPED, 0)))
