"""The composition root: builds every part from the settings and connects them. No part builds another."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from socket import socket
from typing import TYPE_CHECKING

from mien.config import Settings
from mien.errors import SettingsError
from mien.types import Choice, Frame, Judgement, Mood, MoodChange, Observation

if TYPE_CHECKING:
    from mien.eye.judge import FaceJudge
    from mien.eye.loop import Eye, Watch
    from mien.link.lines import Message
    from mien.music.choosing.choice import Chooser
    from mien.music.choosing.memory import Memory
    from mien.music.hearing.ear import SoundEar
    from mien.music.index.library import Library
    from mien.music.jukebox import Jukebox
    from mien.player import Player
    from mien.ports import MusicPlayer
    from mien.service_manager import ServiceManager

_LOG = logging.getLogger(__name__)
_PLAYER_SECONDS = 10.0  # how long an eye with a clip waits for its player before it begins


def socket_path(settings: Settings) -> Path:
    """Return where eye and player meet."""
    return settings.paths.run_folder / "eye.sock"


def build_judge(settings: Settings) -> FaceJudge:
    """Load the face detector and the expression model.

    Raises:
        DetectorError: the detector cannot start.
        ModelError: the model is missing or does not fit.
    """
    from mien.eye.classifier import OnnxClassifier, shipped_model
    from mien.eye.detectors import begin_trial, open_detector
    from mien.eye.judge import FaceJudge

    with begin_trial(settings.eye.detector) as trial:
        classifier = OnnxClassifier(shipped_model(), settings.eye.threads)
        detector = open_detector(settings.eye.detector, settings.eye.face_score, trial)
    least_confidence = classifier.card.least_confidence(settings.eye.sure_percent)
    return FaceJudge(detector, classifier, settings.eye.minimum_face_pixels, least_confidence)


def open_library(settings: Settings, *, even_in_memory: bool = False) -> Library:
    """Open the index of the music folder; `even_in_memory` where its file cannot be opened.

    Raises:
        LibraryError: the index cannot be opened.
    """
    from mien.music.index.library import Library

    return Library(settings.paths.index_file, settings.music.library_folder, even_in_memory=even_in_memory)


def open_memory(settings: Settings, *, even_in_memory: bool = False) -> Memory:
    """Open what is remembered of plays and hands; `even_in_memory` where its file cannot be opened.

    Raises:
        LibraryError: the file cannot be opened or made.
    """
    from mien.music.choosing.memory import Memory

    return Memory(settings.paths.memory_file, even_in_memory=even_in_memory)


def build_ear() -> SoundEar:
    """Load what hears.

    Raises:
        ModelError: a model is missing or does not fit.
    """
    from mien.music.hearing.affect_model import shipped_affect_model
    from mien.music.hearing.ear import SoundEar
    from mien.music.hearing.tag_network import shipped_tag_network

    return SoundEar(shipped_tag_network(), shipped_affect_model())


def build_chooser(settings: Settings) -> Chooser:
    """Return what ranks tracks."""
    from mien.music.choosing.choice import Chooser
    from mien.music.choosing.policies import policy_of

    music = settings.music
    return Chooser(policy_of(settings), music.recent_tracks, music.seed, music.gentler_at_night)


@contextmanager
def running_player(
    settings: Settings,
    audio_file: Path | None,
    children: Children,
    *,
    any_port: bool = False,
    resumes: bool = True,
) -> Iterator[tuple[Player, str]]:
    """Start everything around the player and give it with the page's address ("" for none); stop all at the end.

    The caller runs `Player.run` on this thread, which the library's index belongs to.

    Args:
        settings: the settings.
        audio_file: write the sound into this WAV instead of playing it.
        children: the programs to run beside it.
        any_port: serve the page on a free port when its own is taken.
        resumes: go on where the music was when the last player ended, and keep the place for the next.

    Raises:
        MienError: a part cannot start.
    """
    from mien.caretaker import Caretaker
    from mien.eye.camera import is_file, open_camera
    from mien.link.server import EyeServer
    from mien.mood.decision import MoodTracker
    from mien.music.playing.place import PlaceKeeper
    from mien.music.playing.vlc_player import VlcPlayer
    from mien.player import EyeConnection, Inbox, Player
    from mien.service_manager import ServiceManager
    from mien.status import StatusFile

    if children.eye is not None:
        open_camera(settings.camera, None, paced=True)  # opens nothing yet, but tells of a source that cannot be
    with ExitStack() as stack:
        library = stack.enter_context(open_library(settings, even_in_memory=True))
        _fill(library)
        memory = stack.enter_context(open_memory(settings, even_in_memory=True))
        inbox: Inbox = SimpleQueue()
        server = EyeServer(socket_path(settings), inbox.put, lambda connected: inbox.put(EyeConnection(connected)))
        server.start()
        stack.callback(server.close)
        listener = stack.enter_context(_page_socket(settings, any_port)) if settings.web.enabled else None
        # After all that refuses a second player, since an audio file is overwritten here.
        music = VlcPlayer(settings.audio, inbox.put, audio_file)
        stack.callback(music.close)
        chooser = build_chooser(settings)
        player = Player(
            inbox=inbox,
            tracker=MoodTracker(settings.mood),
            library=library,
            chooser=chooser,
            jukebox=_jukebox(settings, library, chooser, music, memory),
            music=music,
            judge=server.judge,
            ends_with_source=is_file(settings.camera.source),
            maximum_volume_percent=settings.audio.maximum_volume_percent,
            keeper=PlaceKeeper(settings.paths.run_folder, settings.paths.state_folder) if resumes else None,
            caretaker=Caretaker(ServiceManager(os.environ), StatusFile(settings.paths.run_folder)),
        )
        address = "" if listener is None else stack.enter_context(_served_page(player, listener))
        _start_beside(stack, settings, children)
        yield player, address


def _start_beside(stack: ExitStack, settings: Settings, children: Children) -> None:
    """Start what runs beside a player, and end it with the stack."""
    from mien.child_process import ChildProcess
    from mien.eye.camera import is_file
    from mien.music.index.blame import blame_file

    attendant = ChildProcess(
        children.attendant,
        name="Hearing the library",
        may_end=True,
        on_failure=lambda: blame_file(settings.paths.index_file),
        stop_seconds=1.0,  # it may be ended at any moment, and loses nothing
    )
    attendant.start()
    stack.callback(attendant.close)
    if children.eye is not None:
        source = {"MIEN_SOURCE": settings.camera.source}  # which every user may read in a command line
        eye = ChildProcess(children.eye, name="The eye", may_end=is_file(settings.camera.source), environment=source)
        eye.start()
        stack.callback(eye.close)


def _fill(library: Library) -> None:
    """Scan a library that the index knows nothing of; another one is brought up to date while the music plays."""
    if not library.tracks():
        for broken in library.scan().broken:
            _LOG.warning("%s is left out: %s", broken.path, broken.reason)
    _LOG.info("The library %s has %d tracks.", library.folder, len(library.tracks()))


def _jukebox(settings: Settings, library: Library, chooser: Chooser, music: MusicPlayer, memory: Memory) -> Jukebox:
    from mien.music.jukebox import Jukebox

    how = settings.music
    return Jukebox(library, chooser, music, memory, change=how.change, absence_pause_seconds=how.absence_pause_seconds)


def attend_library(settings: Settings) -> None:
    """Keep the index up to date and hear what is new, at the lowest priority, until the parent process is gone.

    Raises:
        MienError: the index or what hears cannot be used.
    """
    from mien.music.index.attend import LimitedEar, attend, open_when_possible, parent_watch, stand_back

    should_end = parent_watch()
    stand_back()
    ear = LimitedEar(build_ear()) if settings.music.hear else None
    library = open_when_possible(lambda: open_library(settings), should_end)
    if library is not None:
        with library:
            attend(library, ear, should_end)


def _page_socket(settings: Settings, any_port: bool) -> socket:
    from mien.web.server import listen

    try:
        return listen(settings.web.port)
    except SettingsError:
        if not any_port:
            raise
        return listen(0)


@contextmanager
def _served_page(player: Player, listener: socket) -> Iterator[str]:
    from mien.web.server import WebServer

    with closing(WebServer(player, listener)) as web:
        web.start()
        _LOG.info("The page is at %s.", web.address)
        yield web.address


@dataclass(frozen=True, slots=True)
class Children:
    """The command lines of what runs beside a player; `eye` is None when that is a service of its own."""

    attendant: list[str]
    eye: list[str] | None


def children(settings: Settings, settings_file: Path | None, log_level: str, *, with_eye: bool) -> Children:
    """Return the programs that belong to a player with these settings."""
    program = [sys.executable, "-m", "mien"]
    file = [] if settings_file is None else ["--config", str(settings_file)]
    library = ["--library", settings.music.library, "--state", str(settings.paths.state_folder)]
    socket = ["--socket", str(socket_path(settings)), "--child", str(os.getpid())]
    hearing = [] if settings.music.hear else ["--no-hear"]
    return Children(
        attendant=[*program, "library", "attend", *library, *hearing, *file],
        eye=[*program, "eye", *socket, "--log-level", log_level, *file] if with_eye else None,
    )


@contextmanager
def running_eye(
    settings: Settings,
    tell: Callable[[Message], object],
    socket: Path | None,
    on_lost: Callable[[], None],
    manager: ServiceManager,
) -> Iterator[Eye]:
    """Start everything around the eye; the caller runs `Eye.run` on this thread.

    Args:
        settings: the settings.
        tell: takes all that the eye says, besides the player.
        socket: the player's socket; None runs the eye alone, which a source that fails ends.
        on_lost: called on another thread when the player went away.
        manager: what watches over the eye, where it is a service.

    Raises:
        MienError: there is no such source, or the detector or the model cannot be used.
    """
    from mien.eye.camera import is_file, open_camera
    from mien.eye.loop import Eye
    from mien.eye.photo import decode_photo
    from mien.link.client import PlayerLink

    with ExitStack() as stack:
        camera = open_camera(settings.camera, settings.eye.frames_per_second, paced=True)
        judge = build_judge(settings)
        stack.callback(judge.close)
        tellers = [tell]
        if socket is not None:
            link = PlayerLink(socket, lambda photo: judge.judge(decode_photo(photo, "The photo")), on_lost)
            link.start()
            stack.callback(link.close)
            tellers.append(link.send)
            if is_file(settings.camera.source):
                link.wait_connected(_PLAYER_SECONDS)
        manager.ready()
        yield Eye(
            camera,
            judge,
            frames_per_second=settings.eye.frames_per_second,
            stall_seconds=None if is_file(settings.camera.source) else settings.camera.stall_seconds,
            opens_again=socket is not None,
            tell=lambda message: [teller(message) for teller in tellers],
            watches=_watches(settings),
            on_progress=manager.alive,
        )
        manager.stopping()


def _watches(settings: Settings) -> list[Watch]:
    from mien.eye.camera import is_file
    from mien.eye.heat import HeatWatch
    from mien.eye.memory_watch import MemoryWatch
    from mien.eye.picture_watch import PictureWatch

    # A file may well be dark or still.
    pictures: list[Watch] = [] if is_file(settings.camera.source) else [PictureWatch()]
    return [*pictures, HeatWatch(settings.eye.hot_celsius), MemoryWatch(settings.eye.memory_megabytes)]


def watch(settings: Settings, frames_per_second: float | None) -> Iterator[Observation | MoodChange]:
    """Yield what is seen and every change of the decided mood: the eye and the mood logic without music.

    A file is read as fast as it can be judged; its own time counts.

    Args:
        settings: the settings.
        frames_per_second: thin a file, or judge a camera at most this often; None judges every frame.

    Raises:
        MienError: the source, the detector or the model cannot be used.
    """
    from mien.eye.camera import open_camera
    from mien.mood.decision import MoodTracker

    camera = open_camera(settings.camera, frames_per_second, paced=False)
    with closing(build_judge(settings)) as judge, closing(camera.frames()) as frames:
        tracker = MoodTracker(settings.mood)
        for frame in frames:
            observation = judge.observe(frame)
            yield observation
            change = tracker.update(observation)
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


def rank_tracks(settings: Settings, mood: Mood, count: int) -> tuple[Choice, ...]:
    """Return the best tracks of the library for a mood, the best first, after a look for new files.

    What hands said of them counts.

    Raises:
        LibraryError: the library is missing, empty, or its index cannot be used.
    """
    with open_library(settings) as library, open_memory(settings) as memory:
        library.scan()
        circumstances = memory.taste.circumstances(mood)
        return build_chooser(settings).rank(mood, library.tracks(), (), count, circumstances)
