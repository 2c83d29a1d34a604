"""Strict TOML to frozen settings: an unknown key, a wrong type or an impossible value is named, with the nearest key.

`default.toml` beside this file is the manual of the settings and their only defaults. A profile, a file in `profiles/`,
changes some of them for a place; the owner's file changes both, and the command line all three.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from mien.errors import SettingsError
from mien.setting_layers import Layer, Profile, chosen_profile, default_values, merge, profile_values, read_layer
from mien.types import PolicyName

COMMAND_LINE = "the command line"
"""As sentences name this origin of settings."""


def _usable(text: str) -> str:
    if any(character < " " or character == "\x7f" for character in text):
        raise ValueError("no control characters may be in it")
    try:
        Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError("the home folder behind its ~ is not known here; set HOME, or write the whole path") from error
    return text


def _region(value: object) -> object:
    numbers = value if isinstance(value, list) else []
    if len(numbers) != 4 or not all(isinstance(one, int | float) and 0.0 <= one <= 1.0 for one in numbers):
        raise ValueError("four shares of the picture are needed, from 0 to 1: [left, top, right, bottom]")
    if not (numbers[0] < numbers[2] and numbers[1] < numbers[3]):
        raise ValueError("left must be less than right, and top less than bottom")
    return [float(one) for one in numbers]


def _topic(text: str) -> str:
    if any(character in "+#" or character <= " " for character in text) or text.startswith("$"):
        raise ValueError("no space, + or # may be in a topic, and no $ before it")
    if "" in text.split("/") and text:
        raise ValueError("a topic neither begins nor ends with /, nor holds two in a row")
    return text


def _command(words: list[str]) -> list[str]:
    if any("\0" in word for word in words) or (words and not words[0]):
        raise ValueError('a program and its arguments are needed, each a text: ["/usr/bin/logger", "-t", "mien"]')
    return words


def _way(value: object) -> object:
    def is_coordinate(number: object) -> bool:
        return isinstance(number, int | float) and not isinstance(number, bool) and -1.0 <= number <= 1.0

    def is_place(place: object) -> bool:
        return isinstance(place, list) and len(place) == 2 and all(map(is_coordinate, place))

    if not isinstance(value, list) or not 1 <= len(value) <= 5 or not all(map(is_place, value)):
        raise ValueError("one to five places are needed, each a valence and an arousal from -1 to 1: [[0.7, 0.4]]")
    return value


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


Text = Annotated[str, AfterValidator(_usable)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_usable)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Seconds = Annotated[float, Field(ge=0.0, le=3600.0)]
Percent = Annotated[int, Field(ge=0, le=100)]
Pin = Annotated[int, Field(ge=-1, le=27)]
Region = Annotated[list[float], BeforeValidator(_region)]
Way = Annotated[list[list[float]], BeforeValidator(_way)]
Topic = Annotated[str, Field(max_length=200), AfterValidator(_topic)]
Command = Annotated[list[str], AfterValidator(_command)]

_SECRET_KEYS = frozenset({"token", "password"})


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CameraSettings(Section):
    """Where pictures come from."""

    source: Name
    width: Annotated[int, Field(ge=64, le=4096)]
    height: Annotated[int, Field(ge=64, le=4096)]
    stall_seconds: Annotated[float, Field(ge=0.5, le=600)]

    @property
    def shown_source(self) -> str:
        """The source as sentences show it: of a stream its host alone, since all else may hold a password."""
        scheme, is_address, rest = self.source.partition("://")
        if not is_address:
            return self.source
        host, *path = re.split(r"[/?#]", rest.rpartition("@")[2], maxsplit=1)
        return f"{scheme}://{'***@' if '@' in rest else ''}{host}{'/***' if path else ''}"

    @property
    def needs_network(self) -> bool:
        """True for the address of a stream."""
        return self.source.lower().startswith(("http://", "https://", "rtsp://", "rtsps://"))


class EyeSettings(Section):
    """How pictures are judged, if they are."""

    enabled: bool
    frames_per_second: Annotated[float, Field(ge=1, le=120)]
    threads: Annotated[int, Field(ge=1, le=64)]
    face_score: Probability
    minimum_face_pixels: Annotated[float, Field(ge=8, le=4096)]
    most_faces: Annotated[int, Field(ge=1, le=16)]
    sure_percent: Literal[0, 80, 90, 95, 99]
    detector: Literal["auto", "mediapipe", "onnx"]
    hot_celsius: Annotated[float, Field(gt=0, le=150)]
    memory_megabytes: Annotated[int, Field(ge=100, le=100_000)]


class PeopleSettings(Section):
    """Whose mood counts, where several faces are seen."""

    follow: Literal["largest", "central", "seat", "everyone"]
    seat: Region
    hand_over_seconds: Seconds
    still_seconds: Seconds


class MoodSettings(Section):
    """When what is seen becomes a decided mood."""

    hold_seconds: Annotated[float, Field(gt=0, le=3600)]
    evidence_per_second: Annotated[float, Field(gt=0, le=100)]
    neutral_weight: Annotated[float, Field(ge=0.1, le=100)]
    clear_probability: Probability
    enter_probability: Probability
    enter_neutral_probability: Probability
    leave_probability: Probability
    dwell_seconds: Seconds
    unsure_seconds: Seconds
    refractory_seconds: Seconds
    absence_seconds: Seconds
    baseline: Literal["asked", "quiet", "off"]
    keep_baseline: bool

    @model_validator(mode="after")
    def _leave_is_below_enter(self) -> MoodSettings:
        if self.leave_probability > min(self.enter_probability, self.enter_neutral_probability):
            raise ValueError("leave_probability may not be above enter_probability or enter_neutral_probability")
        return self


class MusicSettings(Section):
    """Which music is chosen."""

    library: Name
    hear: bool
    policy: PolicyName
    guided: bool
    change: Literal["now", "track_end"]
    recent_tracks: Annotated[int, Field(ge=0, le=10_000)]
    gentler_at_night: bool
    absence_pause_seconds: Annotated[float, Field(ge=0, le=86_400)]
    seed: int

    @property
    def library_folder(self) -> Path:
        """The music folder, with ~ resolved."""
        return Path(self.library).expanduser()


class PolicySettings(Section):
    """Where a policy leads: for each emotion, a way of one to five places [valence, arousal]."""

    angry: Way
    disgust: Way
    fear: Way
    happy: Way
    sad: Way
    surprise: Way
    neutral: Way
    undecided: Way


class AudioSettings(Section):
    """How music sounds."""

    output: Name
    device: Text
    start_volume_percent: Percent
    maximum_volume_percent: Percent
    same_loudness: bool
    crossfade_seconds: Annotated[float, Field(ge=0, le=30)]
    fade_out_seconds: Annotated[float, Field(ge=0, le=30)]
    fade_in_seconds: Annotated[float, Field(ge=0, le=30)]


class WebSettings(Section):
    """The page: where it is served, and to whom."""

    enabled: bool
    port: Annotated[int, Field(ge=0, le=65535)]
    listen: Annotated[str, AfterValidator(_address)]
    token: Annotated[str, AfterValidator(_token)]
    names: Annotated[list[str], AfterValidator(_host_names)]

    @property
    def on_network(self) -> bool:
        """True when other machines may call it."""
        return not ip_address(self.listen).is_loopback

    @model_validator(mode="after")
    def _network_needs_token(self) -> WebSettings:
        if self.on_network and not self.token:
            raise ValueError(
                "a page that listens on the network needs a token: write one of 16 characters or more, such as "
                "`openssl rand -hex 16` prints"
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


class PathSettings(Section):
    """Where mien keeps its own files."""

    state: Text
    run: Text

    @property
    def state_folder(self) -> Path:
        """The folder of the index: the setting, systemd's state folder, or the user's."""
        if self.state:
            return Path(self.state).expanduser()
        if service := os.environ.get("STATE_DIRECTORY"):
            return Path(service)
        return user_folder("XDG_STATE_HOME", ".local/state") / "mien"

    @property
    def index_file(self) -> Path:
        """The music index."""
        return self.state_folder / "library.sqlite"

    @property
    def memory_file(self) -> Path:
        """What was played, and what hands said of it."""
        return self.state_folder / "memory.sqlite"

    @property
    def baseline_file(self) -> Path:
        """How the model answers to the owner's face at rest."""
        return self.state_folder / "baseline.json"

    @property
    def run_folder(self) -> Path:
        """The folder of the socket: the setting, systemd's runtime folder, the session's, or the state folder."""
        if self.run:
            return Path(self.run).expanduser()
        if service := os.environ.get("RUNTIME_DIRECTORY"):
            return Path(service)
        if session := os.environ.get("XDG_RUNTIME_DIR"):
            return Path(session) / "mien"
        return self.state_folder


