"""A machine of the bench: boots, runs commands, shows its state and journal, plays, loses its power."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from device.sound_meter import SoundMeter

PAGE = "http://127.0.0.1:8642/api"
POLL_SECONDS = 0.2
_SHUTDOWN_SECONDS = 60.0
_REQUEST_SECONDS = 30.0
_JOURNAL = "journalctl -q -o json -u mien.service -u mien-eye.service"


class BenchError(Exception):
    """The bench itself failed, or a machine did not do in time what it should."""


def wait_for(what: str, condition: Callable[[], bool], seconds: float) -> float:
    """Poll until a condition holds and return the seconds that it took.

    Raises:
        BenchError: it did not hold in time.
    """
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise BenchError(f"{what}: not within {seconds:g} s")
        time.sleep(POLL_SECONDS)
    return time.monotonic() - began


class Machine:
    """What container and virtual machine have in common: a process, an agent inside, and a sound that is listened to.

    Args:
        folder: what `make_machine.sh` made.
        name: of the machine's own folder below it; what an earlier machine left there is removed.
        seconds_per_second: how much slower than this computer it is, for deadlines.
    """

    def __init__(self, folder: Path, name: str, seconds_per_second: float) -> None:
        self.made, self.own = folder.absolute(), folder.absolute() / name
        self.slowness = seconds_per_second
        shutil.rmtree(self.own, ignore_errors=True)
        self.own.mkdir()
        self.sound = SoundMeter(self.own / "sound")
        self._process: subprocess.Popen[bytes] | None = None
        self._agent: socket.socket | None = None
        self._asked = 0

    def command(self, options: str) -> list[str]:
        """Return the command line that is the machine while it runs; `options` go to its kernel or systemd."""
        raise NotImplementedError

    def boot(self, options: str = "") -> None:
        """Switch on, and wait until commands can be run."""
        if self._process is not None:
            raise BenchError("the machine runs already")
        with (self.own / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                self.command(options), stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
        wait_for("the machine's agent answers", self._answers, 60.0 * self.slowness)

    def cut_power(self) -> None:
        """Switch off as a pulled plug does: nothing in the machine can write any more."""
        if self._process is not None:
            self._kill(self._process)
            self._gone()

    def shut_down(self) -> None:
        """Switch off in order; by force when that takes too long."""
        if self._process is None:
            return
        self.run("systemctl --no-block poweroff", check=False)
        try:
            self._process.wait(_SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill(self._process)
        self._gone()

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        """End all that the machine is, at once."""
        process.kill()

    def _gone(self) -> None:
        if self._process is not None:
            self._process.wait()
        self._process = None
        self._hang_up()

    def run(self, command: str, seconds: float = _REQUEST_SECONDS, *, check: bool = True) -> str:
        """Run a command line as root inside and return its output.

        Raises:
            BenchError: it failed, unless `check` is False; or the machine does not answer.
        """
        answer = self._ask({"command": command, "seconds": seconds * self.slowness}, seconds * self.slowness + 10)
        if check and answer["status"] != 0:
            raise BenchError(f"{command}: status {answer['status']}: {answer['output']}")
        return str(answer["output"])

    def write(self, path: str, content: str) -> None:
        """Write a file inside."""
        self.run(f"mkdir -p $(dirname {path}) && cat > {path} <<'END_OF_FILE'\n{content}\nEND_OF_FILE")

    def skip(self) -> None:
        """Have the player go to another track."""
        self._ask({"method": "POST", "address": f"{PAGE}/skip", "seconds": 5.0}, 20.0)

    def state(self) -> dict[str, Any] | None:
        """Return what the player shows of itself; None when it does not answer."""
        try:
            answer = self._ask({"method": "GET", "address": f"{PAGE}/state", "seconds": 5.0}, 20.0)
        except BenchError:
            return None
        return json.loads(answer["output"]) if answer["status"] == 0 else None

    def journal(self, since: str) -> list[tuple[int, str]]:
        """Return (priority, message) of the lines of mien's services since a cursor; 4 is a warning, 6 news."""
        lines = self.run(f"{_JOURNAL} --all {since} | tail -n 2000", check=False).splitlines()
        entries = [json.loads(line) for line in lines if line.startswith("{")]
        return [(int(one["PRIORITY"]), _text(one["MESSAGE"])) for one in entries]

    def journal_cursor(self) -> str:
        """Return the option for `journal` that leaves out all that is there by now."""
        # Of the same units: journalctl skips a line after a cursor that its filter leaves out.
        cursor = self.run(f"{_JOURNAL} -n 1", check=False)
        return f"--after-cursor='{json.loads(cursor)['__CURSOR']}'" if cursor.startswith("{") else "-b"

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise BenchError(f"the machine ended: see {self.own / 'console.log'}")
        try:
            return self.run("true", 3.0, check=False) == ""
        except BenchError:
            return False

    def _ask(self, request: dict[str, object], seconds: float) -> dict[str, Any]:
        """Have the agent do something; an answer that comes too late is left out by the next request."""
        self._asked += 1
        try:
            agent = self._connection()
            agent.settimeout(seconds)
            agent.sendall(json.dumps({"number": self._asked, **request}).encode() + b"\n")
            while (answer := json.loads(_line(agent)))["number"] != self._asked:
                pass
            return dict(answer)
        except (OSError, ValueError) as error:
            self._hang_up()
            raise BenchError(f"the machine does not answer: {error}") from error

    def _connection(self) -> socket.socket:
        if self._agent is None:
            self._agent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._agent.connect(str(self.own / "agent.sock"))
        return self._agent

    def _hang_up(self) -> None:
        if self._agent is not None:
            self._agent.close()
        self._agent = None

    def close(self) -> None:
        """Switch off, and stop listening."""
        self.cut_power()
        self.sound.close()

    def __enter__(self) -> Self:
        """Give the machine; it is closed at the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def _line(connection: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        got = connection.recv(1 << 20)
        if not got:
            raise ConnectionError("its agent ended the connection")
        line += got
    return line


def _text(message: object) -> str:
    """Return a journal's message, which is a list of bytes where it is not plain text."""
    return bytes(message).decode(errors="replace") if isinstance(message, list) else str(message)
