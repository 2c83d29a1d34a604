"""What the API answers, for its description; `mien.report` draws it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mien.types import BaselineStage, Emotion, Fault, PlayState, PolicyName

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Signed = Annotated[float, Field(ge=-1.0, le=1.0)]
Percent = Annotated[int, Field(ge=0, le=100)]
Text = Annotated[str, Field(description="may hold lone surrogates, where a file's name is not UTF-8")]


class Shape(BaseModel):
    """An object with these fields and no other."""

    model_config = ConfigDict(extra="forbid")


class Refused(Shape):
    """Why a request cannot be met: one sentence for people."""

    error: str


class MoodShape(Shape):
    """A mood, and where it lies."""

    emotion: Emotion | Literal["unsure", "nobody"]
    confidence: Share
    valence: Signed
    arousal: Signed


class PastMoodShape(MoodShape):
    """A mood, and since when it was the decided one, in Unix seconds."""

    since: float


class Probabilities(Shape):
    """Of the seven expressions."""

    angry: Share
    disgust: Share
    fear: Share
    happy: Share
    sad: Share
    surprise: Share
    neutral: Share


class ChoiceShape(Shape):
    """A track, how well it fits, and why."""

    path: Text
    title: Text
    artist: Text | None
    score: Share
    reasons: list[Text]


class PlayingShape(Shape):
    """The track that sounds."""

    path: Text
    title: Text
    artist: Text | None
    duration_seconds: float | None


class PlaybackShape(Shape):
    """What sounds now."""

    state: PlayState
    track: PlayingShape | None
    position_seconds: float


class TroubleShape(Shape):
    """What is wrong, and a sentence for people."""

    fault: Fault
    message: Text


class BaselineShape(Shape):
    """How far the face at rest is known."""

    stage: BaselineStage
    seconds: int
    message: str


class OverrideShape(Shape):
    """A mood chosen by hand, and when that ends, in Unix seconds."""

    emotion: Emotion
    ends_at: float


class StateShape(Shape):
    """Everything the player shows of itself; `version` grows with every change."""

    version: int
    mood: MoodShape
    probabilities: Probabilities | None
    playback: PlaybackShape
    choice: ChoiceShape | None
    eye_connected: bool
    volume_percent: Percent
    maximum_volume_percent: Percent
    trouble: Text | None
    troubles: list[TroubleShape]
    baseline: BaselineShape
    watching: bool
    policy: PolicyName
    override: OverrideShape | None
    upcoming: ChoiceShape | None
    past_moods: list[PastMoodShape]


class FaceShape(Shape):
    """A face of a photo: left, top, right and bottom of its box in pixels; null where it is too poor to judge."""

    box: Annotated[list[float], Field(min_length=4, max_length=4)]
    score: Share
    emotion: Emotion | None
    probabilities: Probabilities | None
    unsure: bool


class PhotoShape(Shape):
    """What is in a photo, and the tracks for its largest face, the best first."""

    width: int
    height: int
    faces: list[FaceShape]
    mood: MoodShape
    tracks: list[ChoiceShape]


_REFUSALS = {
    400: "the request is not HTTP that can be read",
    401: "the token is missing or wrong",
    403: "another site, or a name that is not this machine's",
    404: "there is no such track",
    405: "this is done by another method",
    408: "the request did not come in time",
    409: "the settings do not allow it",
    413: "the request is too large",
    415: "this takes no content of that type",
    422: "the request cannot be used",
    429: "too many wrong tokens came from this address",
    503: "the player or the eye is busy, or too many look on",
}
_ALWAYS = (401, 403, 429)
_WITH_BODY = (400, 408, 413, 415, 422)


Responses = dict[int | str, dict[str, Any]]


def answering(shape: type[Shape]) -> Responses:
    """Return the description of a route's good answer."""
    return {200: {"model": shape}}


def refusals(*status_codes: int, body: bool = False) -> Responses:
    """Return the description of a route's refusals: those of every route, of one that takes a body, and these."""
    codes = sorted({*_ALWAYS, *(_WITH_BODY if body else ()), *status_codes})
    return {code: {"model": Refused, "description": _REFUSALS[code]} for code in codes}
