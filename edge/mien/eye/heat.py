"""Looks at the board's temperature (Linux: /sys/class/thermal), so that a hot board has less to do."""

from __future__ import annotations

from pathlib import Path

from mien.types import Fault, Frame, Trouble

ZONES = Path("/sys/class/thermal")
_POSSIBLE_CELSIUS = (-40.0, 150.0)  # zones without a sensor report numbers beyond
_LOOK_SECONDS = 10.0
_COOLER_CELSIUS = 5.0


def hottest_celsius(root: Path = ZONES) -> float | None:
    """Return the temperature of the hottest zone; None where nothing can be read."""
    possible = [celsius for zone in root.glob("thermal_zone*/temp") if (celsius := _read(zone)) is not None]
    return max(possible, default=None)


def _read(zone: Path) -> float | None:
    try:
        celsius = int(zone.read_text()) / 1000
    except (OSError, ValueError):  # a zone that sleeps or is no number says nothing
        return None
    least, most = _POSSIBLE_CELSIUS
    return celsius if least < celsius < most else None


class HeatWatch:
    """Says when the board is hot, from a temperature on until it is some degrees cooler.

    Args:
        hot_celsius: from here on.
        root: the folder of the thermal zones.
    """

    def __init__(self, hot_celsius: float, root: Path = ZONES) -> None:
        self._hot_celsius, self._root = hot_celsius, root
        self._looked_at: float | None = None
        self._hot = False
        self._trouble = Trouble(
            Fault.HOT,
            f"The board has {hot_celsius:g} °C or more, so the eye looks half as often until it is cooler; give it "
            "air or shade.",
        )

    def look(self, _frame: Frame | None, now: float) -> Trouble | None:
        """Look every ten seconds, and return what is wrong at a time in seconds."""
        if self._looked_at is None or now - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = now
            celsius = hottest_celsius(self._root)
            limit = self._hot_celsius - (_COOLER_CELSIUS if self._hot else 0.0)
            self._hot = celsius is not None and celsius >= limit
        return self._trouble if self._hot else None
