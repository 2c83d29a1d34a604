"""Offers what makes mien start by itself, or starts the service again that is there, with the new settings."""

from __future__ import annotations

import os
import subprocess
from importlib import resources
from pathlib import Path

from mien.doctor.cards import look_around
from mien.doctor.service import EYE, PLAYER, installed_unit, is_root
from mien.setup.questions import Questions

_OF_SYSTEM = "sudo ./requirements.sh --service"
_OF_SESSION = "./requirements.sh --user-service"


def offer_service(questions: Questions, *, of_system: bool) -> None:
    """Start the service again that is there, or tell how to have one.

    Args:
        questions: asks.
        of_system: the settings are those of the system's services.
    """
    questions.title("Shall mien start by itself?")
    if installed_unit(PLAYER) is not None:
        _renew_system(questions, of_system=of_system)
    elif installed_unit(PLAYER, of_session=True) is not None:
        _run(questions, ["systemctl", "--user", "restart", PLAYER], "Start your session's service again?", default=True)
    else:
        _tell(questions)


def _renew_system(questions: Questions, *, of_system: bool) -> None:
    if not of_system:
        questions.say("The services that run here have settings of their own: `sudo mien setup` asks for those.")
    elif is_root():
        _run(questions, ["systemctl", "--no-block", "restart", PLAYER, EYE], "Start the services again?", default=True)
    else:
        questions.say(f"The services take it up with `sudo systemctl restart {PLAYER} {EYE}`.")


def _tell(questions: Questions) -> None:
    installer = Path(str(resources.files("mien"))).parents[1] / "requirements.sh"
    if is_root():
        questions.say(f"On a board: `{_OF_SYSTEM}`, and then `sudo mien setup` once more, for the services' settings.")
        return
    questions.say(f"With your session, through a desktop's sound: `{_OF_SESSION}`, with these settings.")
    questions.say(f"On a board without a desktop: `{_OF_SYSTEM}`, and then `sudo mien setup` for its settings.")
    if installer.is_file() and os.path.isdir("/run/systemd/system"):  # noqa: PTH112 - never raises
        question = "Install the service of your session now?"
        _run(questions, [str(installer), "--user-service"], question, default=look_around().own_server)


def _run(questions: Questions, command: list[str], question: str, *, default: bool) -> None:
    if not questions.agree(question, default=default):
        questions.say(f"It is done with `{' '.join(command)}`.")
        return
    status = subprocess.run(command, check=False).returncode  # noqa: S603 - our own words
    if status != 0:
        questions.say(f"`{' '.join(command)}` ended with status {status}; what it said above tells why.")
