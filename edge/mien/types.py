"""The values that flow through mien: frame, face, expression, mood, choice, sound.

All are frozen and checked at birth, so that a wrong number fails where it is made and not three stages later. Times are
seconds: of the monotonic clock for a live camera, of the clip for a file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Emotion(StrEnum):
    """The seven expressions, in the order of the model's outputs (FER2013's)."""

    ANGRY = "angry"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPY = "happy"
    SAD = "sad"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)

PolicyName = Literal["lift", "match", "calm", "drive"]
"""Which music a mood asks for: see `mien.music.choosing.policies`."""
POLICY_NAMES: tuple[PolicyName, ...] = get_args(PolicyName)


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


class Fault(StrEnum):
    """What can be wrong while mien runs on. Each has its row in docs/troubleshooting.md."""

    CAMERA_MISSING = "camera_missing"
    CAMERA_BUSY = "camera_busy"  # it is there, but another program has it, or this user may not
    CAMERA_LOST = "camera_lost"  # it stopped giving pictures
    CAMERA_STALLED = "camera_stalled"  # a read that does not return
    PICTURE_BLACK = "picture_black"
    PICTURE_FROZEN = "picture_frozen"
    EYE_GONE = "eye_gone"
    EYE_SILENT = "eye_silent"  # it is connected and tells nothing
    HOT = "hot"
    SOUND_MISSING = "sound_missing"
    SOUND_BUSY = "sound_busy"  # it is there, but another program has it, or this user may not
    SOUND_LOST = "sound_lost"  # it took sound, and takes none any more
    LIBRARY_MISSING = "library_missing"
    LIBRARY_UNPLAYABLE = "library_unplayable"  # nothing in it can be played
    SETTINGS_UNUSABLE = "settings_unusable"  # other settings are in force than the owner's file says
    PAGE_UNSERVED = "page_unserved"  # its port is taken
    BRIDGE_UNUSABLE = "bridge_unusable"  # an extra is not installed, or cannot use its settings
    BROKER_AWAY = "broker_away"  # the MQTT broker; the log alone tells it
    STATE_UNWRITABLE = "state_unwritable"  # a full or read-only disk


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault that lasts, and one sentence for people: what, where, what to do."""

    fault: Fault
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture: uint8 [height, width, 3] in OpenCV's blue-green-red order, and when it was taken."""

    image: NDArray[np.uint8]
    captured_at: float

    def __post_init__(self) -> None:
        shape = self.image.shape
        _check(len(shape) == 3 and shape[2] == 3, f"a frame is [height, width, 3], got {list(shape)}")
        _check(min(shape[:2]) > 0, f"a frame has pixels, got {list(shape)}")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the frame, beyond whose edge it may reach; its sides are 0.001 to a million long."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        _check(
            math.isfinite(self.left + self.top) and 1e-3 <= self.width <= 1e6 and 1e-3 <= self.height <= 1e6,
            f"a box is left < right and top < bottom, got {self.left, self.top, self.right, self.bottom}",
        )

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle, x and y in pixels."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Point:
    """A place in pixels of the frame."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Face:
    """A face found in a frame.

    `right_eye` and `left_eye` are the person's own, so the right eye is on the left of the picture.
    """

    box: Box
    right_eye: Point
    left_eye: Point
    score: float

    def __post_init__(self) -> None:
        _check(0.0 <= self.score <= 1.0, f"a face's score is in [0, 1], got {self.score}")


@dataclass(frozen=True, slots=True)
class Expression:
    """Probabilities of the seven emotions, in the order of `EMOTIONS`."""

    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        _check(len(self.probabilities) == len(EMOTIONS), f"seven probabilities, got {len(self.probabilities)}")
        _check(all(0.0 <= p <= 1.0 for p in self.probabilities), f"probabilities in [0, 1], got {self.probabilities}")
        _check(abs(sum(self.probabilities) - 1.0) < 1e-3, f"probabilities sum to 1, got {sum(self.probabilities)}")

    @property
    def top(self) -> Emotion:
        """The most probable emotion."""
        return max(zip(self.probabilities, EMOTIONS, strict=True), key=lambda pair: pair[0])[1]

    def as_dict(self) -> dict[str, float]:
        """Return {emotion name: probability}."""
        return {emotion.value: p for emotion, p in zip(EMOTIONS, self.probabilities, strict=True)}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face in one frame.

    `expression` is None when the face is too poor to judge, or was not read since its mood does not count. `quality` in
    [0, 1] says how far it can be judged: its size, how squarely it looks at the camera, light, focus and grain.
    """

    face: Face
    expression: Expression | None
    quality: float

    def __post_init__(self) -> None:
        _check(0.0 <= self.quality <= 1.0, f"quality is in [0, 1], got {self.quality}")


