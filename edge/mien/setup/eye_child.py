"""The eye as a child: it sees, confined as ever, and tells this process of faces, not of pixels."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections import deque
from types import TracebackType
from typing import Self

from mien import config
from mien.config import Settings
from mien.setup.framing import Seen, seen_from

_END_SECONDS = 3.0
_REMEMBERED = 20
_NOT_FOR_A_TRIAL = ("MIEN_SOURCE", "NOTIFY_SOCKET", "WATCHDOG_USEC")


class EyeChild:
    """Runs `mien eye --json` with some settings while it is entered.

    Args:
        settings: of the trial; they go through a pipe, where no other user reads a stream's password.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: deque[Seen] = deque(maxlen=_REMEMBERED)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the exit

    def __enter__(self) -> Self:
        """Start it."""
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "mien", "eye", "--json", "--config", "/dev/stdin", "--child", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={name: value for name, value in os.environ.items() if name not in _NOT_FOR_A_TRIAL},
            start_new_session=True,  # Ctrl-C is for this process, which ends the eye itself
        )
        self._reader = threading.Thread(target=self._read, name="eye-reader", daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._errors.close()

    @property
    def seen(self) -> tuple[Seen, ...]:
        """What was seen lately, the newest last."""
        return tuple(self._seen)

    @property
    def is_running(self) -> bool:
        """False once it ended: by itself where a file does, or since it cannot see."""
        return self._reader.is_alive()

    @property
    def complaint(self) -> str | None:
        """The sentence with which an eye ended that cannot see."""
        if self.is_running or self._process.wait() == 0:
            return None
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").splitlines()
        said = [line.removeprefix("mien: ") for line in lines if line.startswith("mien: ")]
        return said[-1] if said else "The eye ended without a word: `mien doctor` looks for the reason."

    def _read(self) -> None:
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        try:
            pipe_in.write(config.to_toml(config.changed(self._settings)).encode())
            pipe_in.close()
        except BrokenPipeError:
            pass  # it ended before it read them: its sentence tells why
        for line in pipe_out:
            if (seen := seen_from(line.decode())) is not None:
                self._seen.append(seen)
        pipe_out.close()
