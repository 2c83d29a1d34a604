"""The caretaker with a real service manager's socket and a real status file."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mien.caretaker import Caretaker
from mien.mood.affect import undecided
from mien.music.choosing.circumstances import Moment
from mien.service_manager import ServiceManager
from mien.status import StatusFile, read_status
from mien.types import Affect, Fault, Playback, PlayState, Presence, Snapshot, Track, Trouble

SUN = Track(Path("/music/sun.ogg"), "Sun", None, None, 180.0, Affect(0.0, 0.0), "tag")
OPENING = Snapshot(0, undecided(Presence.NOBODY), None, Playback(PlayState.PLAYING, SUN, 0.0), None, False, 70, 85, ())
SOUNDING = replace(OPENING, playback=Playback(PlayState.PLAYING, SUN, 0.2))
LOST = Trouble(Fault.CAMERA_LOST, "The camera is unplugged.")
NO_MUSIC = Trouble(Fault.LIBRARY_MISSING, "The music folder is missing.")


class Bench:
    """A caretaker and all whom it tells; the watchdog wants a kick each 0.25 s."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, 1000.0
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(folder / "notify"))
        self.manager.setblocking(False)
        environment = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "1000000"}
        self.caretaker = Caretaker(ServiceManager(environment, lambda: self.now), StatusFile(folder))

    def look(self, snapshot: Snapshot, after_seconds: float = 1.0, *, responds: bool = True) -> list[str]:
        """Let time pass and the caretaker look; return what the manager heard."""
        self.now += after_seconds
        self.caretaker.look(snapshot, Moment(self.now, 1.7e9, 12.0), responds=responds)
        return self.heard()

    def heard(self) -> list[str]:
        lines = []
        try:
            while True:
                lines.append(self.manager.recv(4096).decode())
        except BlockingIOError:
            return lines


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    with bench.manager:
        yield bench


def test_the_service_is_ready_once_music_sounds(bench: Bench) -> None:
    assert "READY=1" not in bench.look(OPENING)
    assert "READY=1" not in bench.look(replace(OPENING, troubles=(LOST,)))
    assert "READY=1" in bench.look(SOUNDING)
    assert "READY=1" not in bench.look(SOUNDING)


def test_it_is_ready_without_music_when_that_has_a_name_or_takes_long(bench: Bench) -> None:
    assert "READY=1" in bench.look(replace(OPENING, troubles=(NO_MUSIC,)))


def test_nobody_waits_for_ever(bench: Bench) -> None:
    bench.look(OPENING)
    assert "READY=1" not in bench.look(OPENING, 19.0)
    assert "READY=1" in bench.look(OPENING, 1.0)


def test_the_watchdog_is_kicked_while_the_sound_output_responds(bench: Bench) -> None:
    assert "WATCHDOG=1" in bench.look(SOUNDING)
    assert "WATCHDOG=1" not in bench.look(SOUNDING, responds=False)
    assert "WATCHDOG=1" in bench.look(SOUNDING)


def test_what_it_does_or_misses_is_its_status(bench: Bench) -> None:
    assert "STATUS=playing" in bench.look(SOUNDING)  # which every user of the machine may read
    assert "STATUS=The camera is unplugged." in bench.look(replace(SOUNDING, troubles=(LOST,)))


def test_faults_reach_the_log_once_and_the_file(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(5):
        bench.look(replace(SOUNDING, troubles=(LOST,)))
    status = read_status(bench.folder)
    assert status is not None
    assert [(one.trouble, one.since) for one in status.troubles] == [(LOST, 1001.0)]
    bench.look(SOUNDING)
    assert caplog.messages == [
        "The camera is unplugged. [camera_lost]",
        "It is well again after 5 s. [camera_lost]",
    ]


def test_the_end_is_said_and_the_file_goes(bench: Bench) -> None:
    bench.look(SOUNDING)
    bench.caretaker.end()
    assert bench.heard() == ["STOPPING=1"]
    assert read_status(bench.folder) is None
