"""What crosses the socket: one JSON object a line from the eye, and photo requests to it.

To the eye goes a line {"type": "judge", "request": n, "bytes": count} and then the photo's bytes, or one that says
whether to watch: {"type": "watch", "watching": true}. Everything from the eye is checked by the values' own rules, so a
broken or hostile line is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mien.errors import LinkError
from mien.types import EMOTIONS, Box, Expression, Face, Fault, JudgedFace, Judgement, Observation, Point, Sighting

LONGEST_LINE_BYTES = 1024 * 1024  # a crowd on a photo takes 350 bytes a face
_LONGEST_TEXT = 1000
_LATEST_SECONDS = 1e12  # thirty thousand years: sums of times stay finite
LARGEST_PHOTO_BYTES = 16 * 1024 * 1024


class EyeCondition(StrEnum):
    """How the eye's source does."""

    WATCHING = "watching"
    TROUBLE = "trouble"
    RESTING = "resting"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class EyeState:
    """The eye's source changed: pictures come, do not come (and why), are not wanted, or have come to their end.

    `fault` names what is wrong; an eye that watches can have one too, such as heat.
    """

    condition: EyeCondition
    message: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class PhotoAnswer:
    """The answer to a photo request: a judgement, or the sentence of an error."""

    request: int
    judgement: Judgement | None
    error: str


@dataclass(frozen=True, slots=True)
class PhotoRequest:
    """A photo to judge."""

    request: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """Whether the camera shall be open."""

    watching: bool


Message = Observation | EyeState | PhotoAnswer
Request = PhotoRequest | WatchRequest


def encode(message: Message | Request) -> bytes:
    """Return the message as one line."""
    return json.dumps(_fields(message), separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Message:
    """Read a line of the eye.

    Raises:
        LinkError: the line is not one that an eye writes.
    """
    readers: dict[str, Callable[[Mapping[str, Any]], Message]] = {
        "observation": _observation,
        "eye": _eye_state,
        "judged": _photo_answer,
    }
    try:
        fields = json.loads(line)
        return readers[fields["type"]](fields)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise LinkError(f"The eye sent a line that is not understood ({error!r:.200}).") from error


def decode_request(line: bytes) -> Request:
    """Read a line of the player.

    Raises:
        LinkError: the line is not one that a player writes, or announces a photo that is too large.
    """
    try:
        fields = json.loads(line)
        readers: dict[str, Callable[[Mapping[str, Any]], Request]] = {"judge": _photo_request, "watch": _watch_request}
        return readers[fields["type"]](fields)
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise LinkError(f"The player sent a line that is not understood ({error!r:.200}).") from error


def _photo_request(fields: Mapping[str, Any]) -> PhotoRequest:
    request = PhotoRequest(int(fields["request"]), int(fields["bytes"]))
    if not 0 <= request.size_bytes <= LARGEST_PHOTO_BYTES:
        raise LinkError(f"The player sent a photo of {request.size_bytes} bytes; {LARGEST_PHOTO_BYTES} are allowed.")
    return request


def _watch_request(fields: Mapping[str, Any]) -> WatchRequest:
    return WatchRequest(_truth(fields["watching"]))


def _fields(message: Message | Request) -> dict[str, object]:
    match message:
        case Observation(seen_at, sightings, width, height):
            return {
                "type": "observation",
                "seen_at": seen_at,
                "width": width,
                "height": height,
                "faces": [_sighting_fields(sighting) for sighting in sightings],
            }
        case EyeState(condition, text, fault):
            named = None if fault is None else fault.value
            return {"type": "eye", "condition": condition.value, "message": text, "fault": named}
        case PhotoAnswer(request, None, error):
            return {"type": "judged", "request": request, "error": error}
        case PhotoAnswer(request, Judgement(width, height, faces), _):
            judged = [
                _face_fields(one.face)
                | {"probabilities": None if one.expression is None else one.expression.as_dict(), "unsure": one.unsure}
                for one in faces
            ]
            return {"type": "judged", "request": request, "width": width, "height": height, "faces": judged}
        case PhotoRequest(request, size_bytes):
            return {"type": "judge", "request": request, "bytes": size_bytes}
        case WatchRequest(watching):
            return {"type": "watch", "watching": watching}
    raise TypeError(f"not a message: {message!r}")


def _face_fields(face: Face) -> dict[str, object]:
    box, right, left = face.box, face.right_eye, face.left_eye
    return {
        "box": [box.left, box.top, box.right, box.bottom],
        "eyes": [right.x, right.y, left.x, left.y],
        "score": face.score,
    }


def _sighting_fields(sighting: Sighting) -> dict[str, object]:
    expression = sighting.expression
    probabilities = None if expression is None else expression.as_dict()
    return _face_fields(sighting.face) | {"probabilities": probabilities, "quality": sighting.quality}


def _observation(fields: Mapping[str, Any]) -> Observation:
    sightings = tuple(
        Sighting(_face(one), _expression(one["probabilities"]), float(one["quality"])) for one in fields["faces"]
    )
    seen_at = float(fields["seen_at"])
    if abs(seen_at) > _LATEST_SECONDS:
        raise ValueError(f"no clock shows {seen_at} seconds")
    return Observation(seen_at, sightings, int(fields["width"]), int(fields["height"]))


def _eye_state(fields: Mapping[str, Any]) -> EyeState:
    fault = fields["fault"]
    return EyeState(
        EyeCondition(fields["condition"]), _text(fields["message"]), None if fault is None else Fault(fault)
    )


def _photo_answer(fields: Mapping[str, Any]) -> PhotoAnswer:
    request = int(fields["request"])
    if "error" in fields:
        return PhotoAnswer(request, None, _text(fields["error"]))
    faces = tuple(
        JudgedFace(_face(one), _expression(one["probabilities"]), _truth(one["unsure"])) for one in fields["faces"]
    )
    return PhotoAnswer(request, Judgement(int(fields["width"]), int(fields["height"]), faces), "")


def _face(fields: Mapping[str, Any]) -> Face:
    left, top, right, bottom = (float(edge) for edge in fields["box"])
    eyes = [float(place) for place in fields["eyes"]]
    right_x, right_y, left_x, left_y = eyes
    if not all(abs(place) <= 1e6 for place in eyes):
        raise ValueError(f"eyes lie in or near the picture, got {eyes}")
    return Face(Box(left, top, right, bottom), Point(right_x, right_y), Point(left_x, left_y), float(fields["score"]))


def _text(value: object) -> str:
    """Return a sentence for people, who read no longer one."""
    if not isinstance(value, str):
        raise TypeError(f"text was expected, got {value!r}")
    return value[:_LONGEST_TEXT]


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false was expected, got {value!r}")
    return value


def _expression(fields: Mapping[str, Any] | None) -> Expression | None:
    return None if fields is None else Expression(tuple(float(fields[emotion.value]) for emotion in EMOTIONS))
