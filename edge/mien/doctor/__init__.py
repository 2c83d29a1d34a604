"""One check a file: each says whether a part works on this machine, and what to do when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mien.config import Settings
from mien.doctor import clock, heat, machine, page, units
from mien.doctor.child import ask
from mien.doctor.finding import Finding, note
from mien.doctor.player import check as check_player
from mien.doctor.player import running_player
from mien.doctor.position import OWN, as_service, is_asked_about, position_of, runs_this_program
from mien.doctor.question import Question
from mien.doctor.service import EYE, PLAYER, Unit, installed_unit, is_root

_EYES = ("camera", "detector", "models", "confinement")
_PLAYERS = ("library", "index", "space", "sound")


def examine(settings: Settings, *, silent: bool = False) -> Iterator[Finding]:
    """Check the parts one after the other, in the order of the data's flow.

    Root looks at them as the users of the services, where those are installed.

    Args:
        settings: the settings in force.
        silent: play silence instead of a tone.
    """
    player, eye = installed_unit(PLAYER), installed_unit(EYE)
    if player is not None and is_asked_about(player):
        settings = as_service(settings, player)
    question = Question(settings, running_player(settings), silent)
    yield machine.check(settings)
    yield from _standing(player, eye)
    if settings.eye.enabled:
        yield from ask(_EYES, question, position_of(eye))
    else:
        yield note("camera", "The eye is turned off (eye.enabled = false), so no camera is opened.")
    yield from ask(_PLAYERS, question, position_of(player))
    yield from check_player(settings)
    yield clock.check(settings)
    yield from heat.check(settings)
    yield page.check(settings)
    yield from units.check()


def service_settings_file() -> Path | None:
    """Return the settings file of the service that root asks about; None for anyone else."""
    player = installed_unit(PLAYER)
    if player is None or not is_root() or not runs_this_program(player):
        return None
    named = player.environment.get("MIEN_CONFIG")
    return Path(named) if named else None


def _standing(player: Unit | None, eye: Unit | None) -> Iterator[Finding]:
    """Say as whom the parts are looked at, where that is not plain."""
    if player is None or eye is None:
        return
    if not runs_this_program(player):
        yield note("user", f"The services are another installation: `sudo {player.program} doctor` looks at those.")
    elif position_of(player) is not OWN:
        yield note("user", f"The eye's parts are looked at as {eye.user}, the player's as {player.user}.")
    elif not is_root():
        yield note("user", f"`sudo {player.program} doctor` looks at camera and sound as the services do.")
