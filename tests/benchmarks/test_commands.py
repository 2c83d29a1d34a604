import importlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from development_data import development_data
from typer.testing import CliRunner

from mien_benchmarks.__main__ import PARTS, app
from mien_benchmarks.bench import Bench, BenchmarkError, check_checkout, clean_environment, output_of
from mien_benchmarks.check import RATIOS
from mien_benchmarks.cpu import machine
from mien_benchmarks.measurement import read, write

RUNNER = CliRunner()
PAGE = Path(__file__).parents[2] / "docs/performance.md"


def refusal(*words: object) -> str:
    result = RUNNER.invoke(app, [str(word) for word in words])
    assert isinstance(result.exception, BenchmarkError), result.output
    return str(result.exception)


def test_a_part_that_does_not_exist_is_told_of_before_anything_is_measured(tmp_path: Path) -> None:
    said = refusal("measure", tmp_path / "work", "--data", tmp_path, "--only", "eyes", "--only", "frame")
    assert said == f"There is no part 'eyes'; the parts are {', '.join(PARTS)}."
    assert not (tmp_path / "work").exists()


def test_a_folder_without_the_page_is_told_of_before_anything_is_measured(tmp_path: Path) -> None:
    said = refusal("measure", tmp_path / "work", "--data", tmp_path, "--only", "frame", "--out", tmp_path)
    assert said == f"{tmp_path}/performance.md cannot be read (No such file or directory); give the folder it is in."
    assert not (tmp_path / "work").exists()


def test_a_part_without_its_place_is_told_of_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("<!-- measured: frame -->\n<!-- end -->\n")
    words = ["--data", tmp_path, "--only", "frame", "--only", "player", "--out", tmp_path]
    assert "has no place for 'player'" in refusal("measure", tmp_path / "work", *words)
    assert not (tmp_path / "work").exists()


def test_peers_that_are_missing_are_told_of_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("<!-- measured: frame -->\n<!-- end -->\n")
    words = ["--data", tmp_path, "--only", "frame", "--peers", tmp_path, "--out", tmp_path]
    assert "run `python -m mien_benchmarks peers" in refusal("measure", tmp_path / "work", *words)
    assert not (tmp_path / "work").exists()


def test_a_program_that_is_missing_is_told_of_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "performance.md").write_text("<!-- measured: instructions -->\n<!-- end -->\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    words = ["--data", tmp_path, "--only", "instructions", "--out", tmp_path]
    assert refusal("measure", tmp_path / "work", *words).startswith("'instructions' needs valgrind, which is not there")
    assert not (tmp_path / "work").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may make a new Debian")
def test_only_root_measures_an_installation(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("<!-- measured: install -->\n<!-- end -->\n")
    words = ["--data", tmp_path, "--only", "install", "--out", tmp_path]
    assert "which root alone may: run this as root" in refusal("measure", tmp_path / "work", *words)


def test_a_wrong_data_folder_ends_the_measuring(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("<!-- measured: frame -->\n<!-- end -->\n")
    said = refusal("measure", tmp_path / "work", "--data", tmp_path, "--only", "frame", "--out", tmp_path)
    assert said.endswith("skimage_astronaut.png is no picture that can be read; give the development data folder.")
    assert not (tmp_path / "performance.json").exists()


def test_there_is_nothing_to_check_against_where_no_frame_is_recorded(tmp_path: Path) -> None:
    recorded = tmp_path / "performance.json"
    recorded.write_text(json.dumps([]))
    said = refusal("check", tmp_path, "--data", tmp_path, "--recorded", recorded)
    assert said.startswith("There is no figure of 'a frame, all of it looked at'; run `python -m mien_benchmarks meas")


def test_a_missing_record_is_told_of(tmp_path: Path) -> None:
    said = refusal("check", tmp_path, "--data", tmp_path, "--recorded", tmp_path / "none.json")
    assert said == f"{tmp_path}/none.json is not there; run `python -m mien_benchmarks measure` first."


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["/nowhere/python"], "could not be run"),
        (["sh", "-c", "echo loud; echo why >&2; exit 4"], "ended with status 4: why"),
        (["sleep", "60"], "timed out"),
    ],
)
def test_a_program_that_fails_is_told_of(command: list[str], message: str) -> None:
    with pytest.raises(BenchmarkError, match=message):
        output_of(command, seconds=0.2 if command[0] == "sleep" else 60)


def test_a_program_sees_nothing_of_the_settings_that_the_benchmarks_run_with(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "MIEN_DEV_DATA", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "/elsewhere")
    assert "/elsewhere" not in output_of(["env"])
    assert clean_environment()["PATH"] == os.environ["PATH"]


def test_a_python_that_runs_the_mien_of_another_checkout_is_refused(tmp_path: Path) -> None:
    python = tmp_path / "checkout/.venv/bin/python"
    check_checkout(python, str(tmp_path / "checkout/edge/mien/__init__.py"))
    with pytest.raises(BenchmarkError, match=r"not the mien of .*/checkout: run"):
        check_checkout(python, str(tmp_path / "other/edge/mien/__init__.py"))


def test_another_version_is_measured_first() -> None:
    bench = Bench(Path("work"), Path("data"), before=Path("/base/python"))
    assert list(bench.miens) == ["mien before", "mien"]
    assert list(Bench(Path("work"), Path("data")).miens) == ["mien"]


def test_the_machine_is_named_by_its_processor(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel\t\t: 1\nmodel name\t: Fast One\n\nprocessor\t: 1\nmodel name\t: Fast One\n")
    assert machine(info).startswith("Fast One, ")
    info.write_text("processor\t: 0\nBogoMIPS\t: 48.00\n")  # as on Arm
    assert " cores, Python 3." in machine(info)


def test_the_page_has_a_place_for_every_part() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [part for part in PARTS if page.count(f"<!-- measured: {part} -->") != 1] == []


def test_every_part_is_there() -> None:
    assert [part for part in PARTS if not callable(importlib.import_module(f"mien_benchmarks.{part}").measure)] == []


@pytest.mark.slow
def test_a_frame_is_measured_shown_and_checked(tmp_path: Path) -> None:
    data, recorded = development_data(), tmp_path / "performance.json"
    (tmp_path / PAGE.name).write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    words = ["measure", tmp_path / "work", "--data", data, "--only", "frame", "--turns", 2, "--out", tmp_path]
    done = RUNNER.invoke(app, [*map(str, words), "--before", sys.executable], catch_exceptions=False)
    assert done.exit_code == 0
    figures = {(one.subject, one.what): one for one in read(recorded)}
    for subject in ("mien before", "mien"):
        stages = [one for (who, what), one in figures.items() if who == subject and what.startswith("stage: ")]
        assert figures[subject, "a frame, all of it looked at"].median > max(stage.median for stage in stages) > 0
        assert len(figures[subject, "a frame, all of it looked at"].values) == 2
    page = (tmp_path / PAGE.name).read_text(encoding="utf-8")
    assert "| | mien before | mien |\n|---|---|---|\n| a frame, all of it looked at (ms) | " in page
    assert "`.venv/bin/python -m mien_benchmarks measure WORK --only frame --before BEFORE --turns 2`" in page
    tenfold = [
        replace(one, values=(10 * one.median,)) if one.what.startswith("work") else one for one in read(recorded)
    ]
    write(recorded, tenfold)
    checked = RUNNER.invoke(app, ["check", str(tmp_path / "work"), "--data", str(data), "--recorded", str(recorded)])
    assert checked.exit_code == 1
    assert checked.stdout.count("'work that stays the same, to compare with', and took") == sum(
        other.startswith("work") for _, other in RATIOS
    )
