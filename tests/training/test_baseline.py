import io
import re
from pathlib import Path

import pytest
from development_data import development_data
from edge.mood.streams import expression
from rich.console import Console
from typer.testing import CliRunner

from mien.mood.baseline import NEUTRAL_FACES
from mien.types import Emotion, Expression
from mien_training.__main__ import app
from mien_training.baseline.clips import ClipGain, measure_clips
from mien_training.baseline.command import tables_of
from mien_training.baseline.gain import RULES, log_ratios_at_rest, measure, neutral_faces
from mien_training.baseline.portraits import PICTURES, Sitter, read_sitters
from mien_training.errors import TrainingError

SAD_AT_REST = Expression((0.02, 0.0, 0.03, 0.02, 0.56, 0.01, 0.36))
CALM = Expression((0.002, 0.001, 0.002, 0.002, 0.006, 0.002, 0.985))
SMALL_SMILE = Expression((0.01, 0.0, 0.01, 0.42, 0.02, 0.0, 0.54))
SMILE = expression(Emotion.HAPPY, 0.9)
SHIPPED = RULES["as shipped, after a minute"]


def sitter(at_rest: Expression, smile: Expression) -> Sitter:
    return Sitter("one", (at_rest,) * 4, (smile,) * 4, (at_rest,) * 4, (smile,) * 4)


STERN, QUIET = sitter(SAD_AT_REST, SMILE), sitter(CALM, SMALL_SMILE)


def test_shares_are_counted_by_hand() -> None:
    before = measure("none", RULES["no baseline"], [STERN, QUIET])
    assert (before.at_rest, before.smiling, before.both) == (0.5, 0.5, 0.5)
    assert (before.gain, before.low, before.high) == (0.0, 0.0, 0.0)
    after = measure("shipped", SHIPPED, [STERN, QUIET])
    assert (after.at_rest, after.smiling, after.both, after.gain) == (1.0, 1.0, 1.0, 0.5)
    assert (after.low, after.high) == (0.5, 0.5)  # each gains as much as the other


def test_what_is_learned_of_another_person_gains_less() -> None:
    wrong = measure("wrong", RULES["learned of the next person"], [STERN, QUIET])
    assert wrong.both < 1.0
    assert wrong.low <= wrong.gain <= wrong.high


def test_half_of_the_people_gain_and_half_do_not() -> None:
    easy = sitter(expression(Emotion.NEUTRAL, 0.9), SMILE)
    gain = measure("shipped", SHIPPED, [STERN, easy] * 10)
    assert gain.gain == pytest.approx(0.25)
    assert 0.1 < gain.low < gain.gain < gain.high < 0.4


def test_the_middle_of_people_at_rest_is_a_mean_of_medians() -> None:
    one = Sitter("one", (CALM, SAD_AT_REST, CALM), (), (), ())
    assert log_ratios_at_rest(one.learned_from) == pytest.approx(log_ratios_at_rest([CALM]))
    between = neutral_faces([one, STERN])
    expected = zip(log_ratios_at_rest([CALM]), log_ratios_at_rest([SAD_AT_REST]), strict=True)
    assert between == pytest.approx([(first + second) / 2 for first, second in expected])


def test_a_folder_without_portraits_or_clips_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="there are no portraits in"):
        read_sitters(tmp_path)
    with pytest.raises(TrainingError, match="there is no clip"):
        measure_clips(tmp_path)
    failed = CliRunner().invoke(app, ["baseline", str(tmp_path)])
    assert isinstance(failed.exception, TrainingError)


def test_the_eye_judges_portraits_again_and_again(tmp_path: Path) -> None:
    london = development_data("london")
    for kind in ("neutral", "smiling"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "someone.jpg").symlink_to(sorted((london / kind).glob("*.jpg"))[0])
    (read,) = read_sitters(tmp_path)
    assert read.name == "someone"
    for pictures in (read.learned_from, read.smiles_before, read.at_rest, read.smiling):
        assert 1 < len(pictures) <= PICTURES
        assert len(set(pictures)) == len(pictures)  # no two pictures are the same


@pytest.mark.slow
def test_a_face_known_at_rest_is_told_better_on_people_that_nothing_was_chosen_on() -> None:
    data = development_data("london").parent
    sitters = read_sitters(data / "london")
    assert neutral_faces(sitters[::2]) == pytest.approx(NEUTRAL_FACES, abs=0.1)
    before, after = (
        measure(name, RULES[name], sitters[1::2]) for name in ("no baseline", "as shipped, after a minute")
    )
    assert after.at_rest >= before.at_rest
    assert after.low > 0
    others = measure("wrong", RULES["learned of the next person"], sitters[1::2])
    assert others.both < after.both


def test_the_tables_show_both_halves_and_the_clips() -> None:
    console = Console(record=True, width=200, file=io.StringIO())
    for table in tables_of([STERN, QUIET, STERN], [ClipGain("a.mp4", Emotion.SAD, 10, 1, 9)]):
        console.print(table)
    text = console.export_text()
    assert "Chosen on 2 people" in text
    assert "Measured on the other 1 people" in text
    assert all(text.count(name) == 2 for name in RULES)
    assert re.search(r"a\.mp4 .* sad .* 10 .* 10% .* 90%", text)
