"""A Landlock ruleset under which nothing can be written, made or removed on any disk.

Reading and executing stay, and so do the device files below /dev: a camera is opened for writing, and one that is
plugged in later shall be found. It cannot be taken back and is inherited by every later thread and child.
https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

# The same numbers on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_WRITE_FILE = 1 << 1
# Remove a folder or file; make a device, folder, file, socket, pipe, block device or link.
_CHANGE_FOLDER = sum(1 << bit for bit in range(4, 13))
_RENAME_ACROSS, _TRUNCATE, _DEVICE_CONTROL = 1 << 13, 1 << 14, 1 << 15
_RIGHTS_SINCE = {
    1: _WRITE_FILE | _CHANGE_FOLDER,
    2: _RENAME_ACROSS,  # an older kernel always refuses it
    3: _TRUNCATE,
    5: _DEVICE_CONTROL,
}
_SCOPES_SINCE = {6: 0b11}  # no abstract socket and no signal to a process that is not confined as this one is


def refuse_writing() -> bool:
    """Refuse this process, for good, every change to a file or folder; device files can still be written to.

    It holds for the calling thread and those it starts, so it must be called before there are others. Before Linux 6.2
    a file can still be emptied, but nothing written to it.

    Returns:
        False where the kernel has no Landlock, or where other threads run that go on as they were.
    """
    if sys.platform != "linux":
        return False
    version = _call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    alone = len(list(Path("/proc/self/task").iterdir())) == 1
    return version >= 1 and refuse_writing_as(version) and alone


def refuse_writing_as(version: int) -> bool:
    """Refuse what this version of Landlock, or a newer one, can refuse; False when the kernel would not."""
    rights = _known(_RIGHTS_SINCE, version)
    # A kernel takes a longer structure than its own where the rest is zero.
    attributes = struct.pack("=QQQ", rights, 0, _known(_SCOPES_SINCE, version))
    ruleset = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    try:
        return _allow_devices(ruleset, rights) and _restrict(ruleset)
    finally:
        os.close(ruleset)


def _known(since: Mapping[int, int], version: int) -> int:
    return sum(bits for first, bits in since.items() if first <= version)


def _allow_devices(ruleset: int, rights: int) -> bool:
    folder = os.open("/dev", os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights & (_WRITE_FILE | _DEVICE_CONTROL), folder)
        return _call(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0) == 0
    finally:
        os.close(folder)


def _restrict(ruleset: int) -> bool:
    return ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and _call(_RESTRICT_SELF, ruleset, 0) == 0


def _call(number: int, *arguments: int | bytes | None) -> int:
    """Make a system call; numbers go as the long that a register holds."""
    words = (ctypes.c_long(one) if isinstance(one, int) else one for one in (number, *arguments))
    return int(ctypes.CDLL(None).syscall(*words))
