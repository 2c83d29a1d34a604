import pytest
from edge.mood.scenes import between, but_for, crowds, emotion_of, frame, poster, scene, sitting, still_face, walking
from edge.mood.streams import expression
from hypothesis import given, settings

from mien.mood.tracks import Person, Tracks
from mien.types import Emotion, Observation, Sighting

RATES = [3, 6, 12, 24]


def in_sight(people: tuple[Person, ...]) -> dict[int, Sighting]:
    return {person.number: person.sighting for person in people if person.in_sight}


@given(crowds())
@settings(max_examples=40)
def test_every_face_has_one_number_that_nobody_else_ever_had(crowd: list[Observation]) -> None:
    tracks, last_seen = Tracks(30.0, 5.0), dict[int, float]()
    for observation in crowd:
        people = tracks.update(observation)
        assert sorted(sighting.quality for sighting in in_sight(people).values()) == sorted(
            sighting.quality for sighting in observation.sightings
        )
        for number in in_sight(people):
            if number in last_seen:
                assert observation.seen_at - last_seen[number] <= 5.0
            else:
                assert number > max(last_seen, default=0)
            last_seen[number] = observation.seen_at


@pytest.mark.parametrize("rate", RATES)
def test_two_people_who_sit_side_by_side_keep_their_numbers(rate: float) -> None:
    tracks = Tracks(30.0, 5.0)
    for observation in scene(20, rate, sitting(150, 100), sitting(320, 90)):
        lefts = {number: sighting.face.box.left for number, sighting in in_sight(tracks.update(observation)).items()}
        assert lefts.keys() == {1, 2}
        assert lefts[1] < lefts[2]


@pytest.mark.parametrize("rate", RATES)
def test_somebody_who_passes_in_front_leaves_the_number_with_who_sits(rate: float) -> None:
    hidden = but_for(4.3, 4.9, sitting(300, 90))  # behind the head that passes
    tracks = Tracks(30.0, 5.0)
    for observation in scene(8, rate, hidden, walking(160, 4.0, 4.0)):
        for number, sighting in in_sight(tracks.update(observation)).items():
            assert (number == 1) == (emotion_of(sighting) is Emotion.NEUTRAL)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("pixels", "width"), [(150, 100), (-100, 100), (60, 100), (0, 200), (0, 55)])
def test_who_appears_near_one_who_is_lost_is_somebody_else(rate: float, pixels: float, width: float) -> None:
    stranger = between(5, 99, sitting(300 + pixels, width, Emotion.ANGRY))
    tracks, shown = Tracks(30.0, 5.0), dict[int, set[Emotion]]()
    for observation in scene(8, rate, between(0, 4, sitting(300, 100)), stranger):
        for number, sighting in in_sight(tracks.update(observation)).items():
            shown.setdefault(number, set()).add(emotion_of(sighting))
    assert shown == {1: {Emotion.NEUTRAL}, 2: {Emotion.ANGRY}}


@pytest.mark.parametrize("rate", [1, *RATES])
@pytest.mark.parametrize("pixels", [-15, 0, 15])
def test_who_turns_away_and_comes_back_nearly_where_they_were_keeps_the_number(rate: float, pixels: float) -> None:
    tracks = Tracks(30.0, 5.0)
    numbers = {
        number
        for observation in scene(9, rate, between(0, 4, sitting(300, 100)), between(5, 99, sitting(300 + pixels, 104)))
        for number in in_sight(tracks.update(observation))
    }
    assert numbers == {1}


def test_a_number_outlasts_the_time_out_of_sight_and_no_more() -> None:
    def numbers(away_seconds: float) -> set[int]:
        tracks, there = Tracks(30.0, 5.0), but_for(4, 4 + away_seconds, sitting(200, 100))
        return {number for one in scene(15, 6, there) for number in in_sight(tracks.update(one))}

    assert numbers(4.5) == {1}
    assert numbers(5.5) == {1, 2}


def test_who_is_out_of_sight_is_told_of_with_the_time_since() -> None:
    tracks = Tracks(30.0, 5.0)
    for observation in scene(7, 6, between(0, 4, sitting(200, 100))):
        people = tracks.update(observation)
    (person,) = people
    assert person.unseen_seconds == pytest.approx(3.0)


def test_who_walks_by_is_not_settled_and_who_stays_is() -> None:
    tracks = Tracks(30.0, 5.0)
    settled = dict[int, list[bool]]()
    for observation in scene(4, 6, sitting(400, 90), between(1, 9, walking(150, 1.0, 2.5))):
        for person in tracks.update(observation):
            if person.in_sight:
                settled.setdefault(round(person.sighting.face.box.width), []).append(person.is_settled)
    assert all(settled[90])
    assert settled[150].count(True) <= 6  # it takes a second to see it


def test_a_picture_is_remembered_for_an_hour_and_a_person_is_not() -> None:
    tracks = Tracks(30.0, 5.0)
    for observation in scene(40, 3, poster(100, 150), sitting(400, 100)):
        tracks.update(observation)
    tracks.update(Observation(40.0))
    (known,) = tracks.update(Observation(3500.0))
    assert known.is_picture
    (again,) = tracks.update(frame(3600.0, [Sighting(still_face(100, 150), expression(Emotion.ANGRY), 0.9)]))
    assert again.is_picture
    assert again.number == known.number
    assert tracks.update(Observation(7300.0)) == ()


def test_a_crowd_without_end_takes_no_memory_without_end() -> None:
    tracks = Tracks(30.0, 3600.0)
    for number in range(300):
        people = tracks.update(frame(number * 0.2, [Sighting(still_face(number * 200.0, 80), None, 0.0)]))
        assert len(people) <= 64
    assert max(person.number for person in people) > 64
