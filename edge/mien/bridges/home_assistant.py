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
    def commanded_by(command: str) -> Json:
        return {"command_topic": f"{topic}/{command}/set"}

    camera: Json = {"value_template": "{{ 'ON' if value_json.watching else 'OFF' }}", **commanded_by("camera")}
    policies: Json = {"options": list(POLICY_NAMES), **_value("policy"), **commanded_by("policy")}
    overrides: Json = {
        "options": [OFF, *(emotion.value for emotion in EMOTIONS)],
        "value_template": _OVERRIDE,
        **commanded_by("override"),
    }
    volume: Json = {"min": 0, "max": maximum_volume_percent, "unit_of_measurement": "%", **_value("volume")}
    problem: Json = {
        "value_template": "{{ 'ON' if value_json.trouble else 'OFF' }}",
        "device_class": "problem",
        "entity_category": "diagnostic",
    }
    return {
        "mood": Entity("sensor", "Mood", "emoticon-outline", _one_of(_MOODS, "mood")),
        "valence": Entity("sensor", "Valence", "emoticon-happy-outline", {**_PLACE, **_value("valence")}),
        "arousal": Entity("sensor", "Arousal", "lightning-bolt-outline", {**_PLACE, **_value("arousal")}),
        "track": Entity("sensor", "Track", "music", {"value_template": _TRACK}),
        "playback": Entity("sensor", "Playback", "play-pause", _one_of(_PLAYBACKS, "playback")),
        "policy": Entity("select", "Policy", "compass-outline", policies),
        "override": Entity("select", "Play for", "emoticon-cool-outline", overrides),
        "camera": Entity("switch", "Camera", "camera", camera),
        "volume": Entity("number", "Volume", "volume-high", {**volume, **commanded_by("volume")}),
        "play": Entity("button", "Play", "play", commanded_by("play")),
        "pause": Entity("button", "Pause", "pause", commanded_by("pause")),
        "skip": Entity("button", "Skip", "skip-next", commanded_by("skip")),
        "like": Entity("button", "Like", "thumb-up", commanded_by("like")),
        "wrong_mood": Entity("button", "Wrong mood", "emoticon-confused-outline", commanded_by("wrong_mood")),
        "problem": Entity("binary_sensor", "Problem", "alert-circle-outline", problem),
    }


def _value(key: str) -> Json:
    return {"value_template": f"{{{{ value_json.{key} }}}}"}


def _one_of(options: list[str], key: str) -> Json:
    return {"device_class": "enum", "options": options, **_value(key)}
