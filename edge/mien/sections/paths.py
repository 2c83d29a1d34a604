"""Where mien keeps its own files."""

from __future__ import annotations

import os
from pathlib import Path

from mien.errors import SettingsError
from mien.sections.values import Section, Text


class PathSettings(Section):
    """Where mien keeps its own files."""

    state: Text
    run: Text

    @property
    def state_folder(self) -> Path:
        """The folder of the index: the setting, systemd's state folder, or the user's."""
        if self.state:
            return Path(self.state).expanduser()
        if service := os.environ.get("STATE_DIRECTORY"):
            return Path(service)
        return user_folder("XDG_STATE_HOME", ".local/state") / "mien"

    @property
    def index_file(self) -> Path:
        """The music index."""
        return self.state_folder / "library.sqlite"

    @property
    def memory_file(self) -> Path:
        """What was played, and what hands said of it."""
        return self.state_folder / "memory.sqlite"

    @property
    def baseline_file(self) -> Path:
        """How the model answers to the owner's face at rest."""
        return self.state_folder / "baseline.json"

    @property
    def run_folder(self) -> Path:
        """The folder of the socket: the setting, systemd's runtime folder, the session's, or the state folder."""
        if self.run:
            return Path(self.run).expanduser()
        if service := os.environ.get("RUNTIME_DIRECTORY"):
            return Path(service)
        if session := os.environ.get("XDG_RUNTIME_DIR"):
            return Path(session) / "mien"
        return self.state_folder


def user_folder(variable: str, below_home: str) -> Path:
    """Return one of the user's folders: the one that an XDG variable names, else its usual place below the home.

    Raises:
        SettingsError: nothing says where the home is.
    """
    if named := os.environ.get(variable):
        return Path(named)
    try:
        return Path.home() / below_home
    except RuntimeError as error:
        raise SettingsError("Your home folder is not known here: set HOME to a folder where mien may write.") from error
