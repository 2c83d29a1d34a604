"""Learning a face at rest without a player."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from mien.app.parts import build_judge
from mien.baseline_file import BaselineFile
from mien.config import Settings
from mien.mood.own_neutral import OwnNeutral
from mien.types import BaselineStage, BaselineState


def kept_state(settings: Settings) -> BaselineState:
    """Return what is known of the owner's face at rest where no player runs."""
    return OwnNeutral(settings, BaselineFile(settings).read()).state


def kept_neutral(settings: Settings) -> OwnNeutral:
    """Return what was kept of the owner's face at rest, and what keeps what will be learned.

    What shall not be kept any more is removed, so that it does not come back when another setting is tried later.
    """
    file = BaselineFile(settings)
    if not settings.mood.keep_baseline:
        file.keep(None)
    return OwnNeutral(settings, file.read(), file.keep)


@contextmanager
def held_neutral(settings: Settings) -> Iterator[OwnNeutral]:
    """Give the same for a process that gives up all writing to disk: its file is open already.

    Raises:
        OutputError: the file cannot be opened.
    """
    file = BaselineFile(settings)
    kept = file.read()
    with file.held_open():
        yield OwnNeutral(settings, kept, file.keep)


def learn_alone(settings: Settings, own_neutral: OwnNeutral) -> Iterator[BaselineState]:
    """Open the source, and yield how far its face at rest is learned, until it is known or refused or the source ends.

    Raises:
        MienError: the source, the detector or the model cannot be used.
    """
    from mien.eye.camera import open_camera
    from mien.eye.pace import steady
    from mien.mood.tracker import MoodTracker

    tracker = MoodTracker(settings, own_neutral)
    state = own_neutral.learn()
    yield state
    if state.stage is not BaselineStage.LEARNING:
        return
    camera = open_camera(settings.camera, steady(settings.eye.frames_per_second), paced=False)
    with closing(build_judge(settings)) as judge, closing(camera.frames()) as frames:
        for frame in frames:
            tracker.update(judge.observe(frame))
            if own_neutral.state != state:
                state = own_neutral.state
                yield state
            if state.stage is not BaselineStage.LEARNING:
                return
