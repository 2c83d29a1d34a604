"""The bridges that the settings ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from mien.config import Settings
from mien.errors import SettingsError
from mien.ports import Control
from mien.types import Fault, Trouble

if TYPE_CHECKING:
    from starlette.routing import BaseRoute


class Bridge(Protocol):
    """What shows the player to others, on threads of its own."""

    def start(self) -> None:
        """Begin; returns at once."""
        ...

    def close(self) -> None:
        """End; a second call does nothing."""
        ...


class Closer(Protocol):
    """What closes bridges at the end, as an ExitStack does, or an Ending."""

    def callback(self, close: Callable[[], None], /) -> object:
        """Have this called at the end."""
        ...


_Opener = Callable[[Settings, Control], Bridge | None]
"""Returns a bridge, or None where the settings ask for none.

Raises:
    SettingsError: it cannot be used here; the sentence says what to do.
"""


def open_bridges(
    closer: Closer, settings: Settings, control: Control, routes: list[BaseRoute] | None = None
) -> list[Trouble]:
    """Start every bridge that the settings ask for.

    Args:
        closer: closes them.
        settings: the settings.
        control: the player.
        routes: takes what bridges serve beside the page; None where there is no page.

    Returns:
        Why a bridge could not be started: an extra that is not installed, or a setting that it cannot use.
    """
    troubles = []
    openers: tuple[_Opener, ...] = (*_OPENERS, partial(_metrics, routes))
    for open_one in openers:
        try:
            bridge = open_one(settings, control)
        except SettingsError as error:
            troubles.append(Trouble(Fault.BRIDGE_UNUSABLE, str(error)))
            continue
        if bridge is not None:
            closer.callback(bridge.close)
            bridge.start()
    return troubles


def _hooks(settings: Settings, control: Control) -> Bridge | None:
    from mien.bridges.hooks import Hooks

    return Hooks(settings.hooks, control) if settings.hooks.are_wanted else None


def _mqtt(settings: Settings, control: Control) -> Bridge | None:
    from mien.bridges.mqtt import MqttBridge

    return MqttBridge(settings.mqtt, control, settings.paths.state_folder) if settings.mqtt.host else None


def _mpris(settings: Settings, control: Control) -> Bridge | None:
    from mien.bridges.mpris import MprisBridge, session_bus

    return MprisBridge(control, session_bus()) if settings.mpris.enabled else None


def _gpio(settings: Settings, control: Control) -> Bridge | None:
    from mien.bridges.gpio import GpioBridge

    return GpioBridge(settings.gpio, control, settings.paths.run_folder) if settings.gpio.pins else None


def _metrics(routes: list[BaseRoute] | None, settings: Settings, control: Control) -> Bridge | None:
    if not settings.metrics.enabled:
        return None
    if routes is None:
        raise SettingsError(
            "The figures of [metrics] stand beside the page, and none is served: let there be one (web.enabled, and a "
            "web.port that is free), or set metrics.enabled = false."
        )
    from mien.bridges.metrics import Metrics

    metrics = Metrics(control)
    routes.append(metrics.route())
    return metrics


_OPENERS: tuple[_Opener, ...] = (_hooks, _mqtt, _mpris, _gpio)
