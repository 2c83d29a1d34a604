"""Learning a face at rest without a player."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from mien.app.parts import build_judge
from mien.baseline_file import BaselineFile
from mien.config import Settings
from mien.mood.own_neutral import OwnNeutral
from mien.types import BaselineStage, BaselineState


def kept_neutral(settings: Settings) -> OwnNeutral:
    """Return what was kept of the owner's face at rest, and what keeps what will be learned."""
    file = BaselineFile(settings)
    return OwnNeutral(settings, file.read(), file.keep)


def learn_alone(settings: Settings) -> Iterator[BaselineState]:
    """Open the source, and yield how far its face at rest is learned, until it is known or refused or the source ends.

    Raises:
        MienError: the source, the detector or the model cannot be used.
    """
    from mien.eye.camera import open_camera
    from mien.mood.tracker import MoodTracker

    tracker = MoodTracker(settings, kept_neutral(settings))
    state = tracker.own_neutral.learn()
    yield state
    if state.stage is not BaselineStage.LEARNING:
        return
    camera = open_camera(settings.camera, settings.eye.frames_per_second, paced=False)
    with closing(build_judge(settings)) as judge, closing(camera.frames()) as frames:
        for frame in frames:
            tracker.update(judge.observe(frame))
            if tracker.own_neutral.state != state:
                state = tracker.own_neutral.state
                yield state
            if state.stage is not BaselineStage.LEARNING:
                return
