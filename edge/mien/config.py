"""Strict TOML to frozen settings: an unknown key, a wrong type or an impossible value is named, with the nearest key.

`default.toml` beside this file is the manual of the settings and their only defaults. A profile, a file in `profiles/`,
changes some of them for a place; the owner's file changes both, and the command line all three.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mien.errors import SettingsError
from mien.sections.outside import GpioSettings, HookSettings, MetricsSettings, MprisSettings, MqttSettings, WebSettings
from mien.sections.paths import PathSettings, user_folder
from mien.sections.playing import AudioSettings, MusicSettings, PolicySettings
from mien.sections.seeing import CameraSettings, EyeSettings, MoodSettings, PeopleSettings
from mien.sections.values import Section
from mien.setting_layers import Layer, Profile, chosen_profile, default_values, merge, profile_values, read_layer

COMMAND_LINE = "the command line"
"""As sentences name this origin of settings."""
_SECRET_KEYS = frozenset({"token", "password"})


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
