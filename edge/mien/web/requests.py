"""What the API's actions take, each as a JSON object."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, InstanceOf

from mien.mood.override import LONGEST_MINUTES
from mien.types import Emotion, PolicyName, Verdict


class PlayRequest(BaseModel):
    """Which track to play."""

    path: InstanceOf[str]  # not `str`: pydantic refuses the surrogates of a file name that is not UTF-8


class RateRequest(PlayRequest):
    """What somebody says of the track that plays."""

    verdict: Verdict


class BaselineRequest(BaseModel):
    """What to do with the face at rest that expressions are told from."""

    action: Literal["learn", "forget"]


class VolumeRequest(BaseModel):
    """How loud to play; the player's cap still holds."""

    percent: Annotated[int, Field(strict=True, ge=0, le=100)]


class OverrideRequest(BaseModel):
    """What to play for, whatever is seen, and for how long."""

    emotion: Emotion
    minutes: Annotated[float, Field(strict=True, gt=0, le=LONGEST_MINUTES)]


class PolicyRequest(BaseModel):
    """Which policy to choose music by."""

    policy: PolicyName


class CameraRequest(BaseModel):
    """Whether the camera shall be open."""

    watching: Annotated[bool, Field(strict=True)]


class LoginRequest(BaseModel):
    """The token of the settings."""

    token: str
