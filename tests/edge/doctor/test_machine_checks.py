"""What is read of the machine: from its own files here, and from made-up ones."""

import datetime
import os
import socket
from pathlib import Path

import pytest

from mien.config import Settings, load
from mien.doctor import clock, heat, machine, page, player, space
from mien.doctor.finding import State
from mien.doctor.model import shipped_models
from mien.doctor.player import Running, running_player
from mien.eye.classifier import OnnxClassifier, shipped_model
from mien.status import LastingTrouble, StatusFile
from mien.types import Fault, Trouble


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


MEMORY = "MemTotal:        3884000 kB\nMemFree:   1 kB\nMemAvailable:    {free} kB\n"


def test_this_machine_is_one_that_mien_is_made_for() -> None:
    finding = machine.check(load())
    assert finding.state is not State.BAD
    assert f"{machine.memory_megabytes()[1]} MB of memory" in finding.message


def test_a_raspberry_pi_4_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    put(tmp_path, "proc/meminfo", MEMORY.format(free=2_000_000))
    put(tmp_path, "proc/cpuinfo", "processor : 0\nFeatures\t: fp asimd evtstrm crc32 cpuid\n")
    put(tmp_path, "proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.5\0")
    finding = machine.check(load(), tmp_path, "aarch64")
    assert finding.state is State.GOOD
    assert "aarch64 without LSE, Raspberry Pi 4 Model B Rev 1.5, 3884 MB of memory, 2000 of them" in finding.message


def test_little_memory_is_worth_a_note(tmp_path: Path) -> None:
    put(tmp_path, "proc/meminfo", MEMORY.format(free=300_000))
    put(tmp_path, "proc/cpuinfo", "Features : atomics")
    finding = machine.check(load(), tmp_path, "aarch64")
    assert (finding.state, "LSE" in finding.message) == (State.NOTE, False)


def test_a_32_bit_system_is_bad(tmp_path: Path) -> None:
    finding = machine.check(load(), tmp_path, "armv7l")
    assert finding.state is State.BAD
    assert "install a 64-bit operating system" in finding.message


def test_a_disk_with_room_is_good_also_before_its_folder_is_made(tmp_path: Path) -> None:
    (finding,) = space.check(load(None, {"paths": {"state": str(tmp_path / "to/be/made")}}))
    assert finding.state is State.GOOD


def test_little_room_is_bad(tmp_path: Path) -> None:
    assert space.judge(tmp_path, 100).state is State.GOOD
    finding = space.judge(tmp_path, 99)
    assert finding.state is State.BAD
    assert "only 99 MB free: make room" in finding.message


def test_a_disk_that_cannot_be_written_is_bad() -> None:
    (finding,) = space.check(load(None, {"paths": {"state": "/proc/self"}}))
    assert finding.state is State.BAD  # /proc takes no folder, whoever asks
    assert "paths.state" in finding.message


@pytest.mark.parametrize(
    ("kept_right", "state", "words"),
    [(True, State.GOOD, "is kept right"), (None, State.GOOD, "2027"), (False, State.NOTE, "set-ntp true")],
)
def test_a_clock_that_may_be_right(kept_right: bool | None, state: State, words: str) -> None:
    finding = clock.judge(datetime.datetime(2027, 5, 1, 12, tzinfo=datetime.UTC), kept_right=kept_right)
    assert finding.state is state
    assert words in finding.message


def test_a_clock_before_this_version_was_made_is_bad() -> None:
    finding = clock.judge(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), kept_right=True)
    assert finding.state is State.BAD
    assert "2020-01-01 00:00 UTC" in finding.message


def test_the_kernel_is_asked_about_the_clock() -> None:
    assert clock.check(load()).message.startswith("The clock says 20")


def test_no_model_is_newer_than_the_version_that_ships_it() -> None:
    assert OnnxClassifier(shipped_model(), 1).card.date <= clock.RELEASED
    assert shipped_models() == shipped_model().parent


def heat_of(root: Path, hot_celsius: float = 80.0) -> list[tuple[str, State, str]]:
    settings = load(None, {"eye": {"hot_celsius": hot_celsius}})
    return [(one.name, one.state, one.message) for one in heat.check(settings, root)]


