"""What Home Assistant is told of a device, so that it shows it by itself: one message for all entities. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from mien import __version__
from mien.bridges.mqtt_commands import OFF
from mien.report import Json
from mien.types import EMOTIONS, POLICY_NAMES, PlayState, Presence

_MOODS = [*(emotion.value for emotion in EMOTIONS), Presence.UNSURE.value, Presence.NOBODY.value]
_PLAYBACKS = [state.value for state in PlayState]
_PLACE = {"state_class": "measurement", "suggested_display_precision": 2}
_TRACK = "{{ [value_json.artist, value_json.track] | select | join(' – ') or None }}"
_OVERRIDE = f"{{{{ value_json.override.emotion if value_json.override else '{OFF}' }}}}"

_CAMERA = "{{ 'ON' if value_json.watching else 'OFF' }}"
_PROBLEM: Json = {
    "value_template": "{{ 'ON' if value_json.trouble else 'OFF' }}",
    "device_class": "problem",
    "entity_category": "diagnostic",
}
_BUTTONS = (
    ("play", "Play", "play"),
    ("pause", "Pause", "pause"),
    ("skip", "Skip", "skip-next"),
    ("like", "Like", "thumb-up"),
    ("wrong_mood", "Wrong mood", "emoticon-confused-outline"),
)


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing that Home Assistant shows: its platform, its name for people, and what else it shall know of it."""

    platform: str
    name: str
    icon: str
    options: Json


def discovery_topic(prefix: str, device: str) -> str:
    """Return where Home Assistant looks for a device with this id."""
    return f"{prefix}/device/{device}/config"


def discovery_json(topic: str, device: str, maximum_volume_percent: int) -> Json:
    """Return the message of that topic.

    Args:
        topic: what the bridge's own topics begin with.
        device: the device's id, letters, digits and underscores; each entity's begins with it.
        maximum_volume_percent: where the volume's slider ends.
    """
    return {
        "device": {"identifiers": [device], "name": "mien", "manufacturer": "mien", "sw_version": __version__},
        "origin": {"name": "mien", "sw_version": __version__},
        "state_topic": f"{topic}/state",
        "availability_topic": f"{topic}/status",
        "components": {
            key: {
                "platform": entity.platform,
                "unique_id": f"{device}_{key}",
                "name": entity.name,
                "icon": f"mdi:{entity.icon}",
                **entity.options,
            }
            for key, entity in _entities(topic, maximum_volume_percent).items()
        },
    }


def _entities(topic: str, maximum_volume_percent: int) -> dict[str, Entity]:
    """Return all entities by their keys, in the order in which they are shown."""
    return {
        **_sensors(),
        **_controls(topic, maximum_volume_percent),
        **{key: Entity("button", name, icon, _commanded(topic, key)) for key, name, icon in _BUTTONS},
        "problem": Entity("binary_sensor", "Problem", "alert-circle-outline", _PROBLEM),
    }


def _sensors() -> dict[str, Entity]:
    return {
        "mood": Entity("sensor", "Mood", "emoticon-outline", _one_of(_MOODS, "mood")),
        "valence": Entity("sensor", "Valence", "emoticon-happy-outline", {**_PLACE, **_value("valence")}),
        "arousal": Entity("sensor", "Arousal", "lightning-bolt-outline", {**_PLACE, **_value("arousal")}),
        "track": Entity("sensor", "Track", "music", {"value_template": _TRACK}),
        "playback": Entity("sensor", "Playback", "play-pause", _one_of(_PLAYBACKS, "playback")),
    }


def _controls(topic: str, maximum_volume_percent: int) -> dict[str, Entity]:
    policies: Json = {"options": list(POLICY_NAMES), **_value("policy")}
    overrides: Json = {"options": [OFF, *(emotion.value for emotion in EMOTIONS)], "value_template": _OVERRIDE}
    volume: Json = {"min": 0, "max": maximum_volume_percent, "unit_of_measurement": "%", **_value("volume")}
    return {
        "policy": Entity("select", "Policy", "compass-outline", {**policies, **_commanded(topic, "policy")}),
        "override": Entity(
            "select", "Play for", "emoticon-cool-outline", {**overrides, **_commanded(topic, "override")}
        ),
        "camera": Entity("switch", "Camera", "camera", {"value_template": _CAMERA, **_commanded(topic, "camera")}),
        "volume": Entity("number", "Volume", "volume-high", {**volume, **_commanded(topic, "volume")}),
    }


def _commanded(topic: str, command: str) -> Json:
    return {"command_topic": f"{topic}/{command}/set"}


def _value(key: str) -> Json:
    return {"value_template": f"{{{{ value_json.{key} }}}}"}


def _one_of(options: list[str], key: str) -> Json:
    return {"device_class": "enum", "options": options, **_value(key)}
