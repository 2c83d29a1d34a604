"""Several real faces in one picture, through the detector, the model and the mood: composed of clips and portraits."""

import functools
import itertools
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from development_data import development_data
from numpy.typing import NDArray

from mien import config
from mien.app.parts import build_judge
from mien.eye.judge import FaceJudge
from mien.mood.attention import Attention
from mien.mood.tracker import MoodTracker
from mien.types import Frame, Observation, Presence

Image = NDArray[np.uint8]
Painter = Callable[[Image, float], None]

WIDTH, HEIGHT = 640, 480
NOISE_LEVELS = 4.0
FRAMES_PER_SECOND = 3


@pytest.fixture(scope="module")
def judge() -> Iterator[FaceJudge]:
    with closing(build_judge(config.load())) as judge:
        yield judge


def read(path: Path) -> Image:
    return np.asarray(cv2.imread(str(path)), np.uint8)


def resized(image: Image, height: int) -> Image:
    width = round(image.shape[1] * height / image.shape[0])
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def paste(canvas: Image, picture: Image, left: float, top: float) -> None:
    """Put a picture onto another one; what reaches beyond its edges is cut off."""
    x, y = round(left), round(top)
    part = picture[max(0, -y) : HEIGHT - y, max(0, -x) : WIDTH - x]
    canvas[max(0, y) : max(0, y) + part.shape[0], max(0, x) : max(0, x) + part.shape[1]] = part


