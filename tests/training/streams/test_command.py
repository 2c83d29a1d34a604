"""From the pictures to the page and the curve, on pictures that are made up."""

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest
from synthetic_faces import make_faces, write_fer2013
from training.streams.small_pool import small_pool
from typer.testing import CliRunner

from mien import config
from mien.types import Emotion
from mien_training.__main__ import app
from mien_training.errors import TrainingError
from mien_training.streams.command import FIXED, SHIPPED, Comparison, Contender, Reported, compare_filters, make_pool
from mien_training.streams.compare import Setting, bench, floor, measure
from mien_training.streams.families import BEFORE, LAST_LOOK, MARKOV, shipped
from mien_training.streams.filter_report import CURVE, PAGE, rate_rows, rows_of, write_report
from mien_training.streams.pool import POOL, Half, Kind, read_pool
from mien_training.streams.rates import Alike


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """Of made-up streams, without any choice."""
    hours = bench(small_pool(sure=0.85, misread={Emotion.ANGRY: Emotion.SAD}), Kind.CLEAR, 2, 0.25)
    last, before, now = (Setting(*setting) for setting in (LAST_LOOK, BEFORE, shipped(config.load().mood)))
    contenders = (
        *(Contender(name, None, one) for name, one in zip(FIXED, (last, before, now), strict=True)),
        *(Contender("exponential smoothing", limit, before) for limit in (2.0, 3.0)),
        Contender(MARKOV, 2.0, now),
    )
    measured = {one: measure(one, hours) for one in (last, before, now)}
    reported = Reported(tuple(measured[one.setting] for one in contenders), floor(hours))
    rates = (Alike(12, (0.0, 0.01), 0), Alike(3, (0.2, -0.4), 1))
    return Comparison(2, {Kind.CLEAR: 63, Kind.ANY: 84}, contenders, dict.fromkeys(Kind, reported), rates)


def test_each_contender_has_a_row_with_its_numbers_and_what_what_is_shipped_does_better(comparison: Comparison) -> None:
    rows = {(row["filter"], row["delay at most"]): row for row in rows_of(comparison, Kind.CLEAR)}
    assert list(rows) == [*((name, "") for name in FIXED), ("exponential smoothing", "2 s"),
                          ("exponential smoothing", "3 s"), (MARKOV, "2 s")]  # fmt: skip
    better = "fewer by mien, shown"
    assert rows[SHIPPED, ""][better] == rows[MARKOV, "2 s"][better] == "0.0 (0.0 to 0.0)"
    assert float(rows[FIXED[0], ""][better].split()[0]) > 10
    numbers = "seconds 1, enter 0.45, enter neutral 0.45, leave 0.3, dwell seconds 0.7"
    assert rows["exponential smoothing", "2 s"]["numbers"] == numbers
    assert "hold seconds" in rows[SHIPPED, ""]["numbers"]


def test_the_rates_are_told_by_frame_interval(comparison: Comparison) -> None:
    twelve, three = rate_rows(comparison.rates)
    assert (twelve["frames/s"], twelve["same change within one frame interval"]) == ("12", "100.0%")
    assert (three["same change within one frame interval"], three["within 1 s"]) == ("33.3%", "66.7%")
    assert three["changes of one only"] == "1 of 3"


def test_the_same_comparison_gives_the_same_files(comparison: Comparison, tmp_path: Path) -> None:
    def written(folder: str) -> list[str]:
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in write_report(comparison, tmp_path / folder)]

    assert written("one") == written("two")
    page = (tmp_path / "one" / PAGE).read_text(encoding="utf-8")
    assert f"]({CURVE})" in page
    assert page.count("| filter |") == 2
    drawn = (tmp_path / "one" / CURVE).read_text(encoding="utf-8")
    assert all(name in drawn for name in ("exponential smoothing", SHIPPED, "median delay, s"))
    assert "dc:date" not in drawn


def test_a_report_that_cannot_be_written_is_told(comparison: Comparison, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match="cannot be written"):
        write_report(comparison, tmp_path / "file")
    (tmp_path / CURVE).mkdir()
    with pytest.raises(TrainingError, match=f"{CURVE} cannot be written"):
        write_report(comparison, tmp_path)


def test_a_missing_pool_is_asked_for_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"pool\.npz is not there; give --faces and --votes to make it"):
        make_pool(tmp_path, None, None)


def test_a_pool_is_made_of_what_the_model_has_not_learned_from_and_then_kept(tmp_path: Path) -> None:
    faces, votes = write_fer2013(tmp_path, Training=make_faces(60))
    make_pool(tmp_path / "pool", faces, votes)
    halves = [len(read_pool(tmp_path / "pool", half).labels) for half in Half]
    assert 0 < sum(halves) <= 3
    made = (tmp_path / "pool" / POOL).stat().st_mtime_ns
    make_pool(tmp_path / "pool", None, None)
    assert (tmp_path / "pool" / POOL).stat().st_mtime_ns == made


@pytest.mark.slow
def test_what_is_chosen_on_one_half_is_measured_on_the_other(tmp_path: Path) -> None:
    pool = small_pool(sure=0.95)
    halves = {field.name: np.concatenate([getattr(pool, field.name)] * 2) for field in dataclasses.fields(pool)}
    halves["reporting"][len(pool.labels) :] = True
    np.savez(tmp_path / POOL, **halves)  # type: ignore[arg-type]  # none of the names is allow_pickle
    said: list[str] = []
    found = compare_filters(tmp_path, 3, said.append, 0.1)
    assert [line for line in said if "settings tried on the tuning half" in line] == said[:7]
    assert said[7:] == [f"measured on 0.3 hours of {kind} pictures of the reporting half" for kind in Kind]
    assert (found.contenders[2].name, len(found.rates)) == (SHIPPED, 3)
    assert found.pictures == {Kind.CLEAR: int(pool.clear.sum()), Kind.ANY: len(pool.labels)}
    assert all(len(one.measured) == len(found.contenders) > 3 for one in found.reported.values())


def test_the_command_says_what_it_needs(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["streams", str(tmp_path), "--out", str(tmp_path)])
    assert isinstance(said.exception, TrainingError)
