"""Commands from a broker: checked words that steer the player."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import get_args

from mien.errors import MienError
from mien.mood.override import check_minutes
from mien.ports import Control
from mien.types import POLICY_NAMES, Emotion, PolicyName, Verdict

LONGEST_BYTES = 256
"""What is longer is no command."""
OVERRIDE_MINUTES = 60.0
"""How long an emotion is played for, where nobody says how long."""
PRESS = "PRESS"
"""What a button sends."""
OFF = "off"
"""The override that ends one."""
ON_OFF = {"ON": True, "OFF": False}


class CommandError(Exception):
    """Words that are no command; the message says what would be."""


class Commands:
    """Does what a command says, as soon as it was checked."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._by_name: dict[str, Callable[[str], None]] = {
            "play": _pressed(control.resume),
            "pause": _pressed(control.pause),
            "skip": _pressed(control.skip),
            "like": _pressed(lambda: self._rate(Verdict.LIKE)),
            "ban": _pressed(lambda: self._rate(Verdict.BAN)),
            "wrong_mood": _pressed(lambda: self._rate(Verdict.WRONG_MOOD)),
            "volume": self._volume,
            "override": self._override,
            "policy": self._policy,
            "camera": self._camera,
        }

    def do(self, name: str, payload: bytes) -> None:
        """Do what a command says.

        Raises:
            CommandError: it is none, or it cannot be done now.
        """
        command = self._by_name.get(name)
        if command is None:
            raise CommandError(f"the commands are {', '.join(self._by_name)}")
        try:
            words = payload.decode("utf-8") if len(payload) <= LONGEST_BYTES else None
        except UnicodeDecodeError:
            words = None
        if words is None:
            raise CommandError(f"a command is text of {LONGEST_BYTES} bytes at most")
        try:
            command(words.strip())
        except MienError as error:
            raise CommandError(str(error)) from error

    def _rate(self, verdict: Verdict) -> None:
        choice = self._control.snapshot().choice
        if choice is None:
            raise CommandError("nothing plays that could be rated")
        self._control.rate(choice.track.path, verdict)

    def _volume(self, words: str) -> None:
        if not (words.isascii() and words.isdigit() and int(words) <= 100):
            raise CommandError("a volume is a whole number from 0 to 100")
        self._control.set_volume(int(words))

    def _policy(self, words: str) -> None:
        known: dict[str, PolicyName] = {name: name for name in POLICY_NAMES}
        if words not in known:
            raise CommandError(f"the policies are {', '.join(get_args(PolicyName))}")
        self._control.set_policy(known[words])

    def _camera(self, words: str) -> None:
        if words not in ON_OFF:
            raise CommandError("the camera is ON or OFF")
        self._control.set_watching(ON_OFF[words])

    def _override(self, words: str) -> None:
        if words == OFF:
            self._control.end_override()
        else:
            self._control.override(*_overriding(words))


def _pressed(action: Callable[[], None]) -> Callable[[str], None]:
    def press(words: str) -> None:
        if words not in ("", PRESS):
            raise CommandError(f"it takes {PRESS}, or nothing")
        action()

    return press


def _overriding(words: str) -> tuple[Emotion, float]:
    """Read an emotion's name, or {"emotion": name, "minutes": number}."""
    emotion, minutes = words, OVERRIDE_MINUTES
    if words.startswith("{"):
        try:
            values = json.loads(words)
        except (ValueError, RecursionError):
            values = {}
        emotion, minutes = values.get("emotion"), values.get("minutes", OVERRIDE_MINUTES)
    is_number = isinstance(minutes, int | float) and not isinstance(minutes, bool)
    if emotion not in list(Emotion) or not is_number:
        names = ", ".join(Emotion)
        raise CommandError(f'it takes {OFF}, or one of {names}, or {{"emotion": "happy", "minutes": 30}}')
    try:
        check_minutes(minutes)
    except ValueError as error:
        raise CommandError(str(error)) from error
    return Emotion(emotion), float(minutes)
