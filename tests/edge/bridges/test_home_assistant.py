"""What Home Assistant is told of the device."""

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from edge.bridges.home_assistant_rules import TOPIC, faults
from edge.web.fake_control import CHOICES, HAPPY, FakeControl
from hypothesis import given
from hypothesis import strategies as st

from mien.bridges.home_assistant import discovery_json, discovery_topic
from mien.bridges.mqtt_commands import CommandError, Commands
from mien.bridges.mqtt_state import state_json
from mien.types import Emotion, Fault, Override, Playback, PlayState, Trouble

MESSAGE: dict[str, Any] = discovery_json("mien", "mien_0123456789abcdef", 85)
COMPONENTS: dict[str, dict[str, Any]] = MESSAGE["components"]


def test_home_assistant_finds_nothing_to_refuse() -> None:
    assert faults(MESSAGE) == []
    assert re.match(TOPIC, discovery_topic("homeassistant", "mien_0123456789abcdef"))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda message: message.pop("origin"), "no origin"),
        (lambda message: message["device"].pop("identifiers"), "a device without an identifier"),
        (lambda message: message.pop("state_topic"), "mood: no state_topic"),
        (lambda message: message["components"]["mood"].pop("unique_id"), "mood: no unique_id"),
        (lambda message: message["components"]["mood"].update(stat_cls="x"), "mood: unknown stat_cls"),
        (lambda message: message["components"]["skip"].pop("command_topic"), "skip: no command_topic"),
        (lambda message: message["components"]["camera"].update(platform="camera"), "camera: unknown platform"),
        (lambda message: message["components"]["volume"].update(max=0), "volume: min is not below max"),
        (lambda message: message["components"]["skip"].update(unique_id="mien_0123456789abcdef_like"),
         "an unique_id that is not"),
    ],
)  # fmt: skip
def test_the_rules_see_a_mistake(spoil: Callable[[dict[str, Any]], object], fault: str) -> None:
    message = copy.deepcopy(MESSAGE)
    spoil(message)
    assert fault in faults(message)


def test_it_shows_the_mood_and_the_music_and_what_can_be_steered() -> None:
    platforms: dict[str, set[str]] = {}
    for name, component in COMPONENTS.items():
        platforms.setdefault(component["platform"], set()).add(name)
    assert platforms == {
        "sensor": {"mood", "valence", "arousal", "track", "playback"},
        "select": {"policy", "override"},
        "switch": {"camera"},
        "number": {"volume"},
        "button": {"play", "pause", "skip", "like", "wrong_mood"},
        "binary_sensor": {"problem"},
    }
    assert COMPONENTS["volume"]["max"] == 85


def test_every_entity_s_number_begins_with_the_device_s() -> None:
    assert all(each["unique_id"].startswith("mien_0123456789abcdef_") for each in COMPONENTS.values())


def words_of(component: dict[str, Any]) -> list[str]:
    """Return what Home Assistant can say to a component."""
    said: dict[str, list[str]] = {"button": ["PRESS"], "switch": ["ON", "OFF"], "number": ["0", "40", "85"]}
    return said.get(component["platform"]) or component["options"]


@pytest.mark.parametrize("name", [name for name, each in COMPONENTS.items() if "command_topic" in each])
def test_all_that_home_assistant_can_say_is_a_command(name: str) -> None:
    control = FakeControl()
    control.play(CHOICES[0].track.path)
    prefix, command, ending = COMPONENTS[name]["command_topic"].split("/")
    assert (prefix, ending) == ("mien", "set")
    for words in words_of(COMPONENTS[name]):
        Commands(control).do(command, words.encode())
        if name == "wrong_mood":
            return
    assert control.calls.qsize() == 1 + len(words_of(COMPONENTS[name]))


def test_every_value_is_in_the_state() -> None:
    state = state_json(FakeControl().snapshot())
    templates = " ".join(each.get("value_template", "") for each in COMPONENTS.values())
    named = set(re.findall(r"value_json\.(\w+)", templates))
    assert named <= set(state)
    assert named >= {"mood", "valence", "arousal", "track", "policy", "override", "watching", "volume", "trouble"}


