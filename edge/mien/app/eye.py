"""The programs that see: the eye, and what judges a clip or a photo without music."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mien.app.parts import build_judge
from mien.config import Settings
from mien.types import Frame, Judgement, Mood, MoodChange, Observation

if TYPE_CHECKING:
    from mien.eye.judge import FaceJudge
    from mien.eye.loop import Eye, Watch
    from mien.link.client import PlayerLink
    from mien.link.lines import Message
    from mien.service_manager import ServiceManager
    from mien.trace import TraceWriter

_STILL_CAMERA_SECONDS, _STILL_STREAM_SECONDS = 10.0, 300.0


@contextmanager
def running_eye(
    settings: Settings,
    tell: Callable[[Message], object],
    socket: Path | None,
    on_lost: Callable[[], None],
    manager: ServiceManager,
    *,
    repeats: bool = False,
) -> Iterator[Eye]:
    """Start everything around the eye; the caller runs `Eye.run` on this thread.

    Args:
        settings: the settings.
        tell: takes all that the eye says, besides the player.
        socket: the player's socket; None runs the eye alone, which a source that fails ends.
        on_lost: called on another thread when the player went away.
        manager: what watches over the eye, where it is a service.
        repeats: a file begins anew whenever it ends.

    Raises:
        MienError: there is no such source, or the detector or the model cannot be used.
    """
    from mien.eye.camera import is_file, open_camera
    from mien.eye.loop import Eye
    from mien.eye.pace import Pace

    with ExitStack() as stack:
        pace = Pace(settings.eye.frames_per_second)
        camera = open_camera(settings.camera, lambda: pace.period_seconds, paced=True, repeats=repeats)
        judge = build_judge(settings)
        stack.callback(judge.close)
        tellers = [tell]
        eye = Eye(
            camera,
            judge,
            pace=pace,
            stall_seconds=None if is_file(settings.camera.source) else settings.camera.stall_seconds,
            opens_again=socket is not None,
            tell=lambda message: [teller(message) for teller in tellers],
            watches=_watches(settings),
            on_progress=manager.alive,
            watching=socket is None,  # with a player, it says whether to
        )
        if socket is not None:
            link = _linked(socket, judge, eye, on_lost)
            stack.callback(link.close)
            tellers.append(link.send)
        manager.ready()
        yield eye
        manager.stopping()


def _linked(socket: Path, judge: FaceJudge, eye: Eye, on_lost: Callable[[], None]) -> PlayerLink:
    """Connect an eye with its player, who says whether to watch and asks about photos."""
    from mien.eye.photo import decode_photo
    from mien.link.client import PlayerLink

    link = PlayerLink(socket, lambda photo: judge.judge(decode_photo(photo, "The photo")), on_lost, eye.set_watching)
    link.start()
    return link


def _watches(settings: Settings) -> list[Watch]:
    from mien.eye.camera import is_file
    from mien.eye.heat import HeatWatch
    from mien.eye.memory_watch import MemoryWatch
    from mien.eye.picture_watch import PictureWatch

    # A file may well be dark or still, and an empty room before a stream's coder still.
    frozen_seconds = _STILL_STREAM_SECONDS if settings.camera.needs_network else _STILL_CAMERA_SECONDS
    pictures: list[Watch] = [] if is_file(settings.camera.source) else [PictureWatch(frozen_seconds)]
    return [*pictures, HeatWatch(settings.eye.hot_celsius), MemoryWatch(settings.eye.memory_megabytes)]


def watch(
    settings: Settings, frames_per_second: float | None, recorder: TraceWriter | None = None
) -> Iterator[Observation | MoodChange]:
    """Yield what is seen and every change of the decided mood: the eye and the mood logic without music.

    A file is read as fast as it can be judged; its own time counts.

    Args:
        settings: the settings.
        frames_per_second: thin a file, or judge a camera at most this often; None judges every frame.
        recorder: takes down what is seen and decided.

    Raises:
        MienError: the source, the detector or the model cannot be used.
    """
    from mien.eye.camera import open_camera
    from mien.eye.pace import steady
    from mien.mood.tracker import MoodTracker

    camera = open_camera(settings.camera, steady(frames_per_second), paced=False)
    with closing(build_judge(settings)) as judge, closing(camera.frames()) as frames:
        tracker = MoodTracker(settings)
        for frame in frames:
            observation = judge.observe(frame)
            change = tracker.update(observation)
            if recorder is not None:
                recorder.record(observation, change)
            yield observation
            if change is not None:
                yield change


def judge_photo(settings: Settings, photo: Frame) -> tuple[Judgement, Mood]:
    """Return the faces of a photo and its mood.

    Raises:
        MienError: the detector or the model cannot be used.
    """
    from mien.mood.affect import mood_of_photo

    with closing(build_judge(settings)) as judge:
        judgement = judge.judge(photo)
    return judgement, mood_of_photo(judgement)
