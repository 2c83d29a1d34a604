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


def test_of_a_part_that_was_measured_nothing_older_stays() -> None:
    gone = [figure(1.0), figure(2.0, what="gone"), figure(3.0, subject="mien before"), figure(4.0, subject="fer")]
    other = figure(5.0, part="eye")
    assert merged([*gone, other], [figure(7.0)], "frame") == [other, figure(7.0)]


def test_guests_stay_until_they_are_measured_by_the_part_that_looks_at_them() -> None:
    own, guest = figure(1.0, part="eye"), figure(2.0, part="eye", subject="fer")
    assert merged([own, guest], [figure(7.0, part="eye")], "eye", ["fer"]) == [guest, figure(7.0, part="eye")]
    found = [figure(8.0, subject="fer"), figure(9.0, part="eye", subject="fer", what="memory")]
    assert merged([own, guest], found, "frame") == [own, *found]
