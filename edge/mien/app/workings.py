"""What a player is put together from."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from dataclasses import dataclass
from queue import SimpleQueue

from mien.app.baseline import kept_neutral
from mien.app.parts import build_chooser, open_library, open_memory, socket_path
from mien.board import Board
from mien.caretaker import Caretaker
from mien.config import Settings
from mien.control import PlayerControl
from mien.errors import LibraryError
from mien.eye.camera import is_file
from mien.hands import Hands
from mien.inbox import EyeConnection, Inbox
from mien.link.server import EyeServer
from mien.mood.tracker import MoodTracker
from mien.music.choosing.memory import Memory
from mien.music.choosing.policies import policy_of
from mien.music.index.library import Library
from mien.music.jukebox import Jukebox
from mien.music.playing.place import PlaceKeeper
from mien.player import Player, present_moment
from mien.ports import MusicPlayer
from mien.service_manager import ServiceManager
from mien.status import StatusFile
from mien.steering import Steering, SteeringFile
from mien.trace import TraceWriter
from mien.types import Trouble

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands before there is a sound: the library, what is remembered and steered, and the eye's socket."""

    inbox: Inbox
    library: Library
    memory: Memory
    steering: SteeringFile
    server: EyeServer


@dataclass(frozen=True, slots=True)
class Works:
    """What decides and plays, on the player's thread."""

    music: MusicPlayer
    tracker: MoodTracker
    jukebox: Jukebox
    hands: Hands
    board: Board


def lay_ground(stack: ExitStack, settings: Settings, *, resumes: bool, may_wait: bool) -> Ground:
    """Open what a player stands on; the stack closes it.

    Args:
        stack: closes it.
        settings: the settings.
        resumes: what is steered is kept for the next player.
        may_wait: there may be no music yet.

    Raises:
        MienError: there is no music, and nobody waits for it, or another player runs.
    """
    library = stack.enter_context(open_library(settings, even_in_memory=True))
    _fill(library, may_wait=may_wait)
    memory = stack.enter_context(open_memory(settings, even_in_memory=True))
    inbox: Inbox = SimpleQueue()
    usual = Steering(settings.eye.enabled, settings.music.policy)
    steering = SteeringFile(settings.paths.state_folder if resumes else None, usual)
    server = EyeServer(socket_path(settings), inbox.put, lambda connected: inbox.put(EyeConnection(connected)))
    server.set_watching(steering.read().watching)
    server.start()
    stack.callback(server.close)
    return Ground(inbox, library, memory, steering, server)


def put_together(settings: Settings, ground: Ground, music: MusicPlayer, recorder: TraceWriter | None) -> Works:
    """Return what decides and plays."""
    tracker = MoodTracker(settings, kept_neutral(settings))
    how = settings.music
    jukebox = Jukebox(
        ground.library,
        build_chooser(settings, ground.steering.read().policy),
        music,
        ground.memory,
        change=how.change,
        absence_pause_seconds=how.absence_pause_seconds,
    )
    hands = Hands(
        tracker=tracker,
        library=ground.library,
        jukebox=jukebox,
        steering_file=ground.steering,
        policy_named=lambda name: policy_of(settings, name),
        recorder=recorder,
        clock=present_moment,
    )
    board = Board(music.volume_percent, settings.audio.maximum_volume_percent)
    return Works(music, tracker, jukebox, hands, board)


def control_of(settings: Settings, ground: Ground, works: Works) -> PlayerControl:
    """Return the way into a player."""
    return PlayerControl(
        inbox=ground.inbox,
        board=works.board,
        hands=works.hands,
        jukebox=works.jukebox,
        music=works.music,
        judge=ground.server.judge,
        watch=ground.server.set_watching,
        may_watch=settings.eye.enabled,
    )


def player_of(
    settings: Settings,
    ground: Ground,
    works: Works,
    standing: tuple[Trouble, ...],
    *,
    resumes: bool,
    recorder: TraceWriter | None,
) -> Player:
    """Return the player; `standing` is what is wrong from its start to its end."""
    run, state = settings.paths.run_folder, settings.paths.state_folder
    return Player(
        inbox=ground.inbox,
        board=works.board,
        hands=works.hands,
        tracker=works.tracker,
        library=ground.library,
        jukebox=works.jukebox,
        music=works.music,
        ends_with_source=is_file(settings.camera.source),
        expects_eye=settings.eye.enabled,
        keeper=PlaceKeeper(run, state) if resumes else None,
        standing=standing,
        caretaker=Caretaker(ServiceManager(os.environ), StatusFile(run)),
        recorder=recorder,
    )


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
