"""What is seen: the camera, the eye, whose mood counts, and when it is decided."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mien.sections.values import Name, Probability, Region, Seconds, Section


class CameraSettings(Section):
    """Where pictures come from."""

    source: Annotated[Name, Field(repr=False)]  # of a stream it may hold a password
    width: Annotated[int, Field(ge=64, le=4096)]
    height: Annotated[int, Field(ge=64, le=4096)]
    stall_seconds: Annotated[float, Field(ge=0.5, le=600)]

    @property
    def shown_source(self) -> str:
        """The source as sentences show it: of a stream its host alone, since all else may hold a password."""
        scheme, is_address, rest = self.source.partition("://")
        if not is_address:
            return self.source
        host, *path = re.split(r"[/?#]", rest.rpartition("@")[2], maxsplit=1)
        return f"{scheme}://{'***@' if '@' in rest else ''}{host}{'/***' if path else ''}"

    @property
    def needs_network(self) -> bool:
        """True for the address of a stream."""
        return self.source.lower().startswith(("http://", "https://", "rtsp://", "rtsps://"))


class EyeSettings(Section):
    """How pictures are judged, if they are."""

    enabled: bool
    frames_per_second: Annotated[float, Field(ge=1, le=120)]
    threads: Annotated[int, Field(ge=1, le=64)]
    face_score: Probability
    minimum_face_pixels: Annotated[float, Field(ge=8, le=4096)]
    most_faces: Annotated[int, Field(ge=1, le=16)]
    sure_percent: Literal[0, 80, 90, 95, 99]
    detector: Literal["onnx", "mediapipe"]
    hot_celsius: Annotated[float, Field(gt=0, le=150)]
    memory_megabytes: Annotated[int, Field(ge=100, le=100_000)]


class PeopleSettings(Section):
    """Whose mood counts, where several faces are seen."""

    follow: Literal["largest", "central", "seat", "everyone"]
    seat: Region
    hand_over_seconds: Seconds
    still_seconds: Seconds


class MoodSettings(Section):
    """When what is seen becomes a decided mood."""

    hold_seconds: Annotated[float, Field(gt=0, le=3600)]
    evidence_per_second: Annotated[float, Field(gt=0, le=100)]
    neutral_weight: Annotated[float, Field(ge=0.1, le=100)]
    clear_probability: Probability
    enter_probability: Probability
    enter_neutral_probability: Probability
    leave_probability: Probability
    dwell_seconds: Seconds
    unsure_seconds: Seconds
    refractory_seconds: Seconds
    absence_seconds: Seconds
    baseline: Literal["asked", "quiet", "off"]
    keep_baseline: bool

    @model_validator(mode="after")
    def _leave_is_below_enter(self) -> MoodSettings:
        if self.leave_probability > min(self.enter_probability, self.enter_neutral_probability):
            raise ValueError("leave_probability may not be above enter_probability or enter_neutral_probability")
        return self