class Settings(Section):
    """All settings: a profile's name, and the sections."""

    profile: Profile
    camera: CameraSettings
    eye: EyeSettings
    people: PeopleSettings
    mood: MoodSettings
    music: MusicSettings
    lift: PolicySettings
    calm: PolicySettings
    drive: PolicySettings
    audio: AudioSettings
    web: WebSettings
    mpris: MprisSettings
    metrics: MetricsSettings
    gpio: GpioSettings
    mqtt: MqttSettings
    hooks: HookSettings
    paths: PathSettings


def user_folder(variable: str, below_home: str) -> Path:
    """Return one of the user's folders: the one that an XDG variable names, else its usual place below the home.

    Raises:
        SettingsError: nothing says where the home is.
    """
    if named := os.environ.get(variable):
        return Path(named)
    try:
        return Path.home() / below_home
    except RuntimeError as error:
        raise SettingsError("Your home folder is not known here: set HOME to a folder where mien may write.") from error


def user_file() -> Path | None:
    """Return the settings file in force: the one that $MIEN_CONFIG names, the user's, or none.

    Raises:
        SettingsError: nothing says where the home is.
    """
    if named := os.environ.get("MIEN_CONFIG"):
        return Path(named)
    users = user_folder("XDG_CONFIG_HOME", ".config") / "mien/mien.toml"
    return users if os.path.isfile(users) else None  # noqa: PTH113  (pathlib raises where one may not look)


