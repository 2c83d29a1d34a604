"""Home Assistant's rules for the discovery message of a device, as its MQTT integration checks them (2025.4).

Its schemas leave out a key that they do not know without a word. Here such a key is a fault: it would be a mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_ID = r"[a-zA-Z0-9_-]+"
TOPIC = rf"^[^+#]+/device/{_ID}/config$"
_COMMON = {"platform", "unique_id", "name", "icon", "entity_category", "enabled_by_default"}
_SHARED = {"state_topic", "availability_topic"}
_CATEGORIES = {"diagnostic", "config"}


@dataclass(frozen=True)
class Rules:
    required: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    categories: frozenset[str] = frozenset(_CATEGORIES)
    classes: frozenset[str] = frozenset()


PLATFORMS = {
    "sensor": Rules(
        {"state_topic"},
        {
            "value_template",
            "device_class",
            "options",
            "state_class",
            "suggested_display_precision",
            "unit_of_measurement",
        },
        frozenset({"diagnostic"}),
        frozenset({"enum"}),
    ),
    "binary_sensor": Rules(
        {"state_topic"},
        {"value_template", "device_class", "payload_on", "payload_off"},
        frozenset({"diagnostic"}),
        frozenset({"problem"}),
    ),
    "select": Rules({"command_topic", "options"}, {"state_topic", "value_template", "command_template"}),
    "switch": Rules({"command_topic"}, {"state_topic", "value_template", "payload_on", "payload_off"}),
    "number": Rules(
        {"command_topic"},
        {"state_topic", "value_template", "min", "max", "step", "mode", "unit_of_measurement"},
    ),
    "button": Rules({"command_topic"}, {"payload_press"}, frozenset({"config", "diagnostic"})),
}


def faults(message: Mapping[str, Any]) -> list[str]:
    """Return what Home Assistant would refuse in a message, or leave out."""
    found = [f"no {key}" for key in ("device", "origin", "components") if key not in message]
    found += [f"unknown {key}" for key in set(message) - {"device", "origin", "components"} - _SHARED]
    device, origin = message.get("device", {}), message.get("origin", {})
    found += [] if device.get("identifiers") else ["a device without an identifier"]
    found += [f"unknown device {key}" for key in set(device) - {"identifiers", "name", "manufacturer", "sw_version"}]
    found += [f"unknown origin {key}" for key in set(origin) - {"name", "sw_version"}]
    found += [] if isinstance(origin.get("name"), str) else ["an origin without a name"]
    components: Mapping[str, Mapping[str, Any]] = message.get("components", {})
    shared = {key: message[key] for key in _SHARED if key in message}
    for name, component in components.items():
        found += [f"{name}: {fault}" for fault in _component_faults(component, shared)]
    ids = [component.get("unique_id") for component in components.values()]
    found += [] if len(set(ids)) == len(ids) else ["an unique_id that is not"]
    return found


def _component_faults(component: Mapping[str, Any], shared: Mapping[str, Any]) -> list[str]:
    rules = PLATFORMS.get(component.get("platform", ""))
    if rules is None:
        return ["unknown platform"]
    known = _COMMON | rules.required | rules.optional
    found = [f"no {key}" for key in (rules.required | {"unique_id"}) if key not in {**shared, **component}]
    found += [f"unknown {key}" for key in set(component) - known]
    if component.get("entity_category", "diagnostic") not in rules.categories:
        found.append("a category that it cannot have")
    if not str(component.get("icon", "mdi:x")).startswith("mdi:"):
        found.append("an icon without its set")
    if (kind := component.get("device_class")) is not None and kind not in rules.classes:
        found.append("an unknown device_class")
    if component.get("min", 1) >= component.get("max", 100):
        found.append("min is not below max")
    if kind == "enum" and (not component.get("options") or {"state_class", "unit_of_measurement"} & set(component)):
        found.append("an enum has options, and neither a state_class nor a unit")
    if component.get("platform") == "sensor" and "options" in component and kind != "enum":
        found.append("only an enum sensor has options")
    topics = [value for key, value in component.items() if key.endswith("_topic")]
    found += [f"a wildcard in {topic}" for topic in topics if not topic or "+" in topic or "#" in topic]
    return found
