"""The gain of a baseline on the development clips: learned from a clip's neutral seconds, measured on what is left."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mien.app.parts import build_judge
from mien.config import Settings
from mien.eye.judge import FaceJudge
from mien.eye.pace import steady
from mien.eye.video_file import VideoFile
from mien.mood.baseline import Baseline, log_ratios_of
from mien.setting_layers import default_values
from mien.types import Emotion, Expression
from mien_training.baseline.gain import LESSON_SECONDS
from mien_training.errors import TrainingError
from mien_training.streams.clip_truth import CLIP_TRUTHS

_FRAMES_PER_SECOND = 12.0

Seen = tuple[float, Expression]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Learn from a clip between two times, and measure on another part, of the same clip or of another with the person.

    `measured_from` leaves out what was learned from.
    """

    learned: str
    start: float
    end: float
    measured: str
    measured_from: float = 0.0


LESSONS = (
    Lesson("lp_d9.mp4", 0.0, 4.0, "lp_d9.mp4", 4.0),
    Lesson("lp_s18.mp4", 0.0, 4.7, "lp_s18.mp4", 4.7),
    Lesson("lp_d0.mp4", 0.0, 0.7, "lp_d0.mp4", 0.7),
    Lesson("pyfeat_single_face.mp4", 0.0, 0.5, "pyfeat_noface_face.mov"),
    Lesson("lp_d14.mp4", 16.5, 17.9, "lp_d14.mp4"),
)
"""Where a person is neutral first, or in another clip; the woman of `lp_d14` is so at the end alone."""


@dataclass(frozen=True, slots=True)
class ClipGain:
    """How many frames that show one emotion were told, without a baseline and with one."""

    clip: str
    emotion: Emotion
    frames: int
    before: int
    after: int


def measure_clips(videos: Path) -> list[ClipGain]:
    """Judge the clips of the development data frame by frame, and correct each by what was learned.

    Raises:
        TrainingError: a clip is missing.
    """
    names = sorted({name for lesson in LESSONS for name in (lesson.learned, lesson.measured)})
    if missing := [name for name in names if not (videos / name).is_file()]:
        raise TrainingError(f"This is not the development data: there is no clip {videos / missing[0]}.")
    judge = build_judge(Settings.model_validate(default_values()))
    try:
        seen = {name: _seen(judge, videos / name) for name in names}
    finally:
        judge.close()
    return [gain for lesson in LESSONS for gain in _gains(lesson, seen)]


def _seen(judge: FaceJudge, clip: Path) -> list[Seen]:
    frames = VideoFile(clip, steady(_FRAMES_PER_SECOND), paced=False).frames()
    largest = ((frame.captured_at, judge.observe(frame).largest) for frame in frames)
    return [(at, one.expression) for at, one in largest if one is not None and one.expression is not None]


def _gains(lesson: Lesson, seen: Mapping[str, Sequence[Seen]]) -> list[ClipGain]:
    at_rest = [log_ratios_of(one) for at, one in seen[lesson.learned] if lesson.start <= at < lesson.end]
    middle = tuple(map(statistics.median, zip(*at_rest, strict=True)))
    correct = Baseline(middle, LESSON_SECONDS).correct
    shown: dict[Emotion, list[Expression]] = {}
    for at, one in seen[lesson.measured]:
        segment = CLIP_TRUTHS[lesson.measured].at(at)
        learned = lesson.learned == lesson.measured and lesson.start <= at < lesson.end
        if at >= lesson.measured_from and not learned and segment is not None and segment.emotion is not None:
            shown.setdefault(segment.emotion, []).append(one)
    return [
        ClipGain(
            lesson.measured,
            emotion,
            len(ones),
            sum(one.top is emotion for one in ones),
            sum(correct(one).top is emotion for one in ones),
        )
        for emotion, ones in shown.items()
    ]
