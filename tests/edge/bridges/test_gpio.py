"""Buttons, knob and lamps on gpiozero's mock pins."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from edge.music.waiting import wait_until
from edge.web.fake_control import CHOICES, FakeControl
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from mien.bridges.gpio import GpioBridge
from mien.bridges.gpio_hands import GpioHands
from mien.config import load
from mien.errors import SettingsError
from mien.sections.outside import GpioSettings
from mien.types import Fault, Playback, PlayState, Trouble, Verdict

PINS = {
    "pause_button": 5,
    "skip_button": 6,
    "like_button": 13,
    "camera_button": 19,
    "volume_encoder": [17, 18],
    "status_led": 20,
    "camera_led": 21,
}
HOLD_SECONDS = 0.05


@pytest.fixture
def board() -> Iterator[MockFactory]:
    board = Device.pin_factory = MockFactory()
    yield board
    board.reset()
    Device.pin_factory = None


def settings(**pins: Any) -> GpioSettings:
    return load(None, {"gpio": pins}).gpio


@contextmanager
def bridged(control: FakeControl, folder: Path, **pins: Any) -> Iterator[None]:
    with closing(GpioBridge(settings(**pins), control, folder, HOLD_SECONDS)) as bridge:
        bridge.start()
        yield


def press(board: MockFactory, part: str) -> None:
    pin = board.pin(PINS[part])
    pin.drive_low()
    pin.drive_high()


def turn(board: MockFactory, pins: tuple[int, int]) -> None:
    """Turn the knob by one step: its contacts close one after the other, and open in the same order."""
    first, second = map(board.pin, pins)
    for contact in (first, second):
        contact.drive_low()
    for contact in (first, second):
        contact.drive_high()


def test_each_button_does_what_it_is_for(board: MockFactory, tmp_path: Path) -> None:
    control = FakeControl()
    control.play(CHOICES[0].track.path)
    control.calls = SimpleQueue()
    with bridged(control, tmp_path, **PINS):
        for part, asked in (
            ("pause_button", ("pause", None)),
            ("pause_button", ("resume", None)),
            ("like_button", ("rate", (CHOICES[0].track.path, Verdict.LIKE))),
            ("skip_button", ("skip", None)),
            ("camera_button", ("set_watching", False)),
            ("camera_button", ("set_watching", True)),
        ):
            press(board, part)
            assert control.calls.get(timeout=5) == asked


def test_a_skip_button_that_is_held_bans_the_track_and_skips_once(board: MockFactory, tmp_path: Path) -> None:
    control = FakeControl()
    control.play(CHOICES[0].track.path)
    control.calls = SimpleQueue()
    with bridged(control, tmp_path, **PINS):
        board.pin(PINS["skip_button"]).drive_low()
        assert control.calls.get(timeout=5) == ("rate", (CHOICES[0].track.path, Verdict.BAN))
        board.pin(PINS["skip_button"]).drive_high()
        press(board, "pause_button")
        assert control.calls.get(timeout=5)[0] == "pause"
        press(board, "skip_button")
        assert control.calls.get(timeout=5)[0] == "skip"


def test_the_knob_turns_the_volume_by_steps_up_to_the_cap(board: MockFactory, tmp_path: Path) -> None:
    control = FakeControl()
    with bridged(control, tmp_path, **PINS):
        for expected in (58, 61):
            turn(board, (17, 18))
            assert control.calls.get(timeout=5) == ("set_volume", expected)
        turn(board, (18, 17))
        assert control.calls.get(timeout=5) == ("set_volume", 58)
        for _ in range(12):
            turn(board, (17, 18))
        asked = [control.calls.get(timeout=5)[1] for _ in range(12)]
    assert asked[-4:] == [85, 85, 85, 85]


def test_contacts_that_bounce_are_given_time(board: MockFactory, tmp_path: Path) -> None:
    with bridged(FakeControl(), tmp_path, **PINS):
        assert {board.pin(PINS[part]).bounce for part in PINS if part.endswith("button")} == {0.03}
        assert {board.pin(PINS[part]).pull for part in PINS if part.endswith("button")} == {"up"}


def test_the_lamps_show_what_they_are_for_and_are_dark_at_the_end(board: MockFactory, tmp_path: Path) -> None:
    control = FakeControl()
    with bridged(control, tmp_path, **PINS):
        status, camera = board.pin(PINS["status_led"]), board.pin(PINS["camera_led"])
        wait_until(lambda: bool(camera.state))
        assert not status.state
        control.play(CHOICES[0].track.path)
        wait_until(lambda: bool(status.state))
        control.set_watching(False)
        wait_until(lambda: not camera.state)
        status.clear_states()
        control.show(troubles=(Trouble(Fault.SOUND_BUSY, "The sound card is taken."),))
        wait_until(lambda: len(status.states) >= 3)  # it blinks
        control.show(troubles=(), playback=Playback(PlayState.PAUSED, CHOICES[0].track, 1.0))
        wait_until(lambda: not status.state)
        control.set_watching(True)
        wait_until(lambda: bool(camera.state))
    assert camera.function == status.function == "input"


def test_pins_that_are_not_named_are_left_alone(board: MockFactory, tmp_path: Path) -> None:
    with bridged(FakeControl(), tmp_path, like_button=4):
        assert set(board.pins) == {board.pin(4).info}


def test_a_pin_that_another_part_has_is_named_and_the_others_work(
    board: MockFactory, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from gpiozero import LED

    control = FakeControl()
    with closing(LED(PINS["skip_button"])), bridged(control, tmp_path, **PINS):
        press(board, "pause_button")
        assert control.calls.get(timeout=5)[0] == "resume"
    (said,) = caplog.messages
    assert said.startswith("gpio.skip_button cannot use 6 (")


def test_what_cannot_be_done_is_told_and_the_next_press_counts(
    board: MockFactory, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    control = FakeControl()
    control.may_watch = False
    control.show(watching=False)
    with bridged(control, tmp_path, **PINS):
        press(board, "like_button")  # nothing plays
        press(board, "camera_button")
        press(board, "pause_button")
        assert control.calls.get(timeout=5)[0] == "resume"
    assert [said.split(":")[0] for said in caplog.messages] == ["A button did nothing"]


@pytest.mark.skipif(Path("/proc/device-tree/system/linux,revision").exists(), reason="a Raspberry Pi has pins")
def test_without_a_chip_it_says_so_once_and_the_working_folder_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, control = Path.cwd(), FakeControl()
    monkeypatch.delenv("LG_WD", raising=False)
    with bridged(control, tmp_path / "run", **PINS):
        control.play(CHOICES[0].track.path)
    (said,) = caplog.messages
    assert said.startswith("The pins of [gpio] cannot be used (Falling back from lgpio: ")
    assert Path.cwd() == here


class HangingControl(FakeControl):
    """A player that hangs until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.skipping, self.go_on = threading.Event(), threading.Event()

    def skip(self) -> None:
        self.skipping.set()
        assert self.go_on.wait(10)
        super().skip()


def test_presses_while_the_player_hangs_neither_wait_nor_pile_up() -> None:
    control = HangingControl()
    hands = GpioHands(control)
    hands.start()
    hands.ask(hands.skip)
    assert control.skipping.wait(5)
    for _ in range(1000):
        hands.ask(hands.louder)
    control.go_on.set()
    hands.close()
    asked = [control.calls.get_nowait()[0] for _ in range(control.calls.qsize())]
    assert asked == ["skip"] + ["set_volume"] * 20


@pytest.mark.parametrize(
    ("pins", "sentence"),
    [
        ({"pause_button": 4, "camera_led": 4}, "pin 4 is used twice"),
        ({"pause_button": 4, "volume_encoder": [4, 5]}, "pin 4 is used twice"),
        ({"volume_encoder": [17, -1]}, "volume_encoder is two pins"),
        ({"like_button": 28}, "gpio.like_button: Input should be less than or equal to 27"),
    ],
)
def test_pins_that_cannot_be_are_refused(pins: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        settings(**pins)


def test_mien_asks_for_no_pin_by_itself() -> None:
    assert settings().pins == ()
    assert set(settings(**PINS).pins) == {5, 6, 13, 19, 17, 18, 20, 21}