@dataclass(frozen=True, slots=True)
class Observation:
    """What the eye says of one frame: never pixels.

    `sightings` are the faces, the largest first, 64 at most; none when nobody is there. `width` and `height` are the
    frame's, in pixels; 0 when there was no frame.
    """

    seen_at: float
    sightings: tuple[Sighting, ...] = ()
    width: int = 0
    height: int = 0

    def __post_init__(self) -> None:
        _check(math.isfinite(self.seen_at), f"seen_at is a finite number of seconds, got {self.seen_at}")
        sides = self.width, self.height
        _check(min(sides) >= 0 and max(sides) <= 10**6, f"a frame's sides are 0 to a million pixels, got {sides}")
        _check(len(self.sightings) <= 64, f"64 faces at most, got {len(self.sightings)}")

    @property
    def largest(self) -> Sighting | None:
        """The largest face; None when nobody is there."""
        return self.sightings[0] if self.sightings else None


@dataclass(frozen=True, slots=True)
class JudgedFace:
    """A face in a photo and the expression on it; None when the face is too poor to judge.

    `unsure` says that the expression is too doubtful to go by.
    """

    face: Face
    expression: Expression | None
    unsure: bool = False

    def __post_init__(self) -> None:
        _check(self.expression is not None or not self.unsure, "only an expression can be unsure")

    @property
    def word(self) -> str:
        """What people read of it: the emotion's name, `unsure`, or `unclear` where the face is too poor to judge."""
        if self.expression is None:
            return "unclear"
        return "unsure" if self.unsure else self.expression.top.value


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the eye says of one photo: its size in pixels and its faces, the largest first."""

    width: int
    height: int
    faces: tuple[JudgedFace, ...]


@dataclass(frozen=True, slots=True)
class Affect:
    """A place on the valence-arousal plane (Russell 1980), both in [-1, 1]."""

    valence: float
    arousal: float

    def __post_init__(self) -> None:
        _check(-1.0 <= self.valence <= 1.0, f"valence is in [-1, 1], got {self.valence}")
        _check(-1.0 <= self.arousal <= 1.0, f"arousal is in [-1, 1], got {self.arousal}")


class Presence(StrEnum):
    """What is known of the person: an emotion was decided, someone is there but the face is unclear, or nobody is."""

    DECIDED = "decided"
    UNSURE = "unsure"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Mood:
    """A decided mood. `emotion` is None exactly when `presence` is not `DECIDED`."""

    presence: Presence
    emotion: Emotion | None
    affect: Affect
    confidence: float

    def __post_init__(self) -> None:
        decided = self.presence is Presence.DECIDED
        _check(decided == (self.emotion is not None), f"{self.presence} does not go with the emotion {self.emotion}")
        _check(0.0 <= self.confidence <= 1.0, f"confidence is in [0, 1], got {self.confidence}")

    @property
    def name(self) -> str:
        """The emotion's name, or `unsure` or `nobody`."""
        return self.emotion.value if self.emotion is not None else self.presence.value


@dataclass(frozen=True, slots=True)
class MoodChange:
    """The decided mood became another one."""

    at: float
    previous: Mood
    current: Mood


