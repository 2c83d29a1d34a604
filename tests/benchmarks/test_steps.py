from pathlib import Path

import pytest
from command_lines import ROOT
from development_data import development_data

from mien_benchmarks.bench import Bench, BenchmarkError
from mien_benchmarks.steps import measure


def test_a_version_without_an_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"requirements\.sh"):
        list(measure(Bench(tmp_path, tmp_path), [tmp_path]))


def test_two_versions_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="Two of the versions have commits of one name"):
        list(measure(Bench(tmp_path, tmp_path), [ROOT, ROOT, ROOT]))


@pytest.mark.slow
def test_each_version_is_measured_in_each_turn(tmp_path: Path) -> None:
    found = list(measure(Bench(tmp_path, development_data(), turns=2), [ROOT, ROOT]))
    assert len({one.subject for one in found}) == 2
    assert [len(one.values) for one in found] == [2] * 12
    assert all(value > 0 for one in found for value in one.values)