def test_the_state_tells_words_and_numbers_and_neither_paths_nor_probabilities() -> None:
    track = replace(CHOICES[1].track, title="caf\udce9 " + "x" * 300, artist="The Bright Ones")
    snapshot = FakeControl().show(
        mood=HAPPY,
        playback=Playback(PlayState.PLAYING, track, 12.0),
        override=Override(Emotion.SAD, 1_700_000_000.4),
        troubles=(Trouble(Fault.LIBRARY_MISSING, "The music folder /home/ann/Music went away."),),
    )
    assert state_json(snapshot) == {
        "mood": "happy",
        "confidence": 0.82,
        "valence": 0.8,
        "arousal": 0.5,
        "track": "caf? " + "x" * 95,
        "artist": "The Bright Ones",
        "playback": "playing",
        "volume": 55,
        "watching": True,
        "policy": "lift",
        "override": {"emotion": "sad", "ends_at": 1_700_000_000},
        "trouble": ["library_missing"],
    }


@pytest.mark.parametrize(
    ("name", "words", "call"),
    [
        ("play", b"", ("resume", None)),
        ("pause", b"PRESS", ("pause", None)),
        ("skip", b"PRESS\n", ("skip", None)),
        ("volume", b"100", ("set_volume", 100)),
        ("policy", b"calm", ("set_policy", "calm")),
        ("camera", b"OFF", ("set_watching", False)),
        ("override", b"sad", ("override", (Emotion.SAD, 60.0))),
        ("override", b'{"emotion": "happy", "minutes": 2.5}', ("override", (Emotion.HAPPY, 2.5))),
        ("override", b"off", ("end_override", None)),
    ],
)
def test_a_command_is_done(name: str, words: bytes, call: tuple[str, object]) -> None:
    control = FakeControl()
    Commands(control).do(name, words)
    assert control.calls.get_nowait() == call


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sing", b""),
        ("skip", b"please"),
        ("skip", b"\xff"),
        ("like", b"PRESS"),  # while nothing plays
        ("volume", b""),
        ("volume", b"-1"),
        ("volume", b"101"),
        ("volume", b"4e1"),
        ("volume", "٤٠".encode()),
        ("volume", b"9" * 5000),
        ("policy", b"party"),
        ("camera", b"on"),
        ("override", b"neutral gear"),
        ("override", b'{"emotion": "happy", "minutes": 0}'),
        ("override", b'{"emotion": "happy", "minutes": -3}'),
        ("override", b'{"emotion": "happy", "minutes": 1e308}'),
        ("override", b'{"emotion": "happy", "minutes": 1441}'),
        ("override", b'{"emotion": "happy", "minutes": 1e-300}'),
        ("override", b'{"emotion": "happy", "minutes": 0.9}'),
        ("override", b'{"emotion": "happy", "minutes": NaN}'),
        ("override", b'{"emotion": "happy", "minutes": Infinity}'),
        ("override", b'{"emotion": "happy", "minutes": true}'),
        ("override", b'{"emotion": ["happy"]}'),
        ("override", b"{" * 200),
        ("override", b'{"minutes": 3}'),
    ],
)
def test_nonsense_is_no_command(name: str, words: bytes) -> None:
    control = FakeControl()
    with pytest.raises(CommandError):
        Commands(control).do(name, words)
    assert control.calls.empty()


def test_a_camera_that_may_not_be_opened_stays_closed_with_the_reason() -> None:
    control = FakeControl()
    control.may_watch = False
    with pytest.raises(CommandError, match=r"eye\.enabled"):
        Commands(control).do("camera", b"ON")


@given(
    st.sampled_from(["play", "like", "volume", "override", "policy", "camera"]) | st.text(max_size=5),
    st.binary(max_size=40) | st.text(max_size=20).map(str.encode) | st.from_regex(rb'\{"emotion": *.*\}'),
)
def test_whatever_comes_is_done_or_refused(name: str, words: bytes) -> None:
    try:
        Commands(FakeControl()).do(name, words)
    except CommandError as error:
        assert str(error)  # noqa: PT017