def load(path: Path | None = None, changes: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings: defaults, then the profile, then the file, then `changes` (from command-line options).

    Args:
        path: the settings file; None looks where `user_file` says.
        changes: {section: {key: value}}, and perhaps the name of a profile as `profile`.

    Raises:
        SettingsError: the file is missing or not TOML, or a key or value is not allowed.
    """
    path = path or user_file()
    layers: list[Layer] = []
    if path is not None:
        layers.append((str(path), read_layer(path)))
    return of_layers([*layers, (COMMAND_LINE, changes or {})])


def of_layers(layers: Sequence[Layer]) -> Settings:
    """Put layers over the defaults and the profile that they choose, each over the ones before it.

    Raises:
        SettingsError: a key or value is not allowed.
    """
    values = profile_values(chosen_profile(layers))
    for origin, layer in layers:
        merge(values, layer, origin)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        where = " and ".join(origin for origin, layer in layers if layer)
        what = "; ".join(_complaint(one) for one in error.errors())
        raise SettingsError(f"The settings in {where} cannot be used: {what}.") from error


def changed(settings: Settings) -> dict[str, Any]:
    """Return the settings file that would give these settings: the profile and what differs from it, nothing else."""
    usual = profile_values(settings.profile)
    sections = {
        section: different
        for section, values in settings.model_dump(exclude={"profile"}).items()
        if (different := {key: value for key, value in values.items() if value != usual[section][key]})
    }
    named = {} if settings.profile == default_values()["profile"] else {"profile": settings.profile}
    return named | sections


def to_toml(values: Mapping[str, Any]) -> str:
    """Return values in the form of `default_values` as a settings file. Its strings and numbers are JSON's."""
    sections = {name: keys for name, keys in values.items() if isinstance(keys, Mapping)}
    above = {name: value for name, value in values.items() if name not in sections}
    tables = [_lines(above), *(f"[{section}]\n{_lines(keys)}" for section, keys in sections.items())]
    return "\n".join(filter(None, tables))


def without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in the form of `default_values`, to be shown: a token or password that is set is `***`."""
    return {
        name: without_secrets(value)
        if isinstance(value, Mapping)
        else ("***" if value and name in _SECRET_KEYS else value)
        for name, value in values.items()
    }


def _lines(keys: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in keys.items())


def _complaint(error: ErrorDetails) -> str:
    value = error["input"]
    # a stream's address may hold a password
    untold = isinstance(value, Mapping) or "://" in str(value) or not _SECRET_KEYS.isdisjoint(error["loc"])
    given = "" if untold else f" (it is {value!r})"
    return f"{'.'.join(map(str, error['loc']))}: {error['msg'].removeprefix('Value error, ')}{given}"
