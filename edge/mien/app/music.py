"""The programs around music: the player with all that runs beside it, what hears the library, what recommends."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from socket import socket
from typing import TYPE_CHECKING

from mien.app.baseline import kept_neutral
from mien.app.bridges import open_bridges
from mien.app.parts import build_chooser, build_ear, open_library, open_memory, socket_path
from mien.config import Settings
from mien.errors import LibraryError, SettingsError
from mien.sections.outside import WebSettings
from mien.types import Choice, Fault, Mood, PolicyName, Trouble

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from mien.music.choosing.memory import Memory
    from mien.music.index.library import Library
    from mien.music.jukebox import Jukebox
    from mien.player import Player
    from mien.ports import Control, MusicPlayer
    from mien.trace import TraceWriter

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Children:
    """The command lines of what runs beside a player; `eye` is None when that is a service of its own."""

    attendant: list[str]
    eye: list[str] | None


@dataclass(frozen=True, slots=True)
class RunningPlayer:
    """A player, the way into it, and the page's address ("" for none)."""

    player: Player
    control: Control
    address: str


def children(
    settings: Settings, settings_file: Path | None, log_level: str, *, with_eye: bool, repeats: bool = False
) -> Children:
    """Return the programs that belong to a player with these settings; with `repeats`, a file never ends."""
    program = [sys.executable, "-m", "mien"]
    file = [] if settings_file is None else ["--config", str(settings_file)]
    library = ["--library", settings.music.library, "--state", str(settings.paths.state_folder)]
    child = ["--child", str(os.getpid())]
    seeing = ["--profile", settings.profile, "--socket", str(socket_path(settings)), *child]
    seeing += ["--repeat"] if repeats else []
    hearing = [] if settings.music.hear else ["--no-hear"]
    return Children(
        attendant=[*program, "library", "attend", *library, *hearing, *child, *file],
        eye=[*program, "eye", *seeing, "--log-level", log_level, *file] if with_eye and settings.eye.enabled else None,
    )


@contextmanager
def running_player(  # noqa: PLR0913 - how it is started
    settings: Settings,
    audio_file: Path | None,
    children: Children,
    *,
    any_port: bool = False,
    resumes: bool = True,
    is_service: bool = False,
    complaint: str | None = None,
    recorder: TraceWriter | None = None,
) -> Iterator[RunningPlayer]:
    """Start everything around the player; stop all at the end.

    The caller runs `Player.run` on this thread, which the library's index belongs to.

    Args:
        settings: the settings.
        audio_file: write the sound into this WAV instead of playing it.
        children: the programs to run beside it.
        any_port: serve the page on a free port when its own is taken.
        resumes: go on where the music was when the last player ended, and keep the place for the next.
        is_service: play whatever else is wrong, and name it; a person who starts mien is told at once.
        complaint: what is wrong with the owner's settings file, when other settings are in force.
        recorder: takes down what is seen and decided.

    Raises:
        MienError: a part cannot start.
    """
    from mien.board import Board
    from mien.caretaker import Caretaker
    from mien.control import PlayerControl
    from mien.eye.camera import is_file, open_camera
    from mien.hands import Hands
    from mien.inbox import EyeConnection, Inbox
    from mien.link.server import EyeServer
    from mien.mood.tracker import MoodTracker
    from mien.music.choosing.policies import policy_of
    from mien.music.playing.place import PlaceKeeper
    from mien.music.playing.vlc_player import VlcPlayer
    from mien.player import Player, present_moment
    from mien.service_manager import ServiceManager
    from mien.status import StatusFile
    from mien.steering import Steering, SteeringFile

    if children.eye is not None and not is_service:
        open_camera(settings.camera, None, paced=True)  # opens nothing yet, but tells of a source that cannot be
    standing = [] if complaint is None else [Trouble(Fault.SETTINGS_UNUSABLE, complaint)]
    with ExitStack() as stack:
        library = stack.enter_context(open_library(settings, even_in_memory=True))
        _fill(library, may_wait=is_service)
        memory = stack.enter_context(open_memory(settings, even_in_memory=True))
        inbox: Inbox = SimpleQueue()
        usual = Steering(settings.eye.enabled, settings.music.policy)
        steering = SteeringFile(settings.paths.state_folder if resumes else None, usual)
        server = EyeServer(socket_path(settings), inbox.put, lambda connected: inbox.put(EyeConnection(connected)))
        server.set_watching(steering.read().watching)
        server.start()
        stack.callback(server.close)
        listener = None
        if settings.web.enabled:
            try:
                listener = stack.enter_context(_page_socket(settings, any_port))
            except SettingsError as error:
                if not is_service:
                    raise
                standing.append(Trouble(Fault.PAGE_UNSERVED, str(error)))
        # After all that refuses a second player, since an audio file is overwritten here.
        music = VlcPlayer(settings.audio, inbox.put, audio_file)
        stack.callback(music.close)
        tracker = MoodTracker(settings, kept_neutral(settings))
        jukebox = _jukebox(settings, library, music, memory, steering.read().policy)
        hands = Hands(
            tracker=tracker,
            library=library,
            jukebox=jukebox,
            steering_file=steering,
            policy_named=lambda name: policy_of(settings, name),
            recorder=recorder,
            clock=present_moment,
        )
        board = Board(music.volume_percent, settings.audio.maximum_volume_percent)
        control = PlayerControl(
            inbox=inbox,
            board=board,
            hands=hands,
            jukebox=jukebox,
            music=music,
            judge=server.judge,
            watch=server.set_watching,
            may_watch=settings.eye.enabled,
        )
        unopened, routes = _bridges(stack, settings, control, is_service=is_service)
        player = Player(
            inbox=inbox,
            board=board,
            hands=hands,
            tracker=tracker,
            library=library,
            jukebox=jukebox,
            music=music,
            ends_with_source=is_file(settings.camera.source),
            expects_eye=settings.eye.enabled,
            keeper=PlaceKeeper(settings.paths.run_folder, settings.paths.state_folder) if resumes else None,
            standing=(*standing, *unopened),
            caretaker=Caretaker(ServiceManager(os.environ), StatusFile(settings.paths.run_folder)),
            recorder=recorder,
        )
        address = "" if listener is None else stack.enter_context(_served_page(settings.web, control, listener, routes))
        _start_beside(stack, settings, children)
        yield RunningPlayer(player, control, address)


