"""What people steered and what outlives a restart: whether the camera is on, and the policy."""

from __future__ import annotations

import dataclasses
import json
import logging
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
            who writes another one into them means it, and the kept one is forgotten for good.
    """

    def __init__(self, state_folder: Path | None, usual: Steering) -> None:
        self._path = None if state_folder is None else state_folder / _NAME
        self._usual = usual
        self.trouble: Trouble | None = None
        self._kept = self._read()

    def read(self) -> Steering:
        """Return what was kept, or what is usual; a file that is torn, or cannot be read, may have said "off"."""
        return dataclasses.replace(self._kept, watching=self._kept.watching and self._usual.watching)

    def _read(self) -> Steering:
        """Read what hands said, whether the settings allow it or not."""
        by_default = dataclasses.replace(self._usual, watching=True)
        if self._path is None:
            return by_default
        try:
            values = json.loads(self._path.read_bytes())
            watching, policy = values["watching"], values["policy"]
            if isinstance(watching, bool) and policy in POLICY_NAMES:
                if values.get("settings_policy") == self._usual.policy:
                    return Steering(watching, policy)
                steering = Steering(watching, self._usual.policy)
                self._keep(steering)
                return steering
        except (FileNotFoundError, NotADirectoryError):
            return by_default
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            _LOG.debug("%s: %r", self._path, error)
        _LOG.warning(
            "What was steered by hand cannot be read in %s: the camera stays off until it is turned on.", self._path
        )
        return dataclasses.replace(by_default, watching=False)

    def write(self, steering: Steering) -> None:
        """Keep what is steered now; a disk that cannot be written is told of by `trouble`."""
        watching = steering.watching if self._usual.watching else self._kept.watching  # the settings are no hand
        self._keep(dataclasses.replace(steering, watching=watching))

    def _keep(self, steering: Steering) -> None:
        if self._path is None:
            return
        values = {**dataclasses.asdict(steering), "settings_policy": self._usual.policy}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(values).encode())
            self.trouble = None
        except OSError as error:
            sentence = f"What was steered by hand cannot be kept in {self._path.parent}: {error.strerror}."
            self.trouble = Trouble(Fault.STATE_UNWRITABLE, sentence)
