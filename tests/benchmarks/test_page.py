from pathlib import Path

import pytest

from mien_benchmarks.bench import BenchmarkError
from mien_benchmarks.measurement import Measurement
from mien_benchmarks.page import cell, check_places, figure, redraw, table, with_section
from mien_benchmarks.pictures import growth, stages, wholes

PAGE = """# Performance

<!-- measured: frame -->
old
<!-- end -->

Kept.

<!-- measured: scale -->
<!-- end -->
"""


def one(subject: str, what: str, *values: float, part: str = "frame", unit: str = "ms") -> Measurement:
    return Measurement(part, subject, what, unit, values)


WHOLE = "a frame, all of it looked at"
FRAME = [
    one("human", WHOLE, 61.2),
    one("mien before", WHOLE, 6.2),
    one("mien", WHOLE, 4.0, 5.0, 4.5),
    one("mien", "stage: detect", 2.0),
    one("mien", "stage: classify", 1.5),
]


@pytest.mark.parametrize(
    ("value", "text"), [(0.01234, "0.0123"), (4.567, "4.57"), (61.23, "61.2"), (0, "0"), (1234567.8, "1,234,568")]
)
def test_a_figure_shows_the_digits_that_count(value: float, text: str) -> None:
    assert figure(value) == text


def test_a_cell_shows_the_range_only_where_there_is_one() -> None:
    assert cell(one("mien", "a frame", 4.0, 5.0, 4.5)) == "4.5 (4 to 5)"
    assert cell(one("mien", "a frame", 4.001, 4.002)) == "4"


def test_the_table_has_mien_first_and_a_dash_where_a_subject_has_no_such_figure() -> None:
    assert table(FRAME) == [
        "| | mien before | mien | human |",
        "|---|---|---|---|",
        "| a frame, all of it looked at (ms) | 6.2 | 4.5 (4 to 5) | 61.2 |",
        "| stage: detect (ms) | - | 2 | - |",
        "| stage: classify (ms) | - | 1.5 | - |",
    ]


def test_many_subjects_have_a_row_each_in_the_order_they_were_measured() -> None:
    steps = [one("before", "a frame", 6.2), one("and now", "a frame", 4.5), one("and now", "memory", 99, unit="MB")]
    assert table(steps, a_row_each=True) == [
        "| | a frame (ms) | memory (MB) |",
        "|---|---|---|",
        "| before | 6.2 | - |",
        "| and now | 4.5 | 99 |",
    ]


def test_a_figure_without_a_unit_has_no_brackets() -> None:
    assert table([one("mien", "threads", 4, unit="")])[-1] == "| threads | 4 |"


def test_a_name_with_the_tables_own_sign_stays_in_its_cell() -> None:
    assert table([one("this | that", "a frame", 4)])[0] == r"| | this \| that |"


def test_figures_that_grow_stand_together() -> None:
    rows = [one("mien", f"{what} at {tracks} tracks", 1) for tracks in (10, 100) for what in ("choice", "memory")]
    assert [line.split(" at ")[0] for line in table(rows)[2:]] == ["| choice", "| choice", "| memory", "| memory"]


def test_only_the_lines_between_a_parts_own_markers_change() -> None:
    changed = with_section(PAGE, "frame", [r"new \1", "line"])
    assert changed == PAGE.replace("old\n", "new \\1\nline\n")
    assert with_section(changed, "frame", ["old"]) == PAGE


def test_a_part_without_markers_is_told_of() -> None:
    with pytest.raises(BenchmarkError, match="has no place for 'eye'; write <!-- measured: eye -->"):
        with_section(PAGE, "eye", [])


def test_a_place_that_is_missing_is_told_of_before_anything_is_written(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE)
    check_places(tmp_path, ["frame", "scale"])
    with pytest.raises(BenchmarkError, match="has no place for 'eye'"):
        check_places(tmp_path, ["frame", "eye"])
    assert page.read_text() == PAGE


def test_a_folder_without_the_page_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"performance\.md cannot be read"):
        redraw(tmp_path, ["frame"], FRAME, "how")


def test_the_stages_are_those_of_mien_and_what_is_left_is_shown() -> None:
    assert wholes(FRAME) == {"human": 61.2, "mien before": 6.2, "mien": 4.5}
    assert list(wholes(FRAME)) == ["human", "mien before", "mien"]
    assert stages(FRAME) == {"mien": {"detect": 2.0, "classify": 1.5, "all else": 1.0}}


@pytest.mark.parametrize("detecting", [2.0, 3.4])
def test_stages_may_take_a_little_more_than_the_whole(detecting: float) -> None:
    found = stages([*FRAME[:3], one("mien", "stage: detect", detecting), FRAME[4]])
    assert found["mien"]["all else"] == max(0, 4.5 - detecting - 1.5)


def test_stages_that_take_much_more_than_the_whole_are_told_of() -> None:
    with pytest.raises(BenchmarkError, match=r"The stages of mien take 5 ms, and its whole frame 4\.5: measure"):
        stages([*FRAME[:3], one("mien", "stage: detect", 3.5), FRAME[4]])


def test_growth_is_read_from_the_names_of_the_figures() -> None:
    rows = [
        one("mien", "choice at 10 000 tracks", 3.0),
        one("mien", "choice at 1000 tracks", 1.0),
        one("mien before", "choice at 1000 tracks", 2.0),
        one("mien", "a frame, up to 4 read, at 2 faces", 5.0),
        one("mien", "a frame, up to 4 read, at 1 face", 4.0),
        one("mien", "a frame at 640x480 pixels", 4.0),
        one("mien", "memory", 80.0, unit="MB"),
        one("mien", "a look at once", 80.0),
    ]
    assert growth(rows) == {
        "tracks": {
            ("choice, ms", "mien"): [(1000, 1.0), (10000, 3.0)],
            ("choice, ms", "mien before"): [(1000, 2.0)],
        },
        "faces": {("a frame, up to 4 read, ms", "mien"): [(1, 4.0), (2, 5.0)]},
        "pixels": {("a frame, ms", "mien"): [(640 * 480, 4.0)]},
    }


def test_page_and_pictures_are_written_and_are_the_same_the_second_time(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE)
    rows = [
        *FRAME,
        one("mien", "choice at 10 tracks", 1.0, part="scale"),
        one("mien", "choice at 100 tracks", 2.0, part="scale"),
    ]
    written = redraw(tmp_path, ["frame", "scale"], rows, "a machine; a command")
    assert [path.name for path in written] == ["performance.md", "performance-frame.svg", "performance-scale.svg"]
    assert "a machine; a command\n\n| | mien before | mien | human |" in page.read_text()
    assert "(performance-scale.svg)\n<!-- end -->" in page.read_text()
    before = [path.read_bytes() for path in written]
    redraw(tmp_path, ["frame", "scale"], rows, "a machine; a command")
    assert [path.read_bytes() for path in written] == before
