"""Who else sees and steers: the page, and the bridges."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from mien.sections.values import Command, Pin, Section, Text, Topic


def _address(text: str) -> str:
    try:
        ip_address(text)
    except ValueError as error:
        raise ValueError("an address is needed, such as 127.0.0.1, or 0.0.0.0 for all of this machine's") from error
    return text


def _token(text: str) -> str:
    if text and not re.fullmatch(r"[!-~]{16,200}", text):
        raise ValueError("16 to 200 characters are needed: letters, digits and signs of ASCII, without spaces")
    return text


def _host_names(names: list[str]) -> list[str]:
    for name in names:
        if not re.fullmatch(r"[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,250}[a-zA-Z0-9_])?", name):
            raise ValueError(f"{name!r} is no host name, such as music.example.org, without a port")
    return names


class WebSettings(Section):
    """The page: where it is served, and to whom."""

    enabled: bool
    port: Annotated[int, Field(ge=0, le=65535)]
    listen: Annotated[str, AfterValidator(_address)]
    token: Annotated[str, Field(repr=False), AfterValidator(_token)]
    names: Annotated[list[str], AfterValidator(_host_names)]

    @property
    def on_network(self) -> bool:
        """True when other machines may call it."""
        return not ip_address(self.listen).is_loopback

    @model_validator(mode="after")
    def _others_need_token(self) -> WebSettings:
        if self.on_network and not self.token:
            raise ValueError(
                "a page that listens on the network needs a token: write one of 16 characters or more, such as "
                "`openssl rand -hex 16` prints"
            )
        if self.names and not self.token:
            raise ValueError(
                "names that others call the page by let them in, through a proxy too, so they need a token: write one "
                "of 16 characters or more, such as `openssl rand -hex 16` prints"
            )
        return self


class MprisSettings(Section):
    """Media keys and widgets of the desktop."""

    enabled: bool


class MetricsSettings(Section):
    """Figures for Prometheus, served beside the page."""

    enabled: bool


class GpioSettings(Section):
    """Buttons, a volume knob and lamps on a Raspberry Pi's pins, by Broadcom's numbers; -1 where there is none."""

    pause_button: Pin
    skip_button: Pin
    like_button: Pin
    camera_button: Pin
    volume_encoder: Annotated[list[Pin], Field(min_length=2, max_length=2)]
    status_led: Pin
    camera_led: Pin

    @property
    def pins(self) -> tuple[int, ...]:
        """The pins in use."""
        buttons = self.pause_button, self.skip_button, self.like_button, self.camera_button
        return tuple(pin for pin in (*buttons, *self.volume_encoder, self.status_led, self.camera_led) if pin >= 0)

    @model_validator(mode="after")
    def _every_pin_has_one_part(self) -> GpioSettings:
        if min(self.volume_encoder) < 0 <= max(self.volume_encoder):
            raise ValueError("volume_encoder is two pins, or [-1, -1] for none")
        if twice := [pin for pin in self.pins if self.pins.count(pin) > 1]:
            raise ValueError(f"pin {twice[0]} is used twice")
        return self


class MqttSettings(Section):
    """A broker of MQTT messages, such as Home Assistant's."""

    host: Annotated[str, Field(max_length=253, pattern=r"^[A-Za-z0-9._:%-]*$")]
    port: Annotated[int, Field(ge=1, le=65535)]
    user: Text
    password: Annotated[str, Field(repr=False)]
    tls: bool
    ca_file: Text
    topic: Annotated[Topic, Field(min_length=1)]
    discovery: Topic


class HookSettings(Section):
    """Programs that are run when something happens."""

    on_mood: Command
    on_track: Command
    on_fault: Command
    timeout_seconds: Annotated[float, Field(ge=0.1, le=600.0)]

    @property
    def are_wanted(self) -> bool:
        """True when there is a program to run."""
        return bool(self.on_mood or self.on_track or self.on_fault)
