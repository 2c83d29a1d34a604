"""The eye refuses itself the network: a seccomp filter under which only Unix sockets can be made.

MediaPipe's newer builds send usage metrics to their maker; under this filter their attempt fails and detection goes on.
The filter cannot be taken back and is inherited by every thread and child.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys

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

# machine: (audit architecture, socket, seccomp, io_uring_setup). io_uring could make sockets behind the filter's back.
_MACHINES = {
    "x86_64": (0xC000003E, 41, 317, 425),
    "aarch64": (0xC00000B7, 198, 277, 425),
}
# On x86-64 the numbers from here on are the x32 calls, a second way to the same sockets.
_X32_CALLS = 0x40000000


def refuse_network() -> bool:
    """Refuse this process every socket but AF_UNIX, for good.

    Returns:
        False where the kernel or the machine has no such filter; the sandbox of the service still holds there.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    architecture, socket_call, seccomp_call, io_uring_call = machine
    program = _program(architecture, socket_call, io_uring_call)
    instructions = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    result = libc.syscall(
        ctypes.c_long(seccomp_call),
        ctypes.c_ulong(_SECCOMP_SET_MODE_FILTER),
        ctypes.c_ulong(_SECCOMP_FILTER_FLAG_TSYNC),
        header,
    )
    return int(result) == 0


def _program(architecture: int, socket_call: int, io_uring_call: int) -> bytes:
    def step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("HBBI", code, if_true, if_false, value)

    steps = [
        step(_LOAD, _ARCHITECTURE),
        step(_JUMP_EQUAL, architecture, 1, 0),
        step(_RETURN, _RET_ERRNO | _ENOSYS),  # a foreign call table, as 32-bit programs use
        step(_LOAD, _NUMBER),
        step(_JUMP_AT_LEAST, _X32_CALLS, 4, 0),
        step(_JUMP_EQUAL, io_uring_call, 3, 0),
        step(_JUMP_EQUAL, socket_call, 0, 3),
        step(_LOAD, _ARGUMENT),
        step(_JUMP_EQUAL, _AF_UNIX, 1, 2),
        step(_RETURN, _RET_ERRNO | _ENOSYS),
        step(_RETURN, _RET_ALLOW),
        step(_RETURN, _RET_ERRNO | _EACCES),
    ]
    return b"".join(steps)
