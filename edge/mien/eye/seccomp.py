"""A seccomp filter under which only Unix sockets can be made, or nothing be attached to a file.

It cannot be taken back and is inherited by every thread and child; threads that run already get it, too.
https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from dataclasses import dataclass

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_TSYNC = 1
_RET_ALLOW = 0x7FFF0000
_RET_ERRNO = 0x00050000
_EACCES, _ENOSYS = 13, 38
_AF_UNIX = 1

# Classic BPF: load a word, jump if equal, jump if greater or equal, return.
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
# Places in struct seccomp_data: the call's number, the architecture, the first argument's low word.
_NUMBER, _ARCHITECTURE, _ARGUMENT = 0, 4, 16


@dataclass(frozen=True, slots=True)
class _Machine:
    """Its audit architecture and the numbers of its system calls."""

    architecture: int
    seccomp: int
    socket: int
    set_attribute: tuple[int, ...]


# io_uring could make sockets behind the filter's back; setxattrat is the newest way to attach something to a file.
_IO_URING_SETUP, _SETXATTRAT = 425, 463
_MACHINES = {
    "x86_64": _Machine(0xC000003E, seccomp=317, socket=41, set_attribute=(188, 189, 190, _SETXATTRAT)),
    "aarch64": _Machine(0xC00000B7, seccomp=277, socket=198, set_attribute=(5, 6, 7, _SETXATTRAT)),
}
# On x86-64 the numbers from here on are the x32 calls, a second way to the same things.
_X32_CALLS = 0x40000000


def refuse_calls(*, network: bool, attributes: bool) -> bool:
    """Refuse this process system calls, for good.

    Args:
        network: refuse every socket but AF_UNIX.
        attributes: refuse to attach extended attributes to files, which no other part of the kernel can refuse.

    Returns:
        False where the kernel or the machine has no such filter; the sandbox of the service still holds there.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    program = _program(machine, network=network, attributes=attributes)
    instructions = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    result = libc.syscall(
        ctypes.c_long(machine.seccomp),
        ctypes.c_ulong(_SECCOMP_SET_MODE_FILTER),
        ctypes.c_ulong(_SECCOMP_FILTER_FLAG_TSYNC),
        header,
    )
    return int(result) == 0


def _program(machine: _Machine, *, network: bool, attributes: bool) -> bytes:
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_JUMP_EQUAL, machine.architecture, 1, 0),
        _step(_RETURN, _RET_ERRNO | _ENOSYS),  # a foreign call table, as 32-bit programs use
        _step(_LOAD, _NUMBER),
        _step(_JUMP_AT_LEAST, _X32_CALLS, 0, 1),
        _step(_RETURN, _RET_ERRNO | _ENOSYS),
    ]
    for number in machine.set_attribute if attributes else ():
        steps += _step(_JUMP_EQUAL, number, 0, 1), _step(_RETURN, _RET_ERRNO | _EACCES)
    if network:
        steps += [
            _step(_JUMP_EQUAL, _IO_URING_SETUP, 0, 1),
            _step(_RETURN, _RET_ERRNO | _ENOSYS),
            _step(_JUMP_EQUAL, machine.socket, 0, 3),
            _step(_LOAD, _ARGUMENT),
            _step(_JUMP_EQUAL, _AF_UNIX, 1, 0),
            _step(_RETURN, _RET_ERRNO | _EACCES),
        ]
    return b"".join([*steps, _step(_RETURN, _RET_ALLOW)])


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
