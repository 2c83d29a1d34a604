"""Whether the shipped model tells a smile from none as well for one group of people as for another.

The portraits are `london/` of the development data: a neutral and a smiling one of each person, and `people.csv` with
their age, gender and ethnicity as they gave them.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mien.types import Emotion
from mien_training.errors import TrainingError
from mien_training.evaluate import Estimate, wilson
from mien_training.photographs import LONDON, is_told, judge_portraits

LEAST_PEOPLE = 10  # of fewer nothing is said of their group
UNKNOWN = "not known"
ATTRIBUTES = ("gender", "ethnicity", "age")
_COLUMNS = ("face_id", "face_age", "face_gender", "face_eth")
_BANDS = ((25, "18 to 24"), (35, "25 to 34"), (200, "35 and older"))


@dataclass(frozen=True, slots=True)
class Person:
    """Whose face is on a portrait; the words are those of the data, `not known` where it has none."""

    name: str
    gender: str
    ethnicity: str
    age: int | None

    @property
    def groups(self) -> dict[str, str]:
        """The group a person belongs to, for each attribute."""
        band = UNKNOWN if self.age is None else next(name for end, name in _BANDS if self.age < end)
        return {"gender": self.gender, "ethnicity": self.ethnicity, "age": band}


@dataclass(frozen=True, slots=True)
class Portrait:
    """One portrait: of whom, what it shows, and whether the model told so."""

    person: Person
    shows: Emotion
    is_told: bool


@dataclass(frozen=True, slots=True)
class Group:
    """How many portraits of some people were told rightly; each has a neutral and a smiling one."""

    attribute: str
    name: str
    people: int
    told: Estimate
    neutral_told: Estimate
    smiling_told: Estimate


@dataclass(frozen=True, slots=True)
class Fairness:
    """The groups of each attribute, and between which ages people were."""

    groups: tuple[Group, ...]
    youngest: int
    oldest: int

    @property
    def shown(self) -> tuple[Group, ...]:
        """The groups of more than one person: no figure is a single person's."""
        return tuple(group for group in self.groups if group.people > 1)


def measure_fairness(data: Path) -> Fairness:
    """Judge the portraits of the development data with the shipped model.

    Raises:
        TrainingError: the folder holds no such portraits, or no list of people.
    """
    people = read_people(data / LONDON / "people.csv")
    portraits = []
    for emotion, judgements in judge_portraits(data).items():
        for name, judgement in judgements.items():
            person = people.get(Path(name).stem)
            if person is None:
                raise TrainingError(f"{data / LONDON / 'people.csv'} does not know the person of {name}.")
            portraits.append(Portrait(person, emotion, is_told(judgement, emotion)))
    return fairness_of(portraits)


def read_people(path: Path) -> dict[str, Person]:
    """Read who is on the portraits, by the name of the portrait's file without suffix.

    Raises:
        TrainingError: the file is missing or is not such a list.
    """
    try:
        with path.open(newline="", encoding="utf-8") as handle:
            reader = csv.DictReader(handle)
            if missing := [column for column in _COLUMNS if column not in (reader.fieldnames or ())]:
                raise TrainingError(f"{path} has no column {', '.join(missing)}.")
            return {row["face_id"]: _person(row) for row in reader}
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error.strerror}; give the development data folder.") from error
    except (ValueError, AttributeError) as error:
        raise TrainingError(f"{path} is torn ({error}).") from error


def _person(row: Mapping[str, str]) -> Person:
    gender, ethnicity, age = (
        None if row[column] in ("", "NA") else row[column].replace("_", " ")
        for column in ("face_gender", "face_eth", "face_age")
    )
    return Person(row["face_id"], gender or UNKNOWN, ethnicity or UNKNOWN, None if age is None else int(age))


def fairness_of(portraits: Iterable[Portrait]) -> Fairness:
    """Count the portraits told rightly in each group, the largest group of an attribute first.

    Raises:
        TrainingError: nobody's age is known.
    """
    portraits = list(portraits)
    ages = [portrait.person.age for portrait in portraits if portrait.person.age is not None]
    if not ages:
        raise TrainingError("There is no portrait of a person whose age is known.")
    members: dict[tuple[str, str], list[Portrait]] = {}
    for portrait in portraits:
        for group in portrait.person.groups.items():
            members.setdefault(group, []).append(portrait)
    groups = [_group(attribute, name, some) for (attribute, name), some in members.items()]
    groups.sort(key=lambda group: (ATTRIBUTES.index(group.attribute), -group.people, group.name))
    return Fairness(tuple(groups), min(ages), max(ages))


def _group(attribute: str, name: str, portraits: list[Portrait]) -> Group:
    def told(*shown: Emotion) -> Estimate:
        hits = [portrait.is_told for portrait in portraits if portrait.shows in shown]
        return wilson(sum(hits), len(hits))

    return Group(
        attribute,
        name,
        people=len({portrait.person.name for portrait in portraits}),
        told=told(Emotion.NEUTRAL, Emotion.HAPPY),
        neutral_told=told(Emotion.NEUTRAL),
        smiling_told=told(Emotion.HAPPY),
    )


def sentences(fairness: Fairness) -> list[str]:
    """Say what the figures show, and of what they say nothing."""
    return [
        *(_comparison(attribute, fairness) for attribute in ATTRIBUTES),
        f"The people are {fairness.youngest} to {fairness.oldest} years old: of children and older people nothing is "
        "known.",
        "The portraits show neutral and smiling faces alone: of the other five expressions nothing is known by group.",
        "FER2013 and FERPlus say nothing of anybody's age, gender or ethnicity: how good the model is for a group in "
        "everyday pictures was not measured, nor whether some groups are rare in what it learned from.",
    ]


def difference(one: Estimate, other: Estimate) -> tuple[float, float]:
    """Return the 95 % interval of one share less the other: Newcombe's (1998), out of both of Wilson's."""
    apart = one.value - other.value
    low = apart - math.hypot(one.value - one.low, other.high - other.value)
    return low, apart + math.hypot(one.high - one.value, other.value - other.low)


def _comparison(attribute: str, fairness: Fairness) -> str:
    known = [group for group in fairness.groups if group.attribute == attribute and group.name != UNKNOWN]
    large = [group for group in known if group.people >= LEAST_PEOPLE]
    small = [group for group in known if group.people < LEAST_PEOPLE]
    others = sum(group.people for group in small)
    told = {group.name: group.told for group in large}
    if others >= LEAST_PEOPLE:
        told["all others together"] = _together(group.told for group in small)
    listed = ", ".join(f"{group.name} ({group.people})" for group in small)
    rest = f" Too few people to say anything of them alone: {listed}." if small else ""
    if len(told) < 2:
        return f"By {attribute} nothing can be said: {LEAST_PEOPLE} people or more are in less than two groups.{rest}"
    best, worst = (choose(told, key=lambda name: told[name].value) for choose in (max, min))
    low, high = (100 * end for end in difference(told[best], told[worst]))
    more, less = 100 * told[best].value, 100 * told[worst].value
    return (
        f"By {attribute} {'a' if low > 0 else 'no'} difference is shown: {best} {more:.1f} %, {worst} {less:.1f} %, "
        f"{more - less:.0f} points apart (95 % interval {low:.0f} to {high:.0f}).{rest}"
    )


def _together(estimates: Iterable[Estimate]) -> Estimate:
    estimates = list(estimates)
    return wilson(sum(round(one.value * one.count) for one in estimates), sum(one.count for one in estimates))
