"""Buttons, a knob and lamps as gpiozero gives them. What is told of them runs on a thread of gpiozero's."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

Action = Callable[[], object]
Light = Literal["on", "off", "blinking"]

_BOUNCE_SECONDS = 0.03
_BLINK_SECONDS = 0.4


def find_pins(folder: Path) -> None:
    """Load the driver of this board's pins.

    Args:
        folder: where the driver may put a pipe.

    Raises:
        Exception: there are no pins, or they may not be used; each driver has errors of its own.
    """
    from gpiozero import BadPinFactory, Device

    with _working_in(folder), warnings.catch_warnings(record=True) as reasons:
        warnings.simplefilter("always")
        try:
            Device.ensure_pin_factory()
        except BadPinFactory as error:
            raise RuntimeError("; ".join(str(reason.message) for reason in reasons[:1]) or str(error)) from error


class Button:
    """A button between its pin and ground: `press` is told when it goes down."""

    def __init__(self, pin: int, press: Action) -> None:
        from gpiozero import Button as PinButton

        self._button = PinButton(pin, bounce_time=_BOUNCE_SECONDS)
        self._button.when_pressed = press

    def close(self) -> None:
        """Give the pin back."""
        self._button.close()


class HeldButton:
    """A button that means another thing when it is held; `tap` is told when it goes up before."""

    def __init__(self, pin: int, tap: Action, hold: Action, hold_seconds: float) -> None:
        from gpiozero import Button as PinButton

        self._tap, self._hold, self._was_held = tap, hold, False
        self._button = PinButton(pin, bounce_time=_BOUNCE_SECONDS, hold_time=hold_seconds)
        self._button.when_held = self._on_hold
        self._button.when_released = self._on_release

    def close(self) -> None:
        """Give the pin back."""
        self._button.close()

    def _on_hold(self) -> None:
        self._was_held = True
        self._hold()

    def _on_release(self) -> None:
        was_held, self._was_held = self._was_held, False
        if not was_held:
            self._tap()


class Knob:
    """A rotary encoder, whose common pin is on ground."""

    def __init__(self, pins: list[int], clockwise: Action, counter_clockwise: Action) -> None:
        from gpiozero import RotaryEncoder

        self._encoder = RotaryEncoder(*pins, max_steps=0)
        self._encoder.when_rotated_clockwise = clockwise
        self._encoder.when_rotated_counter_clockwise = counter_clockwise

    def close(self) -> None:
        """Give the pins back."""
        self._encoder.close()


class Lamp:
    """An LED between its pin, with a resistor, and ground."""

    def __init__(self, pin: int) -> None:
        from gpiozero import LED

        self._led = LED(pin)
        self._light: Light = "off"

    def show(self, light: Light) -> None:
        """Light it; a lamp that blinks already goes on in its beat."""
        if light != self._light:
            self._light = light
            if light == "blinking":
                self._led.blink(_BLINK_SECONDS, _BLINK_SECONDS)
            else:
                self._led.value = light == "on"

    def close(self) -> None:
        """Give the pin back; it is dark then."""
        self._led.close()


@contextlib.contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Let a driver put its pipe into a folder, and come back.

    The driver lgpio makes one where the process works, which may be anywhere, or goes to the folder that LG_WD names.
    """
    here = Path.cwd()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("LG_WD", str(folder))
    try:
        yield
    finally:
        os.chdir(here)
