"""The numbers that are kept of a face at rest: what stands in the file, and what a broken one does."""

import json
import logging
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from mien.app.baseline import kept_neutral, kept_state
from mien.baseline_file import BaselineFile
from mien.config import Settings
from mien.errors import OutputError
from mien.mood.baseline import Baseline
from mien.setting_layers import default_values
from mien.types import BaselineStage

LEARNED = Baseline((-3.6, -5.6, -3.6, -3.3, -1.4, -4.3), 45.0)


def settings(folder: Path, *, keeps: bool = True) -> Settings:
    values = default_values()
    values["paths"]["state"], values["mood"]["keep_baseline"] = str(folder), keeps
    return Settings.model_validate(values)


def test_what_is_kept_comes_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    note = BaselineFile(settings(folder)).keep(LEARNED)
    file = folder / "baseline.json"
    assert note == f"It is kept in {file}."
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert BaselineFile(settings(folder)).read() == LEARNED
    assert [path.name for path in folder.iterdir()] == ["baseline.json"]


def test_the_file_holds_a_few_numbers_and_nothing_of_who_it_was(tmp_path: Path) -> None:
    BaselineFile(settings(tmp_path)).keep(LEARNED)
    content = json.loads((tmp_path / "baseline.json").read_text())
    assert set(content) == {"model", "seconds", "log_ratios"}
    assert content["log_ratios"] == {
        "angry": -3.6, "disgust": -5.6, "fear": -3.6, "happy": -3.3, "sad": -1.4, "surprise": -4.3,
    }  # fmt: skip


def test_nothing_is_written_or_read_unless_the_owner_wants_it(tmp_path: Path) -> None:
    BaselineFile(settings(tmp_path)).keep(LEARNED)
    unwanted = BaselineFile(settings(tmp_path, keeps=False))
    assert unwanted.read() is None
    other = BaselineFile(settings(tmp_path / "other", keeps=False))
    assert "mood.keep_baseline = true" in other.keep(LEARNED)
    assert not (tmp_path / "other").exists()
    assert unwanted.keep(None) == ""  # what was kept before is forgotten all the same
    assert list(tmp_path.iterdir()) == []


def test_what_a_power_cut_left_is_removed_too(tmp_path: Path) -> None:
    kept = BaselineFile(settings(tmp_path))
    kept.keep(LEARNED)
    (tmp_path / "baseline.json").rename(tmp_path / "baseline.json.unfinished")
    assert kept.keep(None) == ""
    assert list(tmp_path.iterdir()) == []


def test_what_shall_not_be_kept_any_more_is_gone_with_the_next_start(tmp_path: Path) -> None:
    BaselineFile(settings(tmp_path)).keep(LEARNED)
    assert kept_state(settings(tmp_path, keeps=False)).stage is BaselineStage.UNKNOWN
    assert kept_neutral(settings(tmp_path)).baseline == LEARNED  # to look alone removes nothing
    assert kept_neutral(settings(tmp_path, keeps=False)).baseline is None
    assert kept_neutral(settings(tmp_path)).baseline is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_held_open_is_written_in_place_or_left_as_it_was(tmp_path: Path) -> None:
    file, kept = tmp_path / "state/baseline.json", BaselineFile(settings(tmp_path / "state"))
    with kept.held_open():
        assert kept.read() is None
    assert file.read_bytes() == b""  # a lesson that failed
    assert kept.read() is None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    long = Baseline((-3.123, -5.123, -3.123, -3.123, -1.123, -4.123), 45.0)
    for learned in (long, LEARNED):
        inode = file.stat().st_ino
        with kept.held_open():
            assert kept.keep(learned) == f"It is kept in {file}."
        assert file.stat().st_ino == inode
        assert kept.read() == learned
    with kept.held_open():
        pass
    assert kept.read() == LEARNED


def test_a_file_that_cannot_be_held_open_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    with (
        pytest.raises(OutputError, match=r"baseline.json cannot be written: "),
        BaselineFile(settings(tmp_path / "state")).held_open(),
    ):
        pytest.fail("it was held")


def test_forgetting_what_was_never_kept_is_no_trouble(tmp_path: Path) -> None:
    assert BaselineFile(settings(tmp_path / "nowhere")).keep(None) == ""


@pytest.mark.parametrize(
    "content",
    [b"\0" * 300, b"[]", b"{}", b"7", b'{"model": "x", "seconds": 45, "log_ratios": {}}', b"[" * 100_000,
     b'{"model": "x", "seconds": "45", "log_ratios": []}'],
)  # fmt: skip
def test_a_torn_file_is_put_aside_with_a_sentence(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "baseline.json").write_bytes(content)
    kept = BaselineFile(settings(tmp_path))
    with caplog.at_level(logging.WARNING):
        assert kept.read() is None
    (record,) = caplog.records
    assert "is torn: it is kept as baseline.json.broken" in record.getMessage()
    assert (tmp_path / "baseline.json.broken").read_bytes() == content
    assert kept.read() is None  # and is not there any more
    kept.keep(None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("change", [{"seconds": -1.0}, {"seconds": 1e400}, {"log_ratios": {"sad": 1e9}}])
def test_numbers_that_nobody_has_are_taken_for_torn(change: dict[str, object], tmp_path: Path) -> None:
    kept = BaselineFile(settings(tmp_path))
    kept.keep(LEARNED)
    file = tmp_path / "baseline.json"
    values = json.loads(file.read_text())
    ratios = values["log_ratios"] | change.get("log_ratios", {})
    file.write_text(json.dumps(values | change | {"log_ratios": ratios}))
    assert kept.read() is None
    assert not file.exists()


def test_what_another_model_answered_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = BaselineFile(settings(tmp_path))
    kept.keep(LEARNED)
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"model": "0" * 64}))
    assert kept.read() is None
    assert "learned with another model" in caplog.text
    assert file.exists()


def test_a_place_that_cannot_be_written_is_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "state").write_text("no folder")
    kept = BaselineFile(settings(tmp_path / "state"))
    assert kept.keep(LEARNED).startswith(f"The file {tmp_path}/state/baseline.json cannot be kept: ")
    assert "cannot be kept" in caplog.text
    assert kept.read() is None
    (tmp_path / "state").unlink()
    (tmp_path / "state/baseline.json").mkdir(parents=True)
    assert "cannot be removed: Is a directory." in kept.keep(None)


@examples(max_examples=15)  # each waits for the disk
@given(st.tuples(*(st.floats(-7.0, 7.0) for _ in range(6))), st.floats(0.0, 600.0))
def test_any_baseline_survives(
    tmp_path_factory: pytest.TempPathFactory, ratios: tuple[float, ...], seconds: float
) -> None:
    kept = BaselineFile(settings(tmp_path_factory.getbasetemp() / "any"))
    kept.keep(Baseline(ratios, seconds))
    read = kept.read()
    assert read is not None
    assert read.seconds == seconds
    assert read.log_ratios == pytest.approx(ratios, abs=5e-4)
