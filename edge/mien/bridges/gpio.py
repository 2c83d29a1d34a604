"""Buttons, a volume knob and lamps on the pins of a Raspberry Pi."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from mien.bridges.extra import require
from mien.bridges.following import Follower
from mien.bridges.gpio_hands import GpioHands
from mien.config import GpioSettings
from mien.ports import Control
from mien.types import PlayState, Snapshot

if TYPE_CHECKING:
    from gpiozero import LED

_LOG = logging.getLogger(__name__)

_BOUNCE_SECONDS = 0.03
_BLINK_SECONDS = 0.4

Action = Callable[[], None]


class GpioBridge:
    """Opens the pins that the settings name; a part whose pin cannot be had is named in the log and left out.

    Args:
        settings: the pins.
        control: the player.
        folder: where the driver may put a pipe.
        hold_seconds: how long the skip button is held for "never again".

    Raises:
        SettingsError: the library for it is not installed.
    """

    def __init__(self, settings: GpioSettings, control: Control, folder: Path, hold_seconds: float = 2.0) -> None:
        require("gpiozero", "gpio")
        self._settings, self._folder, self._hold_seconds = settings, folder, hold_seconds
        self._hands = GpioHands(control)
        self._follower = Follower(control, self._show, "gpio-lamps")
        self._status_led: LED | None = None
        self._camera_led: LED | None = None
        self._status = ""
        self._parts = ExitStack()

    def start(self) -> None:
        """Open the pins and begin to act; where there are none, say so once and do nothing."""
        try:
            _find_pins(self._folder)
        except Exception as error:  # the boundary to drivers, each with errors of its own
            _LOG.warning(
                "The pins of [gpio] cannot be used (%s): mien must run on a Raspberry Pi, by a user who may use "
                "/dev/gpiochip0; the music plays without them.",
                error,
            )
            return
        self._hands.start()
        self._parts.callback(self._hands.close)
        self._open_buttons()
        self._open("volume_encoder", self._settings.volume_encoder, self._encoder)
        self._open_lamps()

    def close(self) -> None:
        """Give the pins back, with all lamps off; a second call does nothing."""
        self._parts.close()

    def _open_buttons(self) -> None:
        settings, hands = self._settings, self._hands
        self._open("pause_button", [settings.pause_button], lambda: self._button(settings.pause_button, hands.pause_or_resume))
        self._open("like_button", [settings.like_button], lambda: self._button(settings.like_button, hands.like))
        self._open("camera_button", [settings.camera_button], lambda: self._button(settings.camera_button, hands.turn_camera))
        self._open("skip_button", [settings.skip_button], self._skip_button)
