"""What the API's actions take, each as a JSON object."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf

from mien.mood.override import LONGEST_MINUTES, SHORTEST_MINUTES
from mien.types import Emotion, PolicyName, Verdict


def _number(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("a number is needed")  # noqa: TRY004 - pydantic asks for this one
    return value


class ActionRequest(BaseModel):
    """What an action takes, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class PlayRequest(ActionRequest):
    """Which track to play."""

    path: InstanceOf[str]  # not `str`: pydantic refuses the surrogates of a file name that is not UTF-8


class RateRequest(PlayRequest):
    """What somebody says of the track that plays."""

    verdict: Verdict


class BaselineRequest(ActionRequest):
    """What to do with the face at rest that expressions are told from."""

    action: Literal["learn", "forget"]


class VolumeRequest(ActionRequest):
    """How loud to play; the player's cap still holds."""

    percent: Annotated[int, Field(ge=0, le=100), BeforeValidator(_number)]


class OverrideRequest(ActionRequest):
    """What to play for, whatever is seen, and for how long."""

    emotion: Emotion
    minutes: Annotated[float, Field(ge=SHORTEST_MINUTES, le=LONGEST_MINUTES), BeforeValidator(_number)]


class PolicyRequest(ActionRequest):
    """Which policy to choose music by."""

    policy: PolicyName


class CameraRequest(ActionRequest):
    """Whether the camera shall be open."""

    watching: Annotated[bool, Field(strict=True)]


class LoginRequest(ActionRequest):
    """The token of the settings."""

    token: str
