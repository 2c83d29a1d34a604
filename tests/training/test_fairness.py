import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from development_data import development_data
from hypothesis import given
from hypothesis import strategies as st

from mien.types import Emotion
from mien_training.errors import TrainingError
from mien_training.evaluate import wilson
from mien_training.fairness import (
    UNKNOWN,
    Fairness,
    Person,
    Portrait,
    difference,
    fairness_of,
    measure_fairness,
    read_people,
    sentences,
)

HEADER = "face_id,face_age,face_gender,face_eth\n"


def portraits(people: Sequence[tuple[str, str, int | None, int]]) -> list[Portrait]:
    """Return the two portraits of each (gender, ethnicity, age, how many of the two are told)."""
    return [
        Portrait(Person(str(number), gender, ethnicity, age), shown, told > place)
        for number, (gender, ethnicity, age, told) in enumerate(people)
        for place, shown in enumerate((Emotion.NEUTRAL, Emotion.HAPPY))
    ]


def about(attribute: str, fairness: Fairness) -> str:
    (found,) = (sentence for sentence in sentences(fairness) if sentence.startswith(f"By {attribute} "))
    return found


def test_people_are_read_as_the_data_names_them(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(HEADER + "001,24,female,west_asian\n002,NA,,NA\n")
    assert read_people(path) == {
        "001": Person("001", "female", "west asian", 24),
        "002": Person("002", UNKNOWN, UNKNOWN, None),
    }


@pytest.mark.parametrize(
    ("age", "band"), [(18, "18 to 24"), (24, "18 to 24"), (25, "25 to 34"), (35, "35 and older"), (None, UNKNOWN)]
)
def test_ages_fall_into_bands(age: int | None, band: str) -> None:
    assert Person("1", "female", "white", age).groups["age"] == band


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("face_id,face_age\n", "no column face_gender, face_eth"), (HEADER + "001,old,female,white\n", "is torn"),
     (HEADER + "001,24\n", "is torn")],
)  # fmt: skip
def test_a_list_that_is_none_is_named_in_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text)
    with pytest.raises(TrainingError, match=complaint) as caught:
        read_people(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(TrainingError, match="cannot be read"):
        read_people(tmp_path / "nobody.csv")
    with pytest.raises(TrainingError, match=r"london/people\.csv cannot be read"):
        measure_fairness(tmp_path)


def test_groups_are_counted_by_hand() -> None:
    measured = fairness_of(portraits([("female", "white", 20, 2), ("male", "white", 30, 1), ("male", "black", 40, 1)]))
    groups = {(group.attribute, group.name): group for group in measured.groups}
    assert [group.name for group in measured.groups if group.attribute == "gender"] == ["male", "female"]
    male = groups["gender", "male"]
    assert (male.people, male.told.count, male.told.value) == (2, 4, 0.5)
    assert (male.neutral_told.value, male.smiling_told.value) == (1, 0)
    assert groups["ethnicity", "white"].told == wilson(3, 4)
    assert {group.name for group in measured.shown} == {"male", "white"}  # no figure is a single person's
    assert groups["age", "35 and older"].people == 1
    assert (measured.youngest, measured.oldest) == (20, 40)


def test_a_difference_is_said_only_where_it_is_shown() -> None:
    people = [("female", "white", 20, 2)] * 29 + [("female", "white", 20, 1)] + [("male", "white", 30, 1)] * 30
    measured = fairness_of(portraits(people))
    assert "a difference is shown: female 98.3 %, male 50.0 %, 48 points apart" in about("gender", measured)
    assert "nothing can be said" in about("ethnicity", measured)
    equal = fairness_of(portraits([("female", "white", 20, 2)] * 30 + [("male", "white", 20, 2)] * 30))
    assert "no difference is shown" in about("gender", equal)


def test_small_groups_are_compared_together_and_nobody_is_left_unnamed() -> None:
    people: list[tuple[str, str, int | None, int]] = (
        [("female", "white", 20, 2)] * 40 + [("female", "black", 20, 1)] * 8 + [("female", "asian", None, 1)] * 7
    )
    said = about("ethnicity", fairness_of(portraits(people)))
    assert "a difference is shown: white 100.0 %, all others together 50.0 %" in said
    assert said.endswith("Too few people to say anything of them alone: black (8), asian (7).")
    few = about("ethnicity", fairness_of(portraits(people[:40] + people[-2:])))
    assert "nothing can be said" in few
    assert few.endswith("alone: asian (2).")


def test_the_interval_of_a_difference_is_that_of_newcombes_table() -> None:
    # Newcombe 1998, table II, method 10, case (a): 56 of 70 and 48 of 80
    assert difference(wilson(56, 70), wilson(48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(st.integers(0, 50), st.integers(0, 50))
def test_a_difference_lies_in_its_interval_and_turns_round(first: int, second: int) -> None:
    one, other = wilson(first, 50), wilson(second, 50)
    low, high = difference(one, other)
    assert low - 1e-12 <= one.value - other.value <= high + 1e-12
    assert difference(other, one) == pytest.approx((-high, -low))


def test_the_shipped_model_is_measured_on_every_portrait() -> None:
    data = development_data("london").parent
    measured = measure_fairness(data)
    pictures = sum(len(list((data / "london" / name).glob("*.jpg"))) for name in ("neutral", "smiling"))
    for attribute in ("gender", "ethnicity", "age"):
        groups = [group for group in measured.groups if group.attribute == attribute]
        assert sum(group.told.count for group in groups) == pictures
        assert sum(group.people for group in groups) == pictures / 2
    told = np.sum([group.told.value * group.told.count for group in measured.groups if group.attribute == "gender"])
    assert told / pictures > 0.7
    assert all(re.fullmatch(r"[A-Z].*\.", sentence) for sentence in sentences(measured))
