from pathlib import Path

from mien_benchmarks.measurement import Measurement, gathered, merged, read, write


def figure(*values: float, part: str = "frame", subject: str = "mien", what: str = "a frame") -> Measurement:
    return Measurement(part, subject, what, "ms", values)


def test_an_outlier_moves_the_range_and_not_the_median() -> None:
    one = figure(3.0, 99.0, 1.0, 2.0, 2.5)
    assert one.median == 2.5
    assert one.range == (1.0, 99.0)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    rows = [figure(1.5, 2.0), figure(0.1, subject='f\u00e9r, "x"')]
    write(tmp_path / "performance.json", rows)
    assert read(tmp_path / "performance.json") == rows


def test_nothing_is_written_and_read(tmp_path: Path) -> None:
    write(tmp_path / "performance.json", [])
    assert read(tmp_path / "performance.json") == []


def test_turns_become_one_measurement_of_each_figure_in_their_order() -> None:
    turns = [
        [figure(1.0), figure(9.0, subject="fer")],
        [figure(2.0), figure(8.0, subject="fer"), figure(5.0, what="x")],
    ]
    assert gathered(turns) == [figure(1.0, 2.0), figure(9.0, 8.0, subject="fer"), figure(5.0, what="x")]


def test_a_new_measurement_replaces_all_older_rows_of_its_parts_subject_and_no_others() -> None:
    gone, others = figure(1.0, what="gone"), [figure(2.0, subject="fer"), figure(3.0, part="eye")]
    assert merged([figure(1.0), gone, *others], [figure(7.0)]) == [*others, figure(7.0)]
