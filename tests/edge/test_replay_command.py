"""`mien replay` as a person sees it: what other settings change, and one sentence for what cannot be."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from edge.mood.streams import stream
from typer.testing import CliRunner, Result

from mien.cli.main import app
from mien.config import load
from mien.errors import MienError, OutputError, SettingsError, TraceError
from mien.mood.tracker import MoodTracker
from mien.trace import TraceWriter
from mien.types import Emotion

SETTINGS = load(Path(os.devnull), {"mood": {"dwell_seconds": 1.0}})
EVENING = [(10.0, Emotion.SAD), (3.5, Emotion.HAPPY), (19.0, Emotion.SAD), (20.0, Emotion.HAPPY)]


@pytest.fixture(autouse=True)
def no_settings_of_the_tester(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_CONFIG", os.devnull)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return recorded(tmp_path / "evening.trace")


def recorded(path: Path) -> Path:
    tracker = MoodTracker(SETTINGS)
    writer = TraceWriter(path, SETTINGS, 10_000_000)
    for observation in stream(EVENING, 6):
        writer.record(observation, tracker.update(observation))
    writer.close()
    return path


def replayed(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, arguments)])


def said(*arguments: str | Path) -> str:
    result = replayed(*arguments)
    assert result.exit_code == 0, result.exception
    return result.stdout


def refusal(*arguments: str | Path) -> MienError:
    error = replayed(*arguments).exception
    assert isinstance(error, MienError)
    assert re.fullmatch(r".*[.?]", str(error))
    return error


def moods(lines: Sequence[dict[str, object]], which: str) -> list[object]:
    return [line["emotion"] for line in lines if line["type"] == "mood" and line["which"] == which]


def test_it_shows_what_changed_and_both_timelines(trace: Path) -> None:
    shown = said(trace, "--set", "mood.dwell_seconds=4", "--set", "people.follow=central")
    assert re.search(r"^Recorded \d{4}-\d\d-\d\d \d\d:\d\d by mien \S+: 0:52 minutes, 315 observations\.$", shown, re.M)
    assert "mood.dwell_seconds: 1.0 then, 4.0 now\n" in shown
    assert "people.follow: largest then, central now\n" in shown
    for row in ("seen", "then", "now"):
        assert re.search(rf"^{row} +[.SHNFD?]{{80,}}$", shown, re.M)
    assert re.search(r"^ changes of mood +4 +2 *$", shown, re.M)
    assert re.search(r"^ the same mood +\d\d% of the time *$", shown, re.M)
    assert re.search(r"^ 0:1\d\.\d +happy after 2\.\d s +$", shown, re.M)
    assert "decided" not in shown


def test_the_settings_in_force_are_the_other_side(trace: Path, tmp_path: Path) -> None:
    assert "mood.dwell_seconds: 1.0 then, 0.0 now" in said(trace)
    file = tmp_path / "mien.toml"
    file.write_text("[mood]\ndwell_seconds = 1.0\n")
    alike = said(trace, "--config", file)
    assert " then, " not in alike
    assert not re.search(r"^now ", alike, re.M)


def test_json_tells_the_same(trace: Path) -> None:
    lines = [json.loads(line) for line in said(trace, "--set", "mood.dwell_seconds=4", "--json").splitlines()]
    assert moods(lines, "decided") == moods(lines, "then") == ["sad", "happy", "sad", "happy"]
    assert moods(lines, "now") == ["sad", "happy"]
    then, now = (line for line in lines if line["type"] == "replay")
    assert (then["which"], now["which"]) == ("then", "now")
    assert (then["settings"]["mood"]["dwell_seconds"], now["settings"]["mood"]["dwell_seconds"]) == (1.0, 4.0)
    assert then["changes_an_hour"] == pytest.approx(2 * now["changes_an_hour"], abs=0.01)
    assert now["median_delay_seconds"] > then["median_delay_seconds"] + 2.0
    assert sum(now["seconds_in_moods"].values()) == pytest.approx(now["seconds"], abs=0.01)
    assert then["reproduced"]


def test_decisions_of_another_version_are_shown_beside(trace: Path) -> None:
    trace.write_text(trace.read_text().replace('"emotion":"happy"', '"emotion":"fear"'))
    shown = said(trace)
    assert "Its own settings (then) give other moods here" in shown
    assert re.search(r"^decided +[.SF]+$", shown, re.M)


def test_a_profile_is_tried_as_a_whole(trace: Path) -> None:
    assert "people.follow: largest then, seat now\n" in said(trace, "--profile", "drive")


def test_the_picture_holds_both_bands(trace: Path, tmp_path: Path) -> None:
    said(trace, "--set", "mood.dwell_seconds=4", "--svg", tmp_path / "out.svg")
    drawn = (tmp_path / "out.svg").read_text()
    assert [word for word in ("then", "now", "decided") if f">{word}</text>" in drawn] == ["then", "now"]


@pytest.mark.parametrize(
    ("setting", "kind", "words"),
    [
        ("mood.dwel_seconds=3", SettingsError, "Unknown key mood.dwel_seconds in the command line. Did you mean"),
        ("mood.dwell_seconds=long", SettingsError, "mood.dwell_seconds: Input should be a valid number"),
        ("mood.dwell_seconds=4\nunsure_seconds=9", SettingsError, "mood.dwell_seconds: Input should be a valid number"),
        ("mood.dwell_seconds=-1", SettingsError, "mood.dwell_seconds: Input should be greater than or equal to 0"),
        ("camera.width=320", SettingsError, "camera.width cannot be tried on a trace: only what stands in [people]"),
    ],
)
def test_a_setting_that_cannot_be_tried_is_named(trace: Path, setting: str, kind: type[MienError], words: str) -> None:
    error = refusal(trace, "--set", setting)
    assert isinstance(error, kind)
    assert words in str(error)


@pytest.mark.parametrize("setting", ["mood.dwell_seconds", "dwell_seconds=4", "=4"])
def test_what_is_no_setting_is_wrong_usage(trace: Path, setting: str) -> None:
    assert replayed(trace, "--set", setting).exit_code == 2


def test_a_trace_without_an_observation_is_named(trace: Path) -> None:
    header, _ = trace.read_text().split("\n", 1)
    trace.write_text(f"{header}\n")
    error = refusal(trace)
    assert isinstance(error, TraceError)
    assert "holds no observation: record a longer one" in str(error)


def test_one_observation_is_no_time_but_no_error(trace: Path) -> None:
    trace.write_text("\n".join([*trace.read_text().splitlines()[:2], ""]))
    assert "0:00 minutes, 1 observations" in said(trace)


def test_a_picture_that_cannot_be_written_is_named(trace: Path, tmp_path: Path) -> None:
    error = refusal(trace, "--svg", tmp_path / "none/out.svg")
    assert isinstance(error, OutputError)
    assert "out.svg cannot be written: No such file or directory" in str(error)


def test_no_other_command_waits_for_what_a_replay_needs() -> None:
    code = "import sys, mien.cli.main; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    ).stdout.split()
    assert "mien.cli.replay" in loaded
    assert {"rich.console", "mien.cli.replay_text", "mien.replay", "mien.trace", "http.client"}.isdisjoint(loaded)
