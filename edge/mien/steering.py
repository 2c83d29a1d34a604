"""What people steered and what outlives a restart: whether the camera is on, and the policy."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mien.types import POLICY_NAMES, Fault, PolicyName, Trouble
from mien.whole_file import write_whole

_LOG = logging.getLogger(__name__)
_NAME = "steering.json"


@dataclass(frozen=True, slots=True)
class Steering:
    """Whether the camera is on, and the policy."""

    watching: bool
    policy: PolicyName


class SteeringFile:
    """Keeps what people steered. To be used from one thread.

    Args:
        state_folder: the folder of the file; None keeps nothing.
        usual: what holds where nobody steered. A policy is kept for as long as the settings' one is still the same:
            who writes another one into them means it.
    """

    def __init__(self, state_folder: Path | None, usual: Steering) -> None:
        self._path = None if state_folder is None else state_folder / _NAME
        self._usual = usual
        self.trouble: Trouble | None = None

    def read(self) -> Steering:
        """Return what was kept, or what is usual; a torn file keeps the camera off, since it may have said so."""
        if self._path is None:
            return self._usual
        try:
            content = self._path.read_bytes()
        except OSError:
            return self._usual
        with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            values = json.loads(content)
            watching, policy = values["watching"], values["policy"]
            if watching in (True, False) and policy in POLICY_NAMES:
                kept = policy if values.get("settings_policy") == self._usual.policy else self._usual.policy
                return Steering(watching and self._usual.watching, kept)
        _LOG.warning(
            "What was steered by hand in %s is torn: the camera stays off until somebody turns it on.", self._path
        )
        return Steering(False, self._usual.policy)

    def write(self, steering: Steering) -> None:
        """Keep what is steered now; a disk that cannot be written is told of by `trouble`."""
        if self._path is None:
            return
        values = {
            "watching": steering.watching,
            "policy": steering.policy,
            "settings_policy": self._usual.policy,
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(values).encode())
            self.trouble = None
        except OSError as error:
            sentence = f"What was steered by hand cannot be kept in {self._path.parent}: {error.strerror}."
            self.trouble = Trouble(Fault.STATE_UNWRITABLE, sentence)
