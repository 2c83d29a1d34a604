import re
import sys
from pathlib import Path
from typing import Any

import pytest

from mien_benchmarks.bench import BenchmarkError, output_of
from mien_benchmarks.micro import BASELINE, FOLDER, ratios_of, read, slower, write


def report(**seconds: tuple[str, float]) -> dict[str, Any]:
    return {"benchmarks": [{"name": n, "group": group, "stats": {"min": s}} for n, (group, s) in seconds.items()]}


def test_each_benchmark_is_told_beside_the_reference_of_its_group() -> None:
    measured = report(
        bench_mood=("python", 0.5),
        bench_reference_python=("python", 0.25),
        bench_crop=("arrays", 0.5),
        bench_reference_arrays=("arrays", 2.0),
    )
    assert ratios_of([measured]) == {"bench_mood": 2.0, "bench_crop": 0.25}


def test_the_least_time_of_all_turns_counts() -> None:
    turns = [
        report(bench_mood=("python", 0.5), bench_reference_python=("python", 1.0)),
        report(bench_mood=("python", 2.0), bench_reference_python=("python", 0.25)),
    ]
    assert ratios_of(turns) == {"bench_mood": 2.0}


def test_a_report_without_the_reference_is_refused() -> None:
    with pytest.raises(BenchmarkError, match="has no 'bench_reference_python'"):
        ratios_of([report(bench_mood=("python", 0.5))])


def test_a_slower_machine_changes_nothing() -> None:
    measured = {"bench_mood": ("python", 0.5), "bench_reference_python": ("python", 0.25)}
    fourfold = {name: (group, 4 * seconds) for name, (group, seconds) in measured.items()}
    assert slower(ratios_of([report(**fourfold)]), ratios_of([report(**measured)])) == []


def test_only_what_grew_beyond_the_tolerance_is_told() -> None:
    recorded = {"bench_a": 1.0, "bench_b": 1.0, "bench_c": 10.0}
    (sentence,) = slower({"bench_a": 1.9, "bench_b": 2.5, "bench_c": 1.0}, recorded, most_growth=2.0)
    assert sentence.startswith("bench_b takes 2.5 of its reference's time, 2.5 times the recorded 1;")


def test_what_is_new_or_gone_is_told() -> None:
    new, gone = slower({"bench_new": 1.0}, {"bench_old": 1.0})
    assert new.startswith("bench_new is not recorded;")
    assert gone.startswith("bench_old is recorded but was not run;")


def test_what_was_written_is_read_to_three_digits(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write(path, {"bench_b": 0.0123456, "bench_a": 1234.5})
    assert read(path) == {"bench_a": 1230.0, "bench_b": 0.0123}
    assert path.read_text().index("bench_a") < path.read_text().index("bench_b")


@pytest.mark.parametrize("text", ["", "[]", '{"bench_a": null}', "{"])
def test_a_torn_file_is_told_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(BenchmarkError, match="record them with --record"):
        read(path)


@pytest.mark.slow
def test_what_is_recorded_is_what_is_there() -> None:
    listed = output_of([sys.executable, "-m", "pytest", "-q", "--collect-only", FOLDER])
    names = set(re.findall(r"::(bench_\S+)", listed))
    recorded = read(BASELINE)
    assert recorded.keys() == {name for name in names if not name.startswith("bench_reference_")}
    assert all(ratio > 0 for ratio in recorded.values())
