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


def recorded(path: Path, parts: Sequence[tuple[float, Emotion]] = EVENING) -> Path:
    tracker = MoodTracker(SETTINGS)
    writer = TraceWriter(path, SETTINGS, 10_000_000)
    for observation in stream(parts, 6):
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
    assert re.search(r"^Recorded \d{4}-\d\d-\d\d \d\d:\d\d by mien \S+: 315 observations in 0:52\.$", shown, re.M)
    assert "mood.dwell_seconds: 1.0 then, 4.0 now\n" in shown
    assert "people.follow: largest then, central now\n" in shown
    for row in ("seen", "then", "now"):
        assert re.search(rf"^{row} +[.SHNFD?]{{80,}}$", shown, re.M)
    assert re.search(r"^ changes of mood +4 +2 *$", shown, re.M)
    assert re.search(r"^ the same mood +\d\d% of the time *$", shown, re.M)
    assert re.search(r"^ 0:1\d\.\d +happy after 1\.\d s +$", shown, re.M)
    assert "decided" not in shown


def test_what_is_set_goes_over_the_traces_settings_and_todays_file_counts_where_it_is_named(
    trace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mien.toml"
    file.write_text("[mood]\nunsure_seconds = 9.0\n")
    monkeypatch.setenv("MIEN_CONFIG", str(file))
    assert " then, " not in said(trace)
    assert not re.search(r"^now ", said(trace), re.M)
    assert differences(said(trace, "--set", "mood.absence_seconds=7")) == ["mood.absence_seconds: 5.0 then, 7.0 now"]
    both = ["mood.dwell_seconds: 1.0 then, 0.6 now", "mood.unsure_seconds: 4.0 then, 9.0 now"]
    assert differences(said(trace, "--config", file)) == both
    assert both[1] in differences(said(trace, "--profile", "drive"))


def differences(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if " then, " in line]


def test_what_decides_nothing_makes_no_side(trace: Path) -> None:
    shown = said(trace, "--set", "mood.keep_baseline=true")
    assert "keep_baseline" not in shown
    assert not re.search(r"^now ", shown, re.M)


def test_json_tells_the_same(trace: Path) -> None:
    lines = [json.loads(line) for line in said(trace, "--set", "mood.dwell_seconds=4", "--json").splitlines()]
    assert moods(lines, "decided") == moods(lines, "then") == ["sad", "happy", "sad", "happy"]
    assert moods(lines, "now") == ["sad", "happy"]
    then, now = (line for line in lines if line["type"] == "replay")
    assert (then["which"], now["which"]) == ("then", "now")
    assert (then["settings"]["mood"]["dwell_seconds"], now["settings"]["mood"]["dwell_seconds"]) == (1.0, 4.0)
    assert (then["changes"], now["changes"], then["changes_an_hour"]) == (4, 2, None)
    assert now["median_delay_seconds"] > then["median_delay_seconds"] + 2.0
    assert sum(now["seconds_in_moods"].values()) == pytest.approx(now["seconds"], abs=0.01)
    assert then["reproduced"]


def test_decisions_of_another_version_are_shown_beside(trace: Path) -> None:
    trace.write_text(trace.read_text().replace('"emotion":"happy"', '"emotion":"fear"'))
    shown = said(trace)
    assert "Its own settings (then) give other moods here" in shown
    assert re.search(r"^decided +[.SF]+$", shown, re.M)


def test_a_trace_torn_before_a_mood_is_of_no_other_version(trace: Path) -> None:
    lines = trace.read_text().splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.startswith('{"type":"mood"'))
    trace.write_text("".join(lines[:last]) + lines[last][:30])
    shown = said(trace)
    assert re.search(r"^ changes of mood +4 *$", shown, re.M)
    assert "decided" not in shown


def test_of_many_changes_the_last_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    path = recorded(tmp_path / "restless.trace", [(5.0, Emotion.SAD), (5.0, Emotion.HAPPY)] * 36)
    shown = said(path)
    assert re.search(r"^ in an hour +720\.\d *$", shown, re.M)
    assert "These are the last 40 of 72 changes: --json prints them all." in shown
    assert len(re.findall(r"^ \d:\d\d\.\d +(?:sad|happy) after", shown, re.M)) == 40
    assert len(moods([json.loads(line) for line in said(path, "--json").splitlines()], "then")) == 72


def test_a_profile_is_tried_as_a_whole(trace: Path) -> None:
    assert "people.follow: largest then, seat now\n" in said(trace, "--profile", "drive")


def test_the_picture_holds_both_bands(trace: Path, tmp_path: Path) -> None:
    said(trace, "--set", "mood.dwell_seconds=4", "--svg", tmp_path / "out.svg")
    drawn = (tmp_path / "out.svg").read_text()
    assert [word for word in ("then", "now", "decided") if f">{word}</text>" in drawn] == ["then", "now"]


@pytest.mark.parametrize(
    ("setting", "kind", "words"),
    [
        ("mood.dwel=3", SettingsError, "Unknown key mood.dwel in the command line. Did you mean 'dwell_seconds'?"),
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
    assert "1 observations in 0:00" in said(trace)


def test_a_picture_that_cannot_be_written_is_named(trace: Path, tmp_path: Path) -> None:
    error = refusal(trace, "--svg", tmp_path / "none/out.svg")
    assert isinstance(error, OutputError)
    assert "out.svg cannot be written: No such file or directory" in str(error)


def test_a_picture_never_takes_the_traces_place(trace: Path, tmp_path: Path) -> None:
    before = trace.read_bytes()
    (tmp_path / "out.svg").symlink_to(trace)
    for name in (trace, tmp_path / "out.svg"):
        error = refusal(trace, "--svg", name)
        assert isinstance(error, OutputError)
        assert "would take the trace's place: give it another name" in str(error)
    assert trace.read_bytes() == before


def test_a_picture_replaces_the_one_before_as_a_whole_and_goes_through_a_pipe(trace: Path, tmp_path: Path) -> None:
    older = tmp_path / "out.svg"
    older.write_text("older")
    with older.open() as still_read:
        said(trace, "--svg", older)
        assert still_read.read() == "older"
    assert older.read_text().startswith("<svg ")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    said(trace, "--svg", pipe)
    assert os.read(reader, 65_536) == older.read_bytes()
    os.close(reader)
    assert pipe.is_fifo()


def test_a_terminal_is_told_how_far_it_is(tmp_path: Path) -> None:
    path = recorded(tmp_path / "long.trace", [(900.0, Emotion.SAD)])
    master, terminal = os.openpty()
    arguments = [sys.executable, "-m", "mien", "replay", str(path)]
    environment = os.environ | {"TERM": "xterm"}
    done = subprocess.run(
        arguments, stdout=subprocess.DEVNULL, stderr=terminal, env=environment, timeout=60, check=True
    )
    os.close(terminal)
    told = os.read(master, 100_000).decode()
    os.close(master)
    assert done.returncode == 0
    assert "Replaying" in told


def test_no_other_command_waits_for_what_a_replay_needs() -> None:
    code = "import sys, mien.cli.main; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    ).stdout.split()
    assert "mien.cli.replay" in loaded
    assert {"rich.console", "mien.cli.replay_text", "mien.replay", "mien.trace", "http.client"}.isdisjoint(loaded)