def _bridges(
    stack: ExitStack, settings: Settings, control: Control, *, is_service: bool
) -> tuple[list[Trouble], list[BaseRoute]]:
    """Start the bridges, and end them with the stack.

    Returns:
        Why one of a service's could not be started, and what they serve beside the page.

    Raises:
        SettingsError: one cannot be started, and a person waits for it.
    """
    routes: list[BaseRoute] = []
    troubles = open_bridges(stack, settings, control, routes)
    if troubles and not is_service:
        raise SettingsError(troubles[0].message)
    return troubles, routes


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


def _fill(library: Library, *, may_wait: bool) -> None:
    """Scan a library that the index knows nothing of; another one is brought up to date while the music plays.

    A service waits for music that is away, such as a memory stick; who starts mien by hand is told at once.

    Raises:
        LibraryError: there is no music, and nobody waits for it.
    """
    try:
        for broken in library.scan().broken if not library.tracks() else ():
            _LOG.warning("%s is left out: %s", broken.path, broken.reason)
    except LibraryError:
        if not may_wait:
            raise
    _LOG.info("The library %s has %d tracks.", library.folder, len(library.tracks()))


def _jukebox(settings: Settings, library: Library, music: MusicPlayer, memory: Memory, policy: PolicyName) -> Jukebox:
    from mien.music.jukebox import Jukebox

    how = settings.music
    chooser = build_chooser(settings, policy)
    return Jukebox(library, chooser, music, memory, change=how.change, absence_pause_seconds=how.absence_pause_seconds)


def _page_socket(settings: Settings, any_port: bool) -> socket:
    from mien.web.server import listen

    try:
        return listen(settings.web.port, settings.web.listen)
    except SettingsError:
        if not any_port:
            raise
        return listen(0, settings.web.listen)


@contextmanager
def _served_page(
    settings: WebSettings, control: Control, listener: socket, routes: Sequence[BaseRoute]
) -> Iterator[str]:
    from mien.web.server import WebServer

    with closing(WebServer(control, listener, routes, token=settings.token, names=settings.names)) as web:
        web.start()
        served = " Other machines may call it too, with the token." if settings.on_network else ""
        _LOG.info("The page is at %s.%s", web.address, served)
        yield web.address


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
