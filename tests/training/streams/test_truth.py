import csv

import pytest
from development_data import development_data
from hypothesis import given
from hypothesis import strategies as st

from mien.types import Emotion
from mien_training.streams.clip_truth import CLIP_TRUTHS
from mien_training.streams.truth import Segment, Truth

TRUTH = Truth((Segment(0.0, 2.0, Emotion.SAD), Segment(3.0, 5.0, None), Segment(5.0, 6.0, Emotion.HAPPY)))


@pytest.mark.parametrize(
    ("moment", "name"), [(-1, None), (0, "sad"), (2, None), (2.5, None), (3, "nobody"), (5, "happy"), (6, None)]
)
def test_a_moment_lies_in_its_segment_or_in_a_gap(moment: float, name: str | None) -> None:
    segment = TRUTH.at(moment)
    assert (None if segment is None else segment.name) == name


@given(st.floats(-1, 7), st.floats(0, 3))
def test_what_overlaps_is_what_was_true_at_any_moment(start: float, length: float) -> None:
    end = start + length
    expected = {one.name for one in TRUTH.segments if one.start <= end and one.end > start}
    assert TRUTH.names(start, end) == expected


def test_time_without_gaps() -> None:
    assert TRUTH.seconds == 5.0


def test_segments_that_overlap_or_have_no_length_are_refused() -> None:
    with pytest.raises(ValueError, match="a segment has a length"):
        Segment(1.0, 1.0, None)
    with pytest.raises(ValueError, match="segments follow each other"):
        Truth((Segment(0.0, 2.0, None), Segment(1.0, 3.0, Emotion.SAD)))


def test_every_clip_has_its_truth_within_its_length() -> None:
    with development_data("videos", "clips.csv").open(newline="") as handle:
        seconds = {row["file"]: float(row["seconds"]) for row in csv.DictReader(handle)}
    assert seconds.keys() == CLIP_TRUTHS.keys()
    for name, truth in CLIP_TRUTHS.items():
        assert truth.segments[-1].end <= seconds[name] + 0.1
