"""The programs around music: the player with all that runs beside it, what hears the library, what recommends."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING

from mien.app.bridges import open_bridges
from mien.app.ending import Ending
from mien.app.parts import build_chooser, build_ear, open_library, open_memory, socket_path
from mien.config import Settings
from mien.errors import SettingsError
from mien.sections.outside import WebSettings
from mien.types import Choice, Fault, Mood, Trouble

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from mien.music.playing.vlc_player import VlcPlayer
    from mien.player import Player
    from mien.ports import Control
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
    from mien.app.workings import control_of, lay_ground, player_of, put_together
    from mien.eye.camera import open_camera
    from mien.eye.pace import steady
    from mien.music.playing.vlc_player import VlcPlayer

    if children.eye is not None and not is_service:
        # It opens nothing yet, but tells of a source that cannot be.
        open_camera(settings.camera, steady(None), paced=True)
    standing = [] if complaint is None else [Trouble(Fault.SETTINGS_UNUSABLE, complaint)]
    with ExitStack() as stack:
        ground = lay_ground(stack, settings, resumes=resumes, may_wait=is_service)
        listener = _page_socket(stack, settings, standing, any_port=any_port, is_service=is_service)
        # After all that refuses a second player, since an audio file is overwritten here.
        music = VlcPlayer(settings.audio, ground.inbox.put, audio_file)
        ending = _ending_around(stack, music)
        works = put_together(settings, ground, music, recorder)
        control = control_of(settings, ground, works)
        routes: list[BaseRoute] | None = None if listener is None else []
        standing += _bridges(ending, settings, control, routes, is_service=is_service)
        player = player_of(settings, ground, works, tuple(standing), resumes=resumes, recorder=recorder)
        address = "" if listener is None else _serve_page(ending, settings.web, control, listener, routes or ())
        _start_beside(ending, settings, children)
        yield RunningPlayer(player, control, address)


def _ending_around(stack: ExitStack, music: VlcPlayer) -> Ending:
    """Return what ends the parts around the music: all are told, the music fades out, and then they are waited for."""
    ending = Ending()
    stack.callback(ending.join)
    stack.callback(music.close)
    stack.callback(ending.begin)
    return ending


def _bridges(
    ending: Ending, settings: Settings, control: Control, routes: list[BaseRoute] | None, *, is_service: bool
) -> list[Trouble]:
    """Start the bridges; `routes` takes what they serve beside the page, where there is one.

    Returns:
        Why one of a service's could not be started.

    Raises:
        SettingsError: one cannot be started, and a person waits for it.
    """
    troubles = open_bridges(ending, settings, control, routes)
    if troubles and not is_service:
        raise SettingsError(troubles[0].message)
    return troubles


def _start_beside(ending: Ending, settings: Settings, children: Children) -> None:
    """Start what runs beside a player."""
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
    ending.callback(attendant.close)
    if children.eye is not None:
        source = {"MIEN_SOURCE": settings.camera.source}  # which every user may read in a command line
        eye = ChildProcess(children.eye, name="The eye", may_end=is_file(settings.camera.source), environment=source)
        eye.start()
        ending.callback(eye.close)


def _page_socket(
    stack: ExitStack, settings: Settings, standing: list[Trouble], *, any_port: bool, is_service: bool
) -> socket | None:
    """Take the page's port; None where no page is served, and a service's `standing` troubles say why.

    Raises:
        SettingsError: the port cannot be had, and a person waits for it.
    """
    if not settings.web.enabled:
        return None
    from mien.web.server import listen

    try:
        return stack.enter_context(listen(settings.web.port, settings.web.listen))
    except SettingsError as error:
        if any_port:
            return stack.enter_context(listen(0, settings.web.listen))
        if not is_service:
            raise
        standing.append(Trouble(Fault.PAGE_UNSERVED, str(error)))
        return None


def _serve_page(
    ending: Ending, settings: WebSettings, control: Control, listener: socket, routes: Sequence[BaseRoute]
) -> str:
    """Serve the page and return its address."""
    from mien.web.server import WebServer

    web = WebServer(control, listener, routes, token=settings.token, names=settings.names)
    ending.callback(web.close)
    web.start()
    served = " Other machines may call it too, with the token." if settings.on_network else ""
    _LOG.info("The page is at %s.%s", web.address, served)
    return web.address


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
