"""What the doctor's children are asked."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

from mien.config import Settings
from mien.doctor.player import Running


@dataclass(frozen=True, slots=True)
class Question:
    """The settings in force, the player that runs, and whether a tone is unwelcome."""

    settings: Settings
    player: Running | None = None
    silent: bool = False

    def to_json(self) -> str:
        """Return it as text for a child's standard input, where no other user reads what stands in the settings."""
        player = None if self.player is None else dataclasses.asdict(self.player)
        return json.dumps({"settings": self.settings.model_dump(), "player": player, "silent": self.silent})

    @classmethod
    def from_json(cls, text: str) -> Question:
        """Read what `to_json` wrote."""
        values = json.loads(text)
        player = values["player"]
        return cls(
            Settings.model_validate(values["settings"]),
            None if player is None else Running(player["process"], tuple(player["faults"])),
            values["silent"],
        )
