"""Against a real datagram socket, as a service manager has one."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mien.service_manager import ServiceManager

WAIT_SECONDS = 5.0


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Listener:
    """What the manager hears, message by message."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.settimeout(WAIT_SECONDS)

    def next(self) -> str:
        return self.socket.recv(4096).decode()

    def waiting(self) -> list[str]:
        """Take what was said by now."""
        self.socket.setblocking(False)
        said = []
        try:
            while True:
                said.append(self.socket.recv(4096).decode())
        except BlockingIOError:
            return said


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    listener = Listener(str(tmp_path / "notify"))
    with closing(listener.socket):
        yield listener


def service(listener: Listener, clock: Callable[[], float] = time.monotonic, **environment: str) -> ServiceManager:
    return ServiceManager({"NOTIFY_SOCKET": listener.socket.getsockname(), **environment}, clock)


def test_it_hears_each_thing_once(listener: Listener) -> None:
    manager = service(listener)
    for _ in range(3):
        manager.status("Plays Sun\nfor happy.")
        manager.ready()
    manager.status("Plays Rain.")
    manager.stopping()
    heard = [listener.next() for _ in range(4)]
    assert heard == ["STATUS=Plays Sun for happy.", "READY=1", "STATUS=Plays Rain.", "STOPPING=1"]
    assert listener.waiting() == []


def test_a_status_of_any_length_is_cut(listener: Listener) -> None:
    service(listener).status("long " * 100_000)
    assert len(listener.next()) < 300


def test_one_that_rests_does_so_until_it_is_told_to_end(listener: Listener) -> None:
    ended = threading.Event()
    resting = threading.Thread(target=service(listener, WATCHDOG_USEC="40000").rest, args=(ended,))
    resting.start()
    heard = [listener.next() for _ in range(4)]
    assert heard == ["READY=1", "STATUS=turned off in the settings", "WATCHDOG=1", "WATCHDOG=1"]
    ended.set()
    resting.join(WAIT_SECONDS)
    assert listener.waiting()[-1] == "STOPPING=1"


def test_the_watchdog_is_kicked_each_quarter_of_its_period(listener: Listener) -> None:
    clock = Clock()
    manager = service(listener, clock, WATCHDOG_USEC="30000000", WATCHDOG_PID=str(os.getpid()))
    kicked_at: list[float] = []
    for _ in range(60):
        manager.alive()
        kicked_at += [clock.now for said in listener.waiting() if said == "WATCHDOG=1"]
        clock.now += 0.5
    assert kicked_at == [100.0, 107.5, 115.0, 122.5]


@pytest.mark.parametrize(
    "environment",
    [{}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}],
)
def test_no_watchdog_is_kicked_that_is_not_for_this_process(listener: Listener, environment: dict[str, str]) -> None:
    service(listener, Clock(), **environment).alive()
    assert listener.waiting() == []


def test_an_abstract_address_is_reached() -> None:
    name = f"mien-test-{os.getpid()}"
    listener = Listener(f"\0{name}")
    with closing(listener.socket):
        ServiceManager({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert listener.next() == "READY=1"


@pytest.mark.parametrize("address", [None, "", "nonsense", "/nowhere/notify", "vsock:2:1234", "@", f"/{'long' * 100}"])
def test_without_a_manager_nothing_happens(address: str | None) -> None:
    environment = {"WATCHDOG_USEC": "1000"} | ({} if address is None else {"NOTIFY_SOCKET": address})
    manager = ServiceManager(environment)
    manager.ready()
    manager.status("Plays.")
    manager.alive()
    manager.stopping()


def test_a_manager_that_goes_and_comes_back_is_told_again(tmp_path: Path) -> None:
    first = Listener(str(tmp_path / "notify"))
    manager = service(first, WATCHDOG_USEC="30000000")
    first.socket.close()
    manager.ready()
    manager.alive()
    (tmp_path / "notify").unlink()
    second = Listener(str(tmp_path / "notify"))
    with closing(second.socket):
        manager.ready()
        manager.alive()
        assert second.waiting() == ["READY=1", "WATCHDOG=1"]


def test_a_manager_that_does_not_listen_holds_nobody_up(listener: Listener) -> None:
    clock = Clock()
    manager = service(listener, clock, WATCHDOG_USEC="4000000")
    for _ in range(2000):  # far more than may wait in its socket
        clock.now += 1.0
        manager.alive()
    assert listener.next() == "WATCHDOG=1"
