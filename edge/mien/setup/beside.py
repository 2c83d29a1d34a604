"""What runs already."""

from __future__ import annotations

from mien.config import Settings
from mien.doctor.player import Running, running_player
from mien.doctor.position import as_service, is_asked_about
from mien.doctor.service import PLAYER, installed_unit


def player_beside(settings: Settings) -> Running | None:
    """Return the player that runs with these settings: for root the service's, where there is one."""
    unit = installed_unit(PLAYER)
    if unit is not None and is_asked_about(unit):
        settings = as_service(settings, unit)
    return running_player(settings)
