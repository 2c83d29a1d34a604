"""The eye confines itself before it loads a model: no network, and no picture on any disk, by the kernel's word.

MediaPipe's newer builds send usage metrics to their maker; here their attempt fails and detection goes on. There is no
way back, and every later thread and child is confined, too.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from mien.eye.landlock import refuse_writing
from mien.eye.seccomp import refuse_calls

_PR_SET_DUMPABLE = 4


@dataclass(frozen=True, slots=True)
class Confinement:
    """What this process gave up, and a sentence for each thing that it should and could not."""

    network_refused: bool
    writing_refused: bool
    complaints: tuple[str, ...]


def confine(*, network: bool = False, writes: bool = False) -> Confinement:
    """Refuse this process, for good, what it does not need. To be called before any other thread is started.

    Without writes nothing can be written, made, renamed or removed below any path, and a crash leaves no core dump;
    what was open stays so, reading goes on as before, and device files can be written to, which a camera needs.

    Args:
        network: keep the network, which a network camera needs; else every socket but AF_UNIX is refused.
        writes: keep writing to disk.
    """
    writing_refused = not writes and refuse_writing()
    if not writes:
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    filtered = refuse_calls(network=not network, attributes=not writes)
    complaints = []
    if not network and not filtered:
        complaints.append("This kernel has no seccomp filter, so the eye could not give up the network.")
    if not writes and not writing_refused:
        complaints.append("This kernel has no Landlock, so the eye could not give up writing to disk by itself.")
    return Confinement(filtered and not network, writing_refused, tuple(complaints))
