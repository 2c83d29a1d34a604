"""The mood plane as a picture."""

from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import OutputError
from mien.music.index.plane import lay_out, terminal_plane, write_plane
from mien.types import Affect, Track

PLACES = st.builds(Affect, st.floats(-1, 1), st.floats(-1, 1))


def track(title: str, valence: float, arousal: float, source: str = "audio") -> Track:
    return Track(Path(f"/music/{title}.ogg"), title, None, None, 60.0, Affect(valence, arousal), source)


CORNERS = [track("Storm", -1.0, 1.0), track("Feast", 1.0, 1.0), track("Grave", -1.0, -1.0), track("Rest", 1.0, -1.0)]


def test_a_terminal_shows_each_track_in_its_corner() -> None:
    lines = terminal_plane(CORNERS, columns=11, rows=5)
    assert lines[0].strip() == "lively"
    assert lines[-1].strip() == "gentle"
    assert [lines[1][5], lines[1][15], lines[5][5], lines[5][15]] == [".", ".", ".", "."]


def test_more_tracks_in_a_place_are_a_larger_letter() -> None:
    def letter(count: int) -> str:
        return terminal_plane([track("Calm", 1.0, -1.0)] * count, columns=11, rows=5)[5][15]

    assert [letter(count) for count in (1, 2, 5)] == [".", "o", "O"]


def test_the_svg_has_a_dot_and_a_readable_title_for_every_track(tmp_path: Path) -> None:
    write_plane([*CORNERS, track('Tom & "Jerry" <3 \udcff', 0.0, 0.0, "tag")], tmp_path / "plane.svg")
    root = ElementTree.parse(tmp_path / "plane.svg").getroot()
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["Storm", "Feast", "Grave", "Rest", 'Tom & "Jerry" <3 ?']


def test_the_png_has_a_dot_of_its_colour_where_the_track_lies(tmp_path: Path) -> None:
    write_plane([track("Calm", 0.5, -0.5, "tag")], tmp_path / "plane.png")
    picture = cv2.imread(str(tmp_path / "plane.png"))
    assert picture is not None
    assert picture.shape == (1000, 1000, 3)
    assert np.array_equal(picture[720, 720], (181, 113, 33))  # blue, green, red


@given(st.lists(PLACES, max_size=60))
def test_no_label_lies_upon_another(places: list[Affect]) -> None:
    tracks = [track(f"A title {number}", place.valence, place.arousal) for number, place in enumerate(places)]
    shown = [mark for mark in lay_out(tracks) if mark.label]
    for number, mark in enumerate(shown):
        assert all(abs(mark.y - other.y) > 4 or abs(mark.x - other.x) > 60 for other in shown[:number])


@pytest.mark.parametrize("name", ["plane.gif", "plane"])
def test_another_format_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"ends in \.svg or \.png"):
        write_plane(CORNERS, tmp_path / name)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file or directory"):
        write_plane(CORNERS, tmp_path / "missing" / "plane.svg")