def portrait(name: str, height: int) -> Image:
    """A London portrait without its margins, of that height; its face is about 0.6 as wide."""
    whole = read(development_data("london", "neutral", name))
    tall, wide = whole.shape[:2]
    return resized(whole[tall // 10 : tall * 9 // 10, wide // 5 : wide * 4 // 5], height)


@functools.cache
def pictures(name: str) -> list[Image]:
    capture = cv2.VideoCapture(str(development_data("videos", name)))
    step = round(capture.get(cv2.CAP_PROP_FPS) / FRAMES_PER_SECOND)
    kept = list[Image]()
    while capture.grab():
        if int(capture.get(cv2.CAP_PROP_POS_FRAMES)) % step == 0:
            kept.append(np.asarray(capture.retrieve()[1], np.uint8))
    return kept


def clip(name: str, height: int, left: float, top: float) -> Painter:
    """A clip that plays forwards, then backwards, and so on."""
    there = [resized(picture, height) for picture in pictures(name)]
    there_and_back = there + there[-2:0:-1]
    return lambda canvas, at: paste(
        canvas, there_and_back[round(at * FRAMES_PER_SECOND) % len(there_and_back)], left, top
    )


def hanging(picture: Image, left: float, top: float) -> Painter:
    return lambda canvas, _: paste(canvas, picture, left, top)


def coming_nearer(picture: Image, left: float, until: float) -> Painter:
    """Somebody who leans forward, and sways as people do."""

    def paint(canvas: Image, at: float) -> None:
        height = round(picture.shape[0] * (0.6 + 0.4 * min(1.0, at / until)))
        paste(canvas, resized(picture, height), left + 12 * np.sin(at), HEIGHT - height + 5 * np.sin(1.7 * at))

    return paint


@functools.cache
def noise() -> NDArray[np.int8]:
    draw = np.random.default_rng(1)
    return np.asarray(draw.standard_normal((HEIGHT + 64, WIDTH + 64, 3), np.float32) * NOISE_LEVELS, np.int8)


def frames(start: float, end: float, *painters: Painter, light: float = 1.0) -> Iterator[Frame]:
    """A room with a camera's noise, a lamp that flickers, and what the painters put there."""
    room = cv2.resize(read(development_data("noface", "opencv_home.jpg")), (WIDTH, HEIGHT))
    draw = np.random.default_rng(round(start))
    for number in range(round((end - start) * FRAMES_PER_SECOND)):
        at, canvas = start + number / FRAMES_PER_SECOND, np.asarray(room, np.uint8).copy()
        for paint in painters:
            paint(canvas, at)
        lit = cv2.convertScaleAbs(canvas, alpha=light * (1.0 + 0.03 * np.sin(11 * at)))
        x, y = draw.integers(0, 64, 2)
        grain = noise()[y : y + HEIGHT, x : x + WIDTH]
        yield Frame(np.asarray(cv2.add(lit, grain, dtype=cv2.CV_8U), np.uint8), at)


def settings(**people: object) -> config.Settings:
    return config.load(changes={"people": people})


def observed(judge: FaceJudge, *streams: Iterator[Frame]) -> list[Observation]:
    return [judge.observe(frame) for frame in itertools.chain(*streams)]


def people(stream: list[Observation], **changes: object) -> list[int | None]:
    """Who is followed from frame to frame."""
    attention = Attention(settings(**changes).people)
    return [attention.update(observation).person for observation in stream]


def test_the_seat_holds_when_the_passenger_is_larger_and_comes_nearer(judge: FaceJudge) -> None:
    driver, passenger = clip("lp_d14.mp4", 230, 390, 240), coming_nearer(portrait("003.jpg", 400), 0, until=4)
    stream = observed(judge, frames(0, 4, driver), frames(4, 11, driver, passenger))
    assert sum(len(observation.sightings) == 2 for observation in stream) >= 18
    assert set(people(stream, follow="seat", seat=[0.5, 0.0, 1.0, 1.0])) == {1}
    assert people(stream, follow="largest")[-1] == 2


def test_a_poster_larger_than_the_person_is_nobody_once_it_is_known(judge: FaceJudge) -> None:
    poster, person = hanging(portrait("007.jpg", 420), 20, 20), clip("lp_d14.mp4", 200, 420, 260)
    there, gone = frames(0, 16, poster, person), frames(16, 24, poster)
    tracker = MoodTracker(settings(still_seconds=10.0))
    followed, moods = [], []
    for frame in itertools.chain(there, gone):
        observation = judge.observe(frame)
        assert observation.largest is not None
        assert observation.largest.face.box.left < 200  # the poster
        tracker.update(observation)
        followed.append(tracker.look.person)
        moods.append(tracker.mood.presence)
    taken = followed.index(2)
    assert taken <= 8 * FRAMES_PER_SECOND
    assert set(followed[taken : 16 * FRAMES_PER_SECOND]) == {2}
    assert followed[20 * FRAMES_PER_SECOND :] == [None] * 4 * FRAMES_PER_SECOND
    assert moods[-1] is Presence.NOBODY


@pytest.mark.parametrize(
    ("seat", "reads"), [([0.0, 0.0, 0.5, 1.0], [True, False]), ([0.5, 0.0, 1.0, 1.0], [False, True])]
)
def test_the_eye_reads_who_sits_in_the_seat_alone(seat: list[float], reads: list[bool]) -> None:
    changes = {"people": {"follow": "seat", "seat": seat}}
    both = next(frames(0, 1, hanging(portrait("001.jpg", 300), 20, 40), hanging(portrait("007.jpg", 300), 380, 40)))
    with closing(build_judge(config.load(changes=changes))) as judge:
        seen = judge.observe(both).sightings
    left_first = sorted(seen, key=lambda sighting: sighting.face.box.left)
    assert [sighting.expression is not None for sighting in left_first] == reads


@pytest.mark.slow
@pytest.mark.parametrize("name", ["001.jpg", "007.jpg", "011.jpg", "018.jpg"])
def test_a_poster_stays_one_behind_a_passer_and_with_the_lamp_off(judge: FaceJudge, name: str) -> None:
    """Half a minute until it is known, a quarter of one hidden, and less light."""
    poster, person = hanging(portrait(name, 420), 20, 20), clip("lp_d14.mp4", 200, 420, 260)
    passer = clip("lp_d9.mp4", 480, 0, 0)
    known = observed(judge, frames(0, 45, poster, person))
    hidden = observed(judge, frames(45, 60, poster, person, passer))
    stream = [*known, *hidden, *observed(judge, frames(60, 70, poster), frames(70, 80, poster, light=0.6))]
    followed = people(stream, still_seconds=30.0)
    assert 2 in followed[: 10 * FRAMES_PER_SECOND]
    assert set(followed[10 * FRAMES_PER_SECOND : 45 * FRAMES_PER_SECOND]) == {2}
    assert 1 not in followed[45 * FRAMES_PER_SECOND :]
    assert set(followed[66 * FRAMES_PER_SECOND :]) == {None}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lp_s18.mp4", "lp_d9.mp4", "lp_d14.mp4"])
def test_a_person_who_sits_before_the_camera_is_never_taken_for_a_picture(judge: FaceJudge, name: str) -> None:
    stream = observed(judge, frames(0, 120, clip(name, 400, 60, 40)))
    assert set(people(stream, still_seconds=30.0)) == {1}
