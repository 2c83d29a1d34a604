import numpy as np
import pytest
from edge.eye.fakes import frame
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mien.eye.picture_watch import PictureSummary, PictureWatch, summarise
from mien.types import Fault, Frame

random = np.random.default_rng(1)


def noisy(brightness: float, noise: float, height: int = 480, width: int = 640) -> NDArray[np.uint8]:
    """A sensor's picture of nothing but one grey."""
    values = random.normal(brightness, noise, (height, width, 3))
    return np.clip(values, 0, 255).astype(np.uint8)


def faults(watch: PictureWatch, images: list[NDArray[np.uint8]], seconds: float = 1.0) -> list[Fault | None]:
    found = [watch.look(Frame(image, number * seconds), 0.0) for number, image in enumerate(images)]
    return [None if trouble is None else trouble.fault for trouble in found]


def test_a_covered_camera_is_black_after_ten_seconds_and_not_before() -> None:
    found = faults(PictureWatch(10.0), [noisy(3, 4) for _ in range(12)])
    assert found == [None] * 10 + [Fault.PICTURE_BLACK] * 2


def test_a_black_picture_without_any_noise_is_black_rather_than_frozen() -> None:
    assert faults(PictureWatch(10.0), [np.zeros((48, 64, 3), np.uint8)] * 11)[-1] is Fault.PICTURE_BLACK


def test_a_dark_room_with_a_lamp_in_it_is_not_black() -> None:
    images = [noisy(3, 4) for _ in range(15)]
    for image in images:
        image[100:180, 200:280] = 120
    assert set(faults(PictureWatch(10.0), images)) == {None}


def test_a_picture_of_a_face_in_little_light_is_not_black() -> None:
    dark = (frame().image * 0.15).astype(np.uint8)
    assert not summarise(dark).dark


def test_light_ends_the_black() -> None:
    watch = PictureWatch(10.0)
    found = faults(watch, [*[noisy(3, 4) for _ in range(11)], noisy(90, 4), noisy(3, 4)])
    assert found[-3:] == [Fault.PICTURE_BLACK, None, None]


def test_the_same_picture_for_ten_seconds_is_frozen_until_another_comes() -> None:
    still, other = noisy(90, 4), noisy(90, 4)
    found = faults(PictureWatch(10.0), [other, *[still] * 12, other])
    assert found == [None] * 11 + [Fault.PICTURE_FROZEN] * 2 + [None]


def test_one_changed_row_of_text_is_a_change() -> None:
    """As of the clock in the corner of a network camera's still picture."""
    images = []
    for number in range(15):
        image = np.full((480, 640, 3), 90, np.uint8)
        image[8:24, 100 + number] = 255
        images.append(image)
    assert set(faults(PictureWatch(10.0), images)) == {None}


@pytest.mark.parametrize("noise", [0.3, 1, 4])
def test_a_still_scene_with_a_sensors_noise_is_well(noise: float) -> None:
    assert set(faults(PictureWatch(10.0), [noisy(90, noise) for _ in range(15)])) == {None}


def test_a_camera_that_was_away_begins_anew() -> None:
    watch = PictureWatch(10.0)
    still = noisy(3, 0)
    faults(watch, [still] * 9)
    assert watch.look(None, 0.0) is None
    assert watch.look(Frame(still, 3600.0), 0.0) is None


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (59, 10), (61, 10), (480, 640), (1080, 1920)])
def test_a_picture_of_any_size_has_a_summary(size: tuple[int, int]) -> None:
    summary = summarise(np.zeros((*size, 3), np.uint8))
    assert summary.dark
    assert 0 < len(summary.rows) <= 120 * size[1] * 3


summaries = st.builds(PictureSummary, st.booleans(), st.sampled_from([b"one", b"two"]))


@given(st.lists(st.tuples(summaries, st.floats(0.01, 9.0)), min_size=1, max_size=60))
def test_it_says_what_the_last_ten_seconds_say(pictures: list[tuple[PictureSummary, float]]) -> None:
    watch = PictureWatch(10.0)
    at = 0.0
    seen: list[tuple[float, PictureSummary]] = []
    for summary, seconds in pictures:
        at += seconds
        seen.append((at, summary))
        fault = watch.update(summary, at)
        dark_from = next((seen[i + 1][0] for i in range(len(seen) - 2, -1, -1) if not seen[i][1].dark), seen[0][0])
        same_from = next(
            (seen[i + 1][0] for i in range(len(seen) - 2, -1, -1) if seen[i][1].rows != summary.rows), seen[0][0]
        )
        black, frozen = summary.dark and at - dark_from >= 10, at - same_from >= 10
        assert fault is (Fault.PICTURE_BLACK if black else Fault.PICTURE_FROZEN if frozen else None)
