"""Clips against their truth: figures, pictures, and one clip through the real eye."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from development_data import development_data
from typer.testing import CliRunner

from mien.mood.affect import mood_of_emotion, undecided
from mien.mood.look import Look
from mien.replay import Decision, Replay
from mien.types import Emotion, MoodChange, Presence
from mien_training.__main__ import app
from mien_training.errors import TrainingError
from mien_training.streams.clips import ClipResult, measure_clips, row_of
from mien_training.streams.truth import Segment, Truth

TRUTH = Truth((Segment(0.0, 4.0, Emotion.SAD), Segment(5.0, 10.0, Emotion.HAPPY)))
LOOKS = tuple(Look(float(second), None, None, 0.0) for second in range(11))


def result(*decided: tuple[float, Emotion]) -> ClipResult:
    moods = [(at, mood_of_emotion(emotion)) for at, emotion in decided]
    befores = [undecided(Presence.NOBODY), *(mood for _, mood in moods)]
    changes = tuple(MoodChange(at, before, mood) for (at, mood), before in zip(moods, befores, strict=False))
    decisions = tuple(Decision(at, mood, None) for at, mood in moods)
    return ClipResult("a.mp4", TRUTH, Replay(LOOKS, decisions), changes)


def test_figures_of_a_clip() -> None:
    assert row_of(result((1.0, Emotion.SAD), (4.5, Emotion.HAPPY))) == {
        "clip": "a.mp4",
        "seconds shown": "9.0",
        "right mood": "89%",  # 3 of 4 seconds and 5 of 5
        "right for the first time": "sad at 1.0 s",
        "changes": "2",
        "wrong changes": "0",
    }


def test_a_change_to_what_is_not_shown_is_wrong_and_never_right() -> None:
    row = row_of(result((1.0, Emotion.ANGRY)))
    assert (row["right mood"], row["right for the first time"], row["wrong changes"]) == ("0%", "never", "1")


def test_what_was_decided_in_a_gap_is_right_once_it_is_shown() -> None:
    assert row_of(result((4.5, Emotion.HAPPY)))["right for the first time"] == "happy at 5.0 s"


def test_a_picture_has_what_is_shown_above_what_is_decided() -> None:
    words = [one.text for one in ET.fromstring(result((1.0, Emotion.SAD)).picture).iter() if one.tag.endswith("text")]
    assert words[:2] == ["a.mp4", "probabilities"]
    assert words.index("shown") < words.index("decided")


def test_a_folder_without_clips_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="There are no development clips in"):
        list(measure_clips(tmp_path))


def test_a_clip_goes_through_the_real_eye_into_a_picture_and_a_page(tmp_path: Path) -> None:
    name = "intel_head-pose-face-detection-male.gif"
    (tmp_path / name).symlink_to(development_data("videos", name).resolve())
    done = CliRunner().invoke(app, ["clips", str(tmp_path), str(tmp_path / "out")], catch_exceptions=False)
    assert done.exit_code == 0
    assert "right for the first time happy at " in done.stdout
    picture = (tmp_path / "out/intel_head-pose-face-detection-male.svg").read_text()
    assert len(picture) < 30_000
    assert ">happy, " in picture
    page = (tmp_path / "out/README.md").read_text()
    assert "](intel_head-pose-face-detection-male.svg)" in page
