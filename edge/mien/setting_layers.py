"""The layers that settings are made of: default.toml, a profile's file, the owner's file, the command line."""

from __future__ import annotations

import copy
import difflib
import functools
import reprlib
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from mien.errors import SettingsError

Profile = Literal["home", "kiosk", "drive"]
PROFILES: tuple[str, ...] = get_args(Profile)
Layer = tuple[str, Mapping[str, Any]]
"""Where values come from, as sentences name it, and the values."""


def default_values() -> dict[str, Any]:
    """Return default.toml: the profile's name, and {section: {key: value}}."""
    return copy.deepcopy(_shipped("default.toml"))


def profile_values(profile: str) -> dict[str, Any]:
    """Return what one of `PROFILES` puts in force, in the form of `default_values`."""
    values = default_values() | {"profile": profile}
    merge(values, copy.deepcopy(_shipped(f"profiles/{profile}.toml")), f"the profile {profile}")
    return values


def read_layer(path: Path) -> dict[str, Any]:
    """Read a settings file.

    Raises:
        SettingsError: it is missing or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, bytes that are not UTF-8, numbers without end
        raise SettingsError(f"The settings file {path} is not TOML: {error}.") from error


def chosen_profile(layers: Sequence[Layer]) -> str:
    """Return the profile that the last layer to name one chooses, or the default.

    Raises:
        SettingsError: a layer names one that there is not.
    """
    chosen: str = _shipped("default.toml")["profile"]
    for origin, layer in layers:
        chosen = layer.get("profile", chosen)
        if chosen not in PROFILES:
            raise SettingsError(f"Unknown profile {reprlib.repr(chosen)} in {origin}: choose {_choice(PROFILES)}.")
    return chosen


def merge(values: dict[str, Any], layer: Mapping[str, Any], origin: str) -> None:
    """Put a layer's values over those that are there.

    Raises:
        SettingsError: there is no such section or key.
    """
    for section, keys in layer.items():
        if section not in values:
            raise SettingsError(f"Unknown section [{section}] in {origin}.{_nearest(section, values)}")
        if not isinstance(values[section], Mapping):
            values[section] = keys
            continue
        if not isinstance(keys, Mapping):
            raise SettingsError(f"{section} in {origin} is a section: write [{section}] and its keys below.")
        for key, value in keys.items():
            if key not in values[section]:
                raise SettingsError(f"Unknown key {section}.{key} in {origin}.{_hint(key, values, section)}")
            values[section][key] = value


@functools.cache  # for reading alone: what is given away is a copy
def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("mien").joinpath(name).read_text(encoding="utf-8"))


def _choice(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _hint(key: str, values: Mapping[str, Any], section: str) -> str:
    if isinstance(values.get(key), str):
        return f" {key} belongs to no section: write it above the first one."
    return _nearest(key, values[section])


def _nearest(word: str, known: Mapping[str, Any]) -> str:
    matches = difflib.get_close_matches(word, known, n=1) or [one for one in known if one.startswith(word[:4])]
    return f" Did you mean '{matches[0]}'?" if matches else f" Known: {', '.join(known)}."
