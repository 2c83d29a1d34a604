"""Is the board too hot, or held back by its heat or its power supply?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mien.config import Settings
from mien.doctor.finding import Finding, bad, good, note

_FIRMWARE = "sys/devices/platform/soc/soc:firmware/get_throttled"  # of a Raspberry Pi
# https://www.raspberrypi.com/documentation/computers/os.html#get_throttled
_NOW = {0: "its voltage is too low", 1: "its speed is capped", 2: "it is throttled", 3: "it is near its limit of heat"}
_SINCE_START = {16: "its voltage was too low", 17: "its speed was capped", 18: "it was throttled", 19: "it was too hot"}


def check(settings: Settings, root: Path = Path("/")) -> Iterator[Finding]:
    """Look at the temperatures, and at what the firmware or the kernel says of the processor's speed."""
    yield _heat(settings.eye.hot_celsius, root)
    yield _throttling(root)


def _heat(hot_celsius: float, root: Path) -> Finding:
    from mien.eye.heat import hottest_celsius

    hottest = hottest_celsius(root / "sys/class/thermal")
    if hottest is None:
        return note("heat", "This machine tells no temperature.")
    if hottest >= hot_celsius:
        return bad(
            "heat",
            f"The board has {hottest:.0f} °C, which is hot (eye.hot_celsius is {hot_celsius:g}), so half as many "
            "pictures are judged: give it air, a heat sink or a fan.",
        )
    return good("heat", f"The board has {hottest:.0f} °C; from {hot_celsius:g} on, half as many pictures are judged.")


def _throttling(root: Path) -> Finding:
    with suppress(OSError, ValueError):
        return _of_firmware(int((root / _FIRMWARE).read_text(encoding="ascii"), 16))
    limits = [
        ends for policy in sorted(root.glob("sys/devices/system/cpu/cpufreq/policy*")) if (ends := _limits(policy))
    ]
    if not limits:
        return note("speed", "This machine does not tell whether its processor is held back.")
    if any(allowed < possible for allowed, possible in limits):
        allowed, possible = min(limits)
        return note(
            "speed",
            f"The processor may run at {allowed // 1000} of its {possible // 1000} MHz: heat, or a power profile, "
            "holds it back.",
        )
    return good("speed", "The processor may run at its full speed.")


def _of_firmware(bits: int) -> Finding:
    def those(names: dict[int, str]) -> str:
        return ", ".join(name for bit, name in names.items() if bits >> bit & 1)

    cure = "use the power supply made for the board, a short cable, and a heat sink or a fan"
    if now := those(_NOW):
        return bad("speed", f"The board says that {now}: {cure}.")
    if before := those(_SINCE_START):
        return note("speed", f"The board says that since its start {before}: {cure}.")
    return good("speed", "The board was not held back by heat or power since its start.")


def _limits(policy: Path) -> tuple[int, int] | None:
    with suppress(OSError, ValueError):
        allowed, possible = (
            int((policy / name).read_text(encoding="ascii")) for name in ("scaling_max_freq", "cpuinfo_max_freq")
        )
        return allowed, possible
    return None
