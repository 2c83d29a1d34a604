from pathlib import Path

from training.streams.small_pool import small_pool

from mien_training.streams.paces import compare_paces, write_page


def test_the_eyes_pace_looks_less_often_and_decides_as_well(tmp_path: Path) -> None:
    fixed, paced = compare_paces(small_pool(), 2, 400.0)
    assert paced.looks < 0.9 * fixed.looks
    assert abs(paced.legible.delay_median.value - fixed.legible.delay_median.value) < 0.3
    page = write_page((fixed, paced), 2, tmp_path).read_text(encoding="utf-8")
    assert [line.split("|")[1].strip() for line in page.splitlines()[2:4]] == ["6 frames a second", "the eye's pace"]
