import cv2
import numpy as np
import pytest
from edge.eye.fakes import FakeDetector, face, frame

from mien.errors import PictureError
from mien.eye.photo import decode_photo, find_faces
from mien.types import Box, Face, Frame, Point


def encoded(suffix: str, image: np.ndarray | None = None) -> bytes:
    picture = np.random.default_rng(1).integers(0, 255, (60, 80, 3), np.uint8) if image is None else image
    return cv2.imencode(suffix, picture)[1].tobytes()


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp"])
def test_pictures_of_every_kind_are_read(suffix: str) -> None:
    assert decode_photo(encoded(suffix), "it").image.shape == (60, 80, 3)


def test_a_grey_picture_becomes_three_channels() -> None:
    assert decode_photo(encoded(".png", np.zeros((5, 7), np.uint8)), "it").image.shape == (5, 7, 3)


@pytest.mark.parametrize(
    "data", [b"", b"text", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", encoded(".jpg")[:500], bytes(9999)]
)
def test_what_is_no_whole_picture_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(PictureError, match=r"holiday\.jpg"):
        decode_photo(data, "holiday.jpg")


def test_a_picture_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = encoded(".png", np.zeros((10, 10, 3), np.uint8))
    header = bytearray(bomb)
    header[16:24] = (50_000).to_bytes(4, "big") * 2  # 2.5 gigapixels in a hundred bytes
    with pytest.raises(PictureError):
        decode_photo(bytes(header), "bomb.png")


def test_a_very_large_photo_is_made_smaller() -> None:
    photo = decode_photo(encoded(".jpg", np.zeros((5000, 4000, 3), np.uint8)), "large.jpg")
    height, width = photo.image.shape[:2]
    assert 15_900_000 < height * width < 16_100_000
    assert height / width == pytest.approx(5000 / 4000, abs=0.001)
    same = decode_photo(encoded(".jpg", np.zeros((300, 400, 3), np.uint8)), "small.jpg")
    assert same.image.shape == (300, 400, 3)


def test_a_picture_of_a_side_that_the_detector_cannot_take_is_refused() -> None:
    with pytest.raises(PictureError, match="16000 pixels"):
        decode_photo(encoded(".png", np.zeros((20, 16_001), np.uint8)), "panorama.png")


class PatchDetector:
    """Finds bright squares, as a detector would: only those large enough in what it is shown."""

    def detect(self, shown: Frame) -> tuple[Face, ...]:
        bright = (shown.image[:, :, 0] > 128).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(bright)
        least = max(shown.image.shape[:2]) / 7
        boxes = [stats[i] for i in range(1, count) if stats[i][2] >= least and stats[i][2] == stats[i][3]]
        return tuple(
            Face(
                Box(float(x), float(y), float(x + w), float(y + h)),
                Point(x + 0.3 * w, y + 0.3 * h), Point(x + 0.7 * w, y + 0.3 * h), 0.9,
            )
            for x, y, w, h, _ in boxes
        )  # fmt: skip

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("height", "width", "places"),
    [
        (1000, 1500, [(100, 100, 80), (700, 480, 64), (1300, 800, 120), (1420, 0, 80)]),
        (300, 1500, [(10, 100, 62), (1400, 200, 90)]),
        (900, 900, [(0, 0, 60), (420, 420, 300), (830, 830, 70)]),
        (400, 400, [(100, 100, 60)]),
    ],
)
def test_small_faces_are_found_in_tiles_and_each_once(
    height: int, width: int, places: list[tuple[int, int, int]]
) -> None:
    image = np.zeros((height, width, 3), np.uint8)
    for x, y, side in places:
        image[y : y + side, x : x + side] = 255
    found = find_faces(PatchDetector(), Frame(image, 0.0))
    assert sorted((one.box.left, one.box.top, one.box.width) for one in found) == sorted(places)
    assert [one.box.width for one in found] == sorted((one.box.width for one in found), reverse=True)


def test_what_is_not_found_again_from_near_is_no_face() -> None:
    once = face(left=100, top=80, width=50)
    assert find_faces(FakeDetector(once), frame()) == ()  # in the closer look it lies at the same pixels: elsewhere
