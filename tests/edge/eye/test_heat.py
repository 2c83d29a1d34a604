from pathlib import Path

import pytest

from mien.eye.heat import HeatWatch, hottest_celsius
from mien.types import Fault


def write(root: Path, *zones: str) -> None:
    for number, text in enumerate(zones):
        zone = root / f"thermal_zone{number}"
        zone.mkdir(exist_ok=True)
        (zone / "temp").write_text(text)


@pytest.mark.parametrize(
    ("zones", "hottest"),
    [
        (("48312\n",), 48.312),
        (("48312\n", "61000\n", "20000\n"), 61.0),
        (("48312\n", "-274000\n", "2147483647\n", "255000\n"), 48.312),
        (("", "none\n", "-5000\n"), -5.0),
        (("255000\n",), None),
        ((), None),
    ],
)
def test_the_hottest_possible_zone_counts(tmp_path: Path, zones: tuple[str, ...], hottest: float | None) -> None:
    write(tmp_path, *zones)
    assert hottest_celsius(tmp_path) == hottest


def test_a_board_without_zones_is_never_hot(tmp_path: Path) -> None:
    assert hottest_celsius(tmp_path / "nowhere") is None
    assert HeatWatch(80, tmp_path / "nowhere").look(None, 0.0) is None


def test_it_is_hot_until_it_is_five_degrees_cooler(tmp_path: Path) -> None:
    watch = HeatWatch(80, tmp_path)
    hot = []
    for turn, celsius in enumerate((79.9, 80.0, 79.0, 75.1, 74.9, 79.9, 80.0)):
        write(tmp_path, f"{celsius * 1000:.0f}\n")
        found = watch.look(None, turn * 10.0)
        hot.append(found is not None)
    assert hot == [False, True, True, True, False, False, True]


def test_the_sentence_does_not_change_with_the_temperature(tmp_path: Path) -> None:
    watch = HeatWatch(80, tmp_path)
    sentences = set()
    for turn, celsius in enumerate((81, 95, 84)):
        write(tmp_path, f"{celsius}000\n")
        found = watch.look(None, turn * 10.0)
        assert found is not None
        assert found.fault is Fault.HOT
        sentences.add(found.message)
    assert len(sentences) == 1


def test_the_zones_are_read_every_ten_seconds_at_most(tmp_path: Path) -> None:
    watch = HeatWatch(80, tmp_path)
    write(tmp_path, "20000\n")
    assert watch.look(None, 100.0) is None
    write(tmp_path, "90000\n")
    assert watch.look(None, 109.9) is None
    assert watch.look(None, 110.0) is not None
