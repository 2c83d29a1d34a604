import csv
from pathlib import Path

import pytest

from mien_training.errors import TrainingError
from mien_training.tables import write_csv, write_markdown

ROWS = [{"name": "base", "share": "66.0"}, {"name": "one, or | other", "share": "67.1"}]


def test_both_forms_hold_every_row(tmp_path: Path) -> None:
    write_csv(tmp_path / "new" / "t.csv", ROWS)
    assert list(csv.DictReader((tmp_path / "new" / "t.csv").read_text().splitlines())) == ROWS
    write_markdown(tmp_path / "t.md", ROWS, "What it says.")
    lines = (tmp_path / "t.md").read_text().splitlines()
    assert lines[:2] == ["| name | share |", "| --- | --- |"]
    assert lines[3:] == ["| one, or / other | 67.1 |", "", "What it says."]


@pytest.mark.parametrize("write", [write_csv, write_markdown])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match=r"file/t cannot be written"):
        write(tmp_path / "file" / "t", ROWS)
