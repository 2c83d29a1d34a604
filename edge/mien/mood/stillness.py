"""A picture or a person: neither a face on a poster nor its expression moves.

Measured with MediaPipe at 3 frames a second: portraits in a picture with camera noise (a standard deviation of up to 6
levels) and JPEG moved by less than 0.027 face widths in 30 s in nine cases of ten, at worst by 0.039; a lamp switched
off moved large ones by up to 0.06. People who sat before a webcam moved by at least 0.043 in only 15 s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mien.types import Expression, Face

_SMOOTHING_SECONDS = 2.0
_SMOOTHING_FRAMES = 6.0  # at least: fewer would not hide the detector's noise
_LONGEST_STEP_SECONDS = 2.0
_MOVED_WIDTHS = 0.03
_MOVED_PROBABILITY = 0.3
_PICTURE_MOVED_WIDTHS = 0.075  # what is known as a picture must move by more: a lamp moves it, too


@dataclass(frozen=True, slots=True)
class Place:
    """Where a face is: the middle between its eyes, and its box's width, in pixels."""

    x: float
    y: float
    width: float

    def distance(self, other: Place, size_weight: float = 1.0) -> float:
        """Return how far another place lies, in widths of the face; towards the camera as the width's logarithm."""
        width = math.sqrt(self.width * other.width)
        nearer = size_weight * math.log(self.width / other.width)
        return math.hypot((self.x - other.x) / width, (self.y - other.y) / width, nearer)

    def towards(self, other: Place, share: float) -> Place:
        """Return the place at this share of the way to another one."""
        return Place(
            self.x + share * (other.x - self.x),
            self.y + share * (other.y - self.y),
            self.width + share * (other.width - self.width),
        )


def place_of(face: Face) -> Place:
    """Return where a face is."""
    right, left = face.right_eye, face.left_eye
    return Place((right.x + left.x) / 2, (right.y + left.y) / 2, face.box.width)


class Stillness:
    """Tells whether one face moves: the mean of its last two seconds, or six frames, against where that was before.

    Args:
        still_seconds: a face that has not moved for so long is a picture; 0: none ever is, and all count as moving.
        at: when the face was seen first.
        place: where it was then.
    """

    def __init__(self, still_seconds: float, at: float, place: Place) -> None:
        self._still_seconds = still_seconds
        self._born_at = self._last_at = self._anchored_at = at
        self._place = self._last_place = self._anchor = place
        self._probabilities: tuple[float, ...] | None = None
        self._anchor_probabilities: tuple[float, ...] | None = None
        self._has_moved = still_seconds == 0
        self._is_picture = False
        self._frames = 0

    @property
    def has_moved(self) -> bool:
        """True for a face that was seen to move, and did not become a picture since."""
        return self._has_moved

    @property
    def is_picture(self) -> bool:
        """True for a face that has not moved for `still_seconds`, until it moves."""
        return self._is_picture

    @property
    def lag(self) -> float:
        """How far the face is from its mean place, in face widths: about what it moves in two seconds."""
        return self._last_place.distance(self._place)

    def update(self, at: float, place: Place, expression: Expression | None) -> None:
        """Take in where the face is, and what it shows; None when it cannot be judged."""
        elapsed = min(at - self._last_at, _LONGEST_STEP_SECONDS)
        smoothing_seconds = max(_SMOOTHING_SECONDS, _SMOOTHING_FRAMES * elapsed)
        self._frames += 1
        share = max(1.0 - math.exp(-elapsed / smoothing_seconds), 1.0 / self._frames)  # a plain mean at first
        self._last_at, self._last_place = at, place
        self._place = self._place.towards(place, share)
        if expression is not None:
            self._mix(expression.probabilities, share)
        if self._still_seconds > 0:
            self._compare(at, smoothing_seconds)

    def _mix(self, probabilities: tuple[float, ...], share: float) -> None:
        if self._probabilities is None:
            self._probabilities = self._anchor_probabilities = probabilities
        mixed = zip(self._probabilities, probabilities, strict=True)
        self._probabilities = tuple(old + share * (new - old) for old, new in mixed)

    def _compare(self, at: float, smoothing_seconds: float) -> None:
        if at - self._born_at < smoothing_seconds:
            self._drop_anchor(at)
        elif self._moves():
            self._has_moved, self._is_picture = True, False
            self._drop_anchor(at)
        elif at - self._anchored_at >= self._still_seconds:
            self._has_moved, self._is_picture = False, True
            self._drop_anchor(at)

    def _drop_anchor(self, at: float) -> None:
        self._anchored_at, self._anchor, self._anchor_probabilities = at, self._place, self._probabilities

    def _moves(self) -> bool:
        """True when it is far from its anchor, or shows something else than there."""
        widths = self._place.distance(self._anchor)
        changes = zip(self._probabilities or (), self._anchor_probabilities or (), strict=True)
        change = max((abs(new - old) for new, old in changes), default=0.0)
        most_widths = _PICTURE_MOVED_WIDTHS if self._is_picture else _MOVED_WIDTHS
        return widths > most_widths or change > _MOVED_PROBABILITY