@dataclass(frozen=True, slots=True)
class Heard:
    """What the device heard in a sound file.

    `duration_seconds` is what could be decoded. `loudness_lufs` is the integrated loudness (EBU R128), None for
    silence. `valence_spread` and `arousal_spread` are standard deviations of the two numbers of `affect`. `traits` are
    words for what can be heard, the most telling first: "soft", "slow onsets". `is_music` is False for wind, speech or
    silence.
    """

    duration_seconds: float
    loudness_lufs: float | None
    affect: Affect
    valence_spread: float
    arousal_spread: float
    traits: tuple[str, ...]
    is_music: bool

    def __post_init__(self) -> None:
        numbers = (self.duration_seconds, self.loudness_lufs or 0.0, self.valence_spread, self.arousal_spread)
        _check(all(map(math.isfinite, numbers)), f"finite numbers, got {numbers}")
        _check(self.duration_seconds >= 0.0, f"a duration is not negative, got {self.duration_seconds}")
        _check(min(self.valence_spread, self.arousal_spread) >= 0.0, "a spread is not negative")


@dataclass(frozen=True, slots=True)
class Track:
    """A piece of music in the owner's library, and where it lies on the valence-arousal plane.

    `affect` is a place among the owner's own tracks: -1 is the library's lowest tenth, +1 its highest.
    `affect_source` says who placed it: `tag`, `folder`, `playlist`, `title`, `audio` (what was heard) or `prior`
    (nothing is known); `affect_word` is the word that did, empty for `audio` and `prior`. `spread` is the standard
    deviation of the place. `traits` are words for what can be heard. `content_hash` stays when the file moves; empty
    when not yet read.
    """

    path: Path
    title: str
    artist: str | None
    album: str | None
    duration_seconds: float | None
    affect: Affect
    affect_source: str
    affect_word: str = ""
    spread: float = 0.0
    loudness_lufs: float | None = None
    traits: tuple[str, ...] = ()
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A track chosen for a mood. `score` is in [0, 1], higher fits better; `reasons` are for people to read."""

    track: Track
    score: float
    reasons: tuple[str, ...]


class Verdict(StrEnum):
    """What somebody says of a track that plays: more like it, never again, or not for this mood."""

    LIKE = "like"
    BAN = "ban"
    WRONG_MOOD = "wrong_mood"


class PlayState(StrEnum):
    """What the player does."""

    STOPPED = "stopped"
    PLAYING = "playing"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Playback:
    """What sounds now."""

    state: PlayState
    track: Track | None
    position_seconds: float


@dataclass(frozen=True, slots=True)
class TrackEnded:
    """A track came so near to its end that the next one should begin, or could not be played."""

    track: Track
    failed: bool


class BaselineStage(StrEnum):
    """What is known of the person's face at rest."""

    UNKNOWN = "unknown"
    LEARNING = "learning"
    KNOWN = "known"
    REFUSED = "refused"  # it was asked for, and could not be learned


@dataclass(frozen=True, slots=True)
class BaselineState:
    """How far the person's face at rest is known: from how many seconds of it, and a sentence for people."""

    stage: BaselineStage = BaselineStage.UNKNOWN
    seconds: int = 0
    message: str = "Nothing is known of a face at rest."


@dataclass(frozen=True, slots=True)
class Override:
    """An emotion that somebody chose music for, whatever is seen, and when that ends, in Unix seconds."""

    emotion: Emotion
    ends_at: float


@dataclass(frozen=True, slots=True)
class PastMood:
    """A mood, and since when it was the decided one, in Unix seconds."""

    since: float
    mood: Mood


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the player shows of itself at one moment. `version` grows with every change worth showing.

    `troubles` are the faults that last, the music's first; empty when all is well. `watching` is False while the camera
    is turned off, by hand or by the settings. `upcoming` is what comes next if nothing changes; `past_moods` are those
    decided lately, the present one last.
    """

    version: int
    mood: Mood
    expression: Expression | None
    playback: Playback
    choice: Choice | None
    eye_connected: bool
    volume_percent: int
    maximum_volume_percent: int
    troubles: tuple[Trouble, ...]
    baseline: BaselineState = BaselineState()
    watching: bool = True
    policy: PolicyName = "lift"
    override: Override | None = None
    upcoming: Choice | None = None
    past_moods: tuple[PastMood, ...] = ()

    @property
    def trouble(self) -> str | None:
        """All that is wrong, for people to read; None when all is well."""
        return " ".join(trouble.message for trouble in self.troubles) or None
