"""Buttons, a volume knob and lamps on the pins of a Raspberry Pi."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from mien.bridges.extra import require
from mien.bridges.following import Follower
from mien.bridges.gpio_hands import GpioHands
from mien.bridges.gpio_parts import Button, HeldButton, Knob, Lamp, Light, find_pins
from mien.ports import Control
from mien.sections.outside import GpioSettings
from mien.types import PlayState, Snapshot

_LOG = logging.getLogger(__name__)

_NO_PIN = -1


class _Part(Protocol):
    def close(self) -> None: ...


AnyPart = TypeVar("AnyPart", bound=_Part)


class GpioBridge:
    """Acts on the parts that the settings name; one whose pin cannot be had is named in the log and left out.

    Args:
        settings: the pins.
        control: the player.
        folder: where the pins' driver may put a pipe.
        hold_seconds: how long the skip button is held for "never again".

    Raises:
        SettingsError: the library for it is not installed.
    """

    def __init__(self, settings: GpioSettings, control: Control, folder: Path, hold_seconds: float = 2.0) -> None:
        require("gpiozero", "gpio")
        self._settings, self._control = settings, control
        self._folder, self._hold_seconds = folder, hold_seconds
        self._parts = ExitStack()

    def start(self) -> None:
        """Take the pins and begin to act; where there are none, say so once and do nothing."""
        try:
            find_pins(self._folder)
        except Exception as error:  # the boundary to drivers, each of which has errors of its own
            _LOG.warning(
                "The pins of [gpio] cannot be used (%s): mien must run on a Raspberry Pi, as a user who may open "
                "/dev/gpiochip0. The music plays without them.",
                error,
            )
            return
        self._take_hands()
        self._light_lamps()

    def close(self) -> None:
        """Give the pins back, with all lamps dark; a second call does nothing."""
        self._parts.close()

    def _take_hands(self) -> None:
        hands = GpioHands(self._control)
        hands.start()
        self._parts.callback(hands.close)
        for key, action in (
            ("pause_button", hands.pause_or_resume),
            ("like_button", hands.like),
            ("camera_button", hands.turn_camera),
        ):
            self._open(key, partial(Button, press=partial(hands.ask, action)))
        tap, hold = partial(hands.ask, hands.skip), partial(hands.ask, hands.never_again)
        self._open("skip_button", partial(HeldButton, tap=tap, hold=hold, hold_seconds=self._hold_seconds))
        louder, softer = partial(hands.ask, hands.louder), partial(hands.ask, hands.softer)
        self._open("volume_encoder", partial(Knob, clockwise=louder, counter_clockwise=softer))

    def _light_lamps(self) -> None:
        lamps = [(self._open("status_led", Lamp), status_light), (self._open("camera_led", Lamp), camera_light)]

        def show(snapshot: Snapshot) -> None:
            for lamp, light in lamps:
                if lamp is not None:
                    lamp.show(light(snapshot))

        if any(lamp is not None for lamp, _ in lamps):
            follower = Follower(self._control, show, "gpio-lamps")
            follower.start()
            self._parts.callback(follower.close)

    def _open(self, key: str, make: Callable[[Any], AnyPart]) -> AnyPart | None:
        """Open the part of one key of the settings; None where it has no pin, or one that cannot be had."""
        pins = getattr(self._settings, key)
        if pins in (_NO_PIN, [_NO_PIN, _NO_PIN]):
            return None
        try:
            part = make(pins)
        except Exception as error:  # the boundary to drivers
            _LOG.warning("gpio.%s cannot use %s (%s): choose another pin, or end what has it.", key, pins, error)
            return None
        self._parts.callback(part.close)
        return part


def status_light(snapshot: Snapshot) -> Light:
    """Return how the status lamp shows a moment: blinking while something is wrong, lit while music plays."""
    if snapshot.troubles:
        return "blinking"
    return "on" if snapshot.playback.state is PlayState.PLAYING else "off"


def camera_light(snapshot: Snapshot) -> Light:
    """Return how the camera's lamp shows a moment: lit unless the camera is turned off."""
    return "on" if snapshot.watching else "off"
