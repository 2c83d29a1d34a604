"""Offers what makes mien start by itself, or starts the service again that is there, with the new settings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

from mien.doctor.cards import look_around
from mien.doctor.service import EYE, PLAYER, Unit, installed_unit, is_root
from mien.setup.questions import Questions

_OF_SYSTEM = "sudo ./requirements.sh --service"
_OF_SESSION = "./requirements.sh --user-service"
Run = Callable[[Sequence[str]], int]


def run_command(command: Sequence[str]) -> int:
    """Run a command on this terminal, and return its exit status."""
    return subprocess.run(command, check=False).returncode  # noqa: S603 - our own words


def _systemd_runs() -> bool:
    return os.path.isdir("/run/systemd/system")  # noqa: PTH112 - never raises


class ServiceOffer:
    """Starts services again, or tells how to have them.

    Args:
        questions: asks.
        find: asks systemd for a unit by its name, of the system or of the session.
        run: runs a command.
        may_change_system: this process is root's.
        has_systemd: systemd runs here; without it there is nothing to offer.
    """

    def __init__(
        self,
        questions: Questions,
        find: Callable[[str, bool], Unit | None] = installed_unit,
        run: Run = run_command,
        may_change_system: bool | None = None,
        has_systemd: bool | None = None,
    ) -> None:
        self._questions, self._find, self._run = questions, find, run
        self._is_root = is_root() if may_change_system is None else may_change_system
        self._has_systemd = _systemd_runs() if has_systemd is None else has_systemd

    def make(self, *, of_system: bool) -> None:
        """Start the service again that reads the settings, or offer to install one.

        Args:
            of_system: the settings are those of the system's services.
        """
        if self._find(PLAYER, False) is not None:
            self._title()
            self._renew_system(of_system=of_system)
        elif self._find(PLAYER, True) is not None:
            self._title()
            command = ["systemctl", "--user", "--no-block", "restart", PLAYER]
            self._offer(command, "It does. Start it again, with these settings?", default=True)
        elif self._has_systemd:
            self._title()
            self._tell()

    def _title(self) -> None:
        self._questions.title("Shall mien start by itself?")

    def _renew_system(self, *, of_system: bool) -> None:
        if not of_system:
            self._questions.say("The services here have settings of their own: `sudo mien setup` asks for those.")
        elif self._is_root:
            command = ["systemctl", "--no-block", "restart", PLAYER, EYE]
            self._offer(command, "It does. Start it again, with these settings?", default=True)
        else:
            self._questions.say(f"The services take this up with `sudo systemctl restart {PLAYER} {EYE}`.")

    def _tell(self) -> None:
        self._questions.say(f"On a board: `{_OF_SYSTEM}`, then `sudo mien setup` for the settings of the services.")
        if self._is_root:
            return
        self._questions.say(f"On a desktop: `{_OF_SESSION}`, with the settings above.")
        installer = Path(str(resources.files("mien"))).parents[1] / "requirements.sh"
        if installer.is_file():
            question = "Install it for this desktop now?"
            self._offer([str(installer), "--user-service"], question, default=look_around().own_server)

    def _offer(self, command: Sequence[str], question: str, *, default: bool) -> None:
        shown = f"`{' '.join(command)}`"
        if not self._questions.agree(question, default=default):
            self._questions.say(f"{shown} does it later.")
        elif (status := self._run(command)) != 0:
            self._questions.say(f"{shown} ended with status {status}; what it said tells why.")