def test_a_machine_that_tells_nothing_of_its_heat(tmp_path: Path) -> None:
    assert [(name, state) for name, state, _ in heat_of(tmp_path)] == [("heat", State.NOTE), ("speed", State.NOTE)]


def test_the_hottest_zone_counts(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/thermal/thermal_zone0/temp", "41000\n")
    put(tmp_path, "sys/class/thermal/thermal_zone1/temp", "62500\n")
    assert heat_of(tmp_path)[0][1:] == (
        State.GOOD,
        "The board has 62 °C; from 80 on, half as many pictures are judged.",
    )
    name, state, message = heat_of(tmp_path, 60.0)[0]
    assert (name, state) == ("heat", State.BAD)
    assert "eye.hot_celsius is 60" in message


@pytest.mark.parametrize(
    ("bits", "state", "words"),
    [
        ("0", State.GOOD, "was not held back"),
        ("50005", State.BAD, "its voltage is too low, it is throttled: use the power supply"),
        ("80000", State.NOTE, "since its start it was too hot"),
    ],
)
def test_the_firmware_of_a_raspberry_pi_is_believed(tmp_path: Path, bits: str, state: State, words: str) -> None:
    put(tmp_path, "sys/devices/platform/soc/soc:firmware/get_throttled", f"{bits}\n")
    name, found, message = heat_of(tmp_path)[1]
    assert (name, found) == ("speed", state)
    assert words in message


@pytest.mark.parametrize(("allowed", "state"), [(2400000, State.GOOD), (1500000, State.NOTE)])
def test_elsewhere_the_kernel_s_limits_are(tmp_path: Path, allowed: int, state: State) -> None:
    policy = "sys/devices/system/cpu/cpufreq/policy0"
    put(tmp_path, f"{policy}/scaling_max_freq", f"{allowed}\n")
    put(tmp_path, f"{policy}/cpuinfo_max_freq", "2400000\n")
    _, found, message = heat_of(tmp_path)[1]
    assert found is state
    assert (state is State.GOOD) or "1500 of its 2400 MHz" in message


def page_settings(port: int) -> Settings:
    return load(None, {"web": {"port": port}})


@pytest.mark.parametrize(
    ("family", "host", "state"),
    [
        (socket.AF_INET, "127.0.0.1", State.GOOD),
        (socket.AF_INET6, "::1", State.GOOD),
        (socket.AF_INET, "0.0.0.0", State.BAD),
    ],
)
def test_a_page_for_the_whole_network_is_bad(family: int, host: str, state: State) -> None:
    with socket.socket(family) as listener:
        try:
            listener.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        listener.listen()
        port = listener.getsockname()[1]
        assert page.check(page_settings(port)).state is state
    assert "will be served on this machine alone" in page.check(page_settings(port)).message


def test_a_page_that_is_opened_to_the_network_is_told_of() -> None:
    token = "a-token-of-the-owner"
    found = page.check(load(None, {"web": {"listen": "0.0.0.0", "token": token}}))
    assert found.state is State.NOTE
    assert "to the network on 0.0.0.0" in found.message
    assert token not in found.message


def test_no_page_is_worth_a_note() -> None:
    assert page.check(load(None, {"web": {"enabled": False}})).state is State.NOTE


def test_the_player_s_own_troubles_are_shown(tmp_path: Path) -> None:
    settings = load(None, {"paths": {"run": str(tmp_path)}})
    (finding,) = player.check(settings)
    assert finding.state is State.NOTE
    assert running_player(settings) is None
    status = StatusFile(tmp_path)
    status.write([])
    (finding,) = player.check(settings)
    assert (finding.state, f"process {os.getpid()}" in finding.message) == (State.GOOD, True)
    status.write([LastingTrouble(Trouble(Fault.HOT, "It is hot."), 0.0)])
    (finding,) = player.check(settings)
    assert (finding.state, finding.message[:15]) == (State.BAD, "It is hot. (hot")
    assert running_player(settings) == Running(os.getpid(), ("hot",))


@pytest.mark.parametrize(
    ("seconds", "words"), [(5.0, "for 5 s"), (119.0, "for 119 s"), (600.0, "for 10 min"), (9e4, "for 25 h")]
)
def test_how_long_something_lasts_is_told_in_the_unit_that_fits(seconds: float, words: str) -> None:
    assert player.since(seconds) == words
