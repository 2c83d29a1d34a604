"""The settings as they would be with the answers so far."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mien import config
from mien.config import Settings


@dataclass(frozen=True, slots=True)
class Draft:
    """A settings file, which need not be there yet, and what the answers change of it: {section: {key: value}}."""

    file: Path
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings with these answers.

        Raises:
            SettingsError: the file or an answer cannot be used.
        """
        return config.load(self.file if self.exists else Path(os.devnull), self.changes)

    @property
    def exists(self) -> bool:
        """True where the file is there."""
        return os.path.lexists(self.file)

    @property
    def differs(self) -> bool:
        """True where the answers say something else than the file, or there is none."""
        return not self.exists or self.settings != Draft(self.file).settings

    def choose(self, section: str, **values: object) -> Draft:
        """Return it with other values in a section."""
        return Draft(self.file, {**self.changes, section: {**self.changes.get(section, {}), **values}})

    def choose_profile(self, profile: str) -> Draft:
        """Return it with another profile."""
        return Draft(self.file, {**self.changes, "profile": profile})
