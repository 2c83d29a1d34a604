"""What is played: the library, where moods lead, and how it sounds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from mien.sections.values import Name, Percent, Section, Text, Way
from mien.types import PolicyName


class MusicSettings(Section):
    """Which music is chosen."""

    library: Name
    hear: bool
    policy: PolicyName
    guided: bool
    change: Literal["now", "track_end"]
    recent_tracks: Annotated[int, Field(ge=0, le=10_000)]
    gentler_at_night: bool
    absence_pause_seconds: Annotated[float, Field(ge=0, le=86_400)]
    seed: int

    @property
    def library_folder(self) -> Path:
        """The music folder, with ~ resolved."""
        return Path(self.library).expanduser()


class PolicySettings(Section):
    """Where a policy leads: for each emotion, a way of one to five places [valence, arousal]."""

    angry: Way
    disgust: Way
    fear: Way
    happy: Way
    sad: Way
    surprise: Way
    neutral: Way
    undecided: Way


class AudioSettings(Section):
    """How music sounds."""

    output: Name
    device: Text
    start_volume_percent: Percent
    maximum_volume_percent: Percent
    same_loudness: bool
    crossfade_seconds: Annotated[float, Field(ge=0, le=30)]
    fade_out_seconds: Annotated[float, Field(ge=0, le=30)]
    fade_in_seconds: Annotated[float, Field(ge=0, le=30)]
